-- failed plugin-error
assert(load("\27LuaQ", "chunk", "b"))
