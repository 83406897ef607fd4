-- failed timeout
local t = { __eq = function() while true do end end }
return setmetatable({}, t) == setmetatable({}, t)
