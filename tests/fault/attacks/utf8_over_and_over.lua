-- failed timeout
while true do utf8.len(("x"):rep(1e6)) end
