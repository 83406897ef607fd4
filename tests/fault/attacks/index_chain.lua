-- failed plugin-error
local t = {}
t.__index = setmetatable(t, t)
return t.x
