-- failed plugin-error
getmetatable(sheaf.list {}).__index = function() while true do end end
