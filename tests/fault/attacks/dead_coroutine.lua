-- failed plugin-error
local f = coroutine.wrap(function() end)
f()
f()
