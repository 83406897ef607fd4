-- failed plugin-error
error(setmetatable({}, { __tostring = error }))
