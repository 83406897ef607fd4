-- failed plugin-error
getmetatable("").__index = nil
