--- Counts words over all documents: how many have it, and how often it occurs.
--- The first row is of all documents: its word is empty.
local csv = require "sheaf.csv"

local plugin = {}

local counter

function plugin.init(options)
  counter = sheaf.word_counter { min = options.min }
end

--- A document amounts to its words and how often each occurs in it.
function plugin.process(doc)
  counter:count(doc.text)
  local part = {}
  for _, pair in ipairs(counter:top()) do part[pair[1]] = pair[2] end
  return part
end

-- Total: two maps from words to numbers, which take less memory than one from
-- words to pairs.
function plugin.merge(total, part)
  if not total.documents then
    total.documents, total.occurrences, total.count, total.words = {}, {}, 0, 0
  end
  local documents, occurrences = total.documents, total.occurrences
  for word, count in pairs(part) do
    documents[word] = (documents[word] or 0) + 1
    occurrences[word] = (occurrences[word] or 0) + count
    total.words = total.words + count
  end
  total.count = total.count + 1
end

--- Words of enough documents, those of most first; of equals, by their bytes.
local function ranked(documents, least)
  local words = {}
  for word, count in pairs(documents) do
    if count >= least then words[#words + 1] = word end
  end
  table.sort(words, function(a, b)
    if documents[a] ~= documents[b] then return documents[a] > documents[b] end
    return a < b
  end)
  return words
end

function plugin.finish(total, ctx)
  ctx:write(csv.row(3, "", total.count or 0, total.words or 0))
  if not total.documents then return end
  for _, word in ipairs(ranked(total.documents, ctx.options.documents)) do
    ctx:write(csv.row(3, word, total.documents[word], total.occurrences[word]))
  end
end

return plugin
