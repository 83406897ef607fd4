-- failed timeout
while true do print("flood") end
