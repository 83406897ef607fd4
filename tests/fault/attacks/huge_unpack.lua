-- failed plugin-error
string.rep("x", -1) table.unpack({}, 1, 1e8)
