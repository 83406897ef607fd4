-- failed plugin-error
doc:add("x", 0 / 0, 1)
