-- failed limit
local t = {} while true do pcall(function() for i=1,1e9 do t[#t+1]=("x"):rep(1000000)..#t end end) end
