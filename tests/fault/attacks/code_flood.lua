-- failed limit
local t = {}
for i = 1, 1e9 do t[i] = load("return function() return " .. i .. " end") end
