-- failed limit
local t = {}
for _ = 1, 60 do t = { t, t } end
sheaf.json.encode(t)
