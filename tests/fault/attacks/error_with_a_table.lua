-- failed plugin-error
error({})
