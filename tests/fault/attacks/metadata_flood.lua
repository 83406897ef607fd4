-- failed limit
for i = 1, 100000 do doc:set_metadata("key" .. i, ("x"):rep(1 << 20)) end
