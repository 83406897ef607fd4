-- failed timeout
table.sort(setmetatable({}, {__len=function() return 2^31-3|0 end, __index=rawlen}))
