-- failed timeout
local counter, text = sheaf.word_counter(), sheaf.text(("War. Peace! "):rep(10000))
counter:count(text)
while true do pcall(counter.best, counter, text, { cut = "[.!]( )" }) end
