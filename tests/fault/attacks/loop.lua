-- failed timeout
while true do end
