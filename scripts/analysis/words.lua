-- Lists the words that a bundle's documents use most, stop words left out.
--
-- usage: sheaf scripts/analysis/words.lua BUNDLE [HOW-MANY]

local path = arg[1] or error("usage: sheaf words.lua BUNDLE [HOW-MANY]", 0)
local how_many = tonumber(arg[2] or 20)

local bundle = assert(sheaf.open(path))
local counts, words = {}, {}
for doc in bundle:documents() do
  for from, to in doc.text:words() do
    local word = doc.text:slice(from, to):lower()
    if not sheaf.stop_word(word, doc.language) and not word:find("^%d+$") then
      if not counts[word] then words[#words + 1] = word end
      counts[word] = (counts[word] or 0) + 1
    end
  end
end
bundle:close()

table.sort(words, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)
for i = 1, math.min(how_many, #words) do
  print(("%6d  %s"):format(counts[words[i]], words[i]))
end
