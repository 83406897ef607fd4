-- failed plugin-error
doc:add("x", 5, 1)
