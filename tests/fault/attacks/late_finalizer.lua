-- failed plugin-error
local meta = {}
setmetatable({}, meta)
meta.__gc = function() while true do end end
local t = {}
for i = 1, 1e5 do t[i % 10] = { i } end
error "it never runs"
