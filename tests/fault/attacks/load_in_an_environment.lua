-- failed plugin-error
local f = load("x = 1; return os", "chunk", "t", {})
if f() == nil then error "no way out" end
