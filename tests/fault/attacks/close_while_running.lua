-- failed plugin-error
coroutine.close(coroutine.running())
