-- failed plugin-error
return select(-1e9, 1)
