-- failed timeout
while true do local co = coroutine.create(function() while true do coroutine.yield(pcall(function() while true do end end)) end end) coroutine.resume(co) end
