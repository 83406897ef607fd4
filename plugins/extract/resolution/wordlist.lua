--- Lists of words and of short sequences of words, and how to read them in a
--- text. A list is written as a string: "alarm, once again, takes(note, up)".

local find, lower, sub = string.find, string.lower, string.sub

local wordlist = {}

-- A word is letters, then also apostrophes and hyphens, in ASCII or not. The
-- byte 194 is left out: with 160 it makes the no-break space.
local WORD = "^[%a\195-\244][%a'\128-\191\195-\244-]*"
local SPACE = "^[%s_\194\160]*"

--- The word at byte `i` of `text` or behind the white space and underscores there
--- (specks that were read), in lower case, with its first and last byte; nil where
--- there is none.
function wordlist.word_at(text, i)
  local _, space = find(text, SPACE, i)
  local first, last = find(text, WORD, space + 1)
  if first then return lower(sub(text, first, last)), first, last end
end

--- The items of a list as keys, each with what stands in its brackets, or "".
function wordlist.entries(list)
  local entries = {}
  list = list:gsub("%s+", " "):gsub("([%a-]+)(%b())", function(item, inner)
    entries[item] = sub(inner, 2, -2)
    return ""
  end)
  for item in list:gmatch("[^,]+") do
    item = item:match("^ ?(.-) ?$")
    if item ~= "" then entries[item] = "" end
  end
  return entries
end

--- The items of a list, which may be of several words, ready for `take`.
function wordlist.sequences(list)
  local sequences = {}
  for item in pairs(wordlist.entries(list)) do
    local words = {}
    for word in item:gmatch("%S+") do words[#words + 1] = word end
    local first = sequences[words[1]] or {}
    sequences[words[1]], first[#first + 1] = first, words
  end
  for _, list_of_first in pairs(sequences) do
    table.sort(list_of_first, function(a, b) return #a > #b end)
  end
  return sequences
end

--- Matches the longest of `sequences` at byte `i`. @return its last byte and
--- its words joined by spaces; nil when none matches
function wordlist.take(sequences, text, i)
  local word, _, last = wordlist.word_at(text, i)
  if not sequences[word] then return nil end
  for _, words in ipairs(sequences[word]) do
    local at = last
    for k = 2, #words do
      local next_word, _, e = wordlist.word_at(text, at + 1)
      at = next_word == words[k] and e
      if not at then break end
    end
    if at then return at, table.concat(words, " ") end
  end
end

--- True when one letter more, less or different, or two that changed places,
--- makes `a` into `b`.
function wordlist.near(a, b)
  if #a > #b then a, b = b, a end
  if #b - #a > 1 then return false end
  local k = 1
  while k <= #a and a:byte(k) == b:byte(k) do k = k + 1 end
  if #a < #b then return sub(a, k) == sub(b, k + 1) end
  if sub(a, k + 1) == sub(b, k + 1) then return true end
  return a:byte(k) == b:byte(k + 1) and a:byte(k + 1) == b:byte(k)
    and sub(a, k + 2) == sub(b, k + 2)
end

-- One mistake leaves the first two letters of a word alone, or all that is
-- behind them: so words that are near each other share one of these keys.
local function keys(word)
  return { sub(word, 1, 2) .. "-", word, sub(word, 2), sub(word, 3) }
end

--- An index of words for `nearest`.
function wordlist.index(words)
  local index = {}
  for _, word in ipairs(words) do
    for _, key in ipairs(keys(word)) do
      index[key] = index[key] or {}
      table.insert(index[key], word)
    end
  end
  return index
end

--- A word of `index` that is near `word`, or nil.
function wordlist.nearest(index, word)
  for _, key in ipairs(keys(word)) do
    for _, candidate in ipairs(index[key] or {}) do
      if wordlist.near(word, candidate) then return candidate end
    end
  end
end

return wordlist
