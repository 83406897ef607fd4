-- failed timeout
for i=1,1e9 do (" "):rep(1e6) end
