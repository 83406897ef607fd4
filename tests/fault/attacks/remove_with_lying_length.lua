-- failed timeout
table.remove(setmetatable({}, {__len=function() return math.maxinteger-10 end}), 1)
