-- failed plugin-error
setmetatable(doc.text, {})
