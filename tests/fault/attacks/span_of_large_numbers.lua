-- failed plugin-error
doc:add("x", math.mininteger, math.maxinteger)
