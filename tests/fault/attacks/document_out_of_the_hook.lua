-- failed plugin-error
if not _G.kept then _G.kept = doc end
error(tostring(pcall(function() return _G.kept.text end)))
