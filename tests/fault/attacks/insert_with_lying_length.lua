-- failed timeout
table.insert(setmetatable({}, {__len=function() return math.maxinteger-10 end}), 1, 1)
