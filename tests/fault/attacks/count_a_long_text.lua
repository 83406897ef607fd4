-- failed timeout
local counter, text = sheaf.word_counter(), ("war and peace "):rep(500000)
while true do counter:add(text) end
