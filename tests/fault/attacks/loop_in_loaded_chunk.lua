-- failed timeout
load("while true do end")()
