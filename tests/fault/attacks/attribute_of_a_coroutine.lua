-- failed plugin-error
doc:add("x", 0, 1, { c = coroutine.create(print) })
