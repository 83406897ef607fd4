-- failed plugin-error
doc:set_metadata("f", print)
