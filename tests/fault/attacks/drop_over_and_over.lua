-- failed timeout
while true do doc:drop("x") end
