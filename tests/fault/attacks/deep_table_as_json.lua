-- failed plugin-error
local t = {}
for _ = 1, 1e5 do t = { t } end
sheaf.json.encode(t)
