-- failed limit
for i = 1, 1e9 do doc:add("x", 0, 1, { a = ("x"):rep(1 << 20) }) end
