-- failed limit
local t = {}
for i = 1, 1e4 do t[i] = ("x"):rep(100) end
local s = table.concat(t)
for i = 1, 1e4 do t[i] = s end
return #table.concat(t)
