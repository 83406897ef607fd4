-- failed plugin-error
error(nil)
