-- failed plugin-error
doc.text.find({}, "x")
