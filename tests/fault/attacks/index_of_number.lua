-- failed plugin-error
local n = 1
return n.x.y
