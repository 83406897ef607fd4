-- failed plugin-error
local t = {}
t.t = t
doc:set_metadata("t", t)
