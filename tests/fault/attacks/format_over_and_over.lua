-- failed timeout
for i=1,1e9 do ("%99d"):format(i) end
