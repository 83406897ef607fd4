-- failed plugin-error
local t = {} t.t = t sheaf.json.encode(t)
