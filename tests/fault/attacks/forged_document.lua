-- failed plugin-error
doc.add({}, "x", 0, 1)
