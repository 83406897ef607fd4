-- failed timeout
for i=1,1e12 do for w in ("a b c"):gmatch("%a") do end end
