-- ok null
xpcall(error, function(e) error(e) end)
