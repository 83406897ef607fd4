-- failed plugin-error
assert(load("\27Lua"))
