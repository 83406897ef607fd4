-- failed plugin-error
assert(load(function() while true do end end))
