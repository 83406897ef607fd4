-- failed limit
local t = table.pack(("x"):rep(100):byte(1, -1))
for i = 1, 1e9 do t[i] = i end
