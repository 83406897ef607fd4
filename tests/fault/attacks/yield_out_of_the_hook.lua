-- failed plugin-error
coroutine.yield()
