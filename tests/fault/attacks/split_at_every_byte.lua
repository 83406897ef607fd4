-- failed limit
for _ = 1, 1e9 do sheaf.text(("x"):rep(9000000)):split "" end
