-- failed timeout
for i=1,1e12 do pcall(error, "x") end
