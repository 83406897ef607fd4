-- failed timeout
local f = coroutine.wrap(function() for i = 1, 1e12 do coroutine.yield(i) end end) for i=1,1e12 do f() end
