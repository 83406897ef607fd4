-- failed plugin-error
getmetatable(doc).__index = nil
