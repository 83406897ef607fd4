-- failed plugin-error
local t = {}
t.__newindex = setmetatable(t, t)
t.x = 1
