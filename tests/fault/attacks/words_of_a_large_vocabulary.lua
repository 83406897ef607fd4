-- failed limit
local counter = sheaf.word_counter()
for i = 1, 1e9 do counter:add(("%d and a word that is %dlong"):format(i, i)) end
