--- Matches the phrases that begin the clauses of resolutions: "Recalling also",
--- "Having considered", "Takes note with appreciation", "Calls upon".
---
--- The words are data, one module a language in the folder phrases/. The matcher
--- forgives what typing and character recognition do to words: one wrong letter
--- ("Galls upon"), a lost space ("Takingnote") or one too many ("Re affirms").

local wordlist = require "wordlist"

local find, sub = string.find, string.sub
local word_at, take = wordlist.word_at, wordlist.take

-- Shorter words are too much alike to be guessed.
local SHORTEST_GUESS = 5
-- "its deep and sincere gratitude": so many words may come before the noun.
local MOST_MODIFIERS = 5

local phrases = {}
local Language = {}
Language.__index = Language

-- Building -------------------------------------------------------------------

--- The items of a list as alternatives of a regular expression.
local function alternatives(list)
  local items = {}
  for item in pairs(wordlist.entries(list)) do items[#items + 1] = item end
  table.sort(items, function(a, b) return a > b end)
  return (table.concat(items, "|"):gsub(" ", "\\s+"))
end

--- Where a later phrase may begin: behind a comma or "and". Its groups are the
--- "and", if there is one, and the beginning of the phrase.
local function later_regex(words, kind)
  local pattern = [[(?:[,;]\s*|\s(?=(?:LINKS)\s))(?:(LINKS)\s+)?(?:(?:BETWEEN),?\s+)?]]
    .. [[((?:(?:BEFORE)\s+)*(?:HEADS)\b)]]
  return sheaf.regex((pattern:gsub("%u%u+", {
    LINKS = alternatives(words.links), BETWEEN = alternatives(words.between),
    BEFORE = alternatives(words.before),
    HEADS = alternatives(words[kind].heads) .. "|" .. words[kind].opinion,
  })))
end

local function add_head(self, entry)
  self.heads[entry.word] = entry
  if not entry.weak then self.guessable[#self.guessable + 1] = entry.word end
end

--- Adds a list of heads. @param weak true when they are common words, too
local function add_heads(self, kind, list, weak)
  for head, complements in pairs(wordlist.entries(list)) do
    add_head(self, { word = head, kind = kind, weak = weak,
      complements = wordlist.sequences(complements) })
    for complement in pairs(wordlist.entries(complements)) do
      self.joined[head .. complement:gsub(" ", "")] = { head, complement }
    end
  end
end

local function add_kind(self, words, kind)
  local own = words[kind]
  add_heads(self, kind, own.heads)
  add_heads(self, kind, own.weak, true)
  add_head(self, { word = own.opinion, kind = kind, opinion = true })
  for head, list in pairs(own.auxiliary) do
    add_head(self, { word = head, kind = kind, weak = #head < SHORTEST_GUESS,
      complements = wordlist.sequences(list), participle = own.participle })
  end
  self.endings[kind] = own.ending
  self.later_regex[kind] = later_regex(words, kind)
end

--- Makes the matcher of a language. @param code names its module in phrases/
function phrases.language(code)
  local words = require("phrases." .. code)
  local self = setmetatable({
    heads = {}, guessable = {}, joined = {}, endings = {}, later_regex = {},
    before = wordlist.sequences(words.before),
    after = wordlist.sequences(words.after),
    with = words.with,
    feelings = wordlist.entries(words.feelings),
    opinions = wordlist.entries(words.opinions),
    modifiers = wordlist.entries(words.modifiers),
    nouns = wordlist.entries(words.nouns),
    behind_nouns = wordlist.entries(words.behind_nouns),
    small = wordlist.entries(words.small), adjectives = wordlist.entries(words.adjectives),
    first_only = wordlist.entries(words.first_only),
    links = wordlist.entries(words.links),
  }, Language)
  add_kind(self, words, "preambular")
  add_kind(self, words, "operative")
  table.sort(self.guessable)
  self.guessable = wordlist.index(self.guessable)
  return self
end

-- Matching -------------------------------------------------------------------
-- A phrase is matched from left to right: each step takes what it can at byte
-- `at`, adds the words to the list `said` and returns the byte behind them.

--- Takes sequences as long as there are any.
local function take_all(said, sequences, text, at)
  while true do
    local last, words = take(sequences, text, at)
    if not last then return at end
    said[#said + 1], at = words, last + 1
  end
end

--- True when the object of a verb may begin at byte `at`.
local function is_object(self, text, at)
  local word = word_at(text, at)
  return word and (self.small[word] or find(text, "^%s*[%u\"]", at)) and true or false
end

--- Takes the adverbs behind a head.
local function take_after(self, said, text, at)
  while true do
    local last, words = take(self.after, text, at)
    local adjective = self.adjectives[words] and find(text, "^%s+%l", last + 1)
      and not is_object(self, text, last + 1) and not take(self.after, text, last + 1)
    if not last or adjective then return at end
    said[#said + 1], at = words, last + 1
  end
end

--- Takes the adverbs before a head; an "and" at the beginning does not count.
local function take_before(self, said, text, at)
  local word, _, last = word_at(text, at)
  if self.links[word] then at = last + 1 end
  return take_all(said, self.before, text, at)
end

--- Takes words up to the first of `nouns`; nothing when there is none nearby.
local function take_noun(self, said, nouns, text, at)
  local words = {}
  for _ = 0, MOST_MODIFIERS do
    at = take_after(self, words, text, at)
    local word, _, last = word_at(text, at)
    if not word then return nil end
    words[#words + 1], at = word, last + 1
    if nouns[word] then
      table.move(words, 1, #words, #said + 1, said)
      return at
    end
    if self.small[word] and not self.modifiers[word] then return nil end
  end
end

--- The entry of the head that a misread `word` may stand for.
local function guess_head(self, word)
  local head = #word >= SHORTEST_GUESS and wordlist.nearest(self.guessable, word)
  return head and self.heads[head]
end

--- Takes the head. @return its entry, the byte behind it, true if it is guessed
local function take_head(self, said, text, at)
  local word, _, last = word_at(text, at)
  if not word then return nil end
  local entry, guessed = self.heads[word], false
  local joined = not entry and self.joined[word]
  if joined then
    said[1 + #said], said[2 + #said] = joined[1], joined[2]
    return self.heads[joined[1]], last + 1, false
  end
  local next_word, _, next_last = word_at(text, last + 1)
  if not entry and next_word then
    entry = self.heads[word .. next_word]
    last = entry and next_last or last
  end
  if not entry then entry, guessed = guess_head(self, word), true end
  if not entry and #word < SHORTEST_GUESS and next_word then
    entry, last = guess_head(self, word .. next_word), next_last
  end
  if not entry then return nil end
  said[#said + 1] = entry.word
  return entry, last + 1, guessed
end

--- Takes what a head asks for: "into account" of "taking", "considered" of
--- "having". Adverbs may stand between: "calls again upon".
local function take_complement(self, said, entry, text, at)
  local words = {}
  local start = take_all(words, entry.participle and self.before or self.after, text, at)
  local last, complement = take(entry.complements, text, start)
  local word, _, word_last = word_at(text, start)
  if not last and entry.participle and word and find(word, entry.participle) then
    last, complement = word_last, word
  end
  if not last then return at end
  words[#words + 1] = complement
  table.move(words, 1, #words, #said + 1, said)
  return last + 1
end

--- Takes "with deep concern", also behind a comma.
local function take_feeling(self, said, text, at)
  local start = find(text, "^,", at) and at + 1 or at
  local word, _, last = word_at(text, start)
  if word ~= self.with then return at end
  local words = { word }
  local stop = take_noun(self, words, self.feelings, text, last + 1)
  if not stop then return at end
  table.move(words, 1, #words, #said + 1, said)
  return stop
end

--- Matches a phrase at byte `i` of `text`. @return nil, or a table: `text`, the
--- phrase as it should read; `kind`, "preambular" or "operative"; `weak` when it
--- may well be something else; `guessed` when its head was misread; `head`, the
--- head alone; `at`, the byte behind the head and what belongs to it
function Language:match(text, i)
  local said = {}
  local at = take_before(self, said, text, i)
  local entry, guessed
  entry, at, guessed = take_head(self, said, text, at)
  if not entry then return nil end
  if entry.opinion then
    at = take_noun(self, said, self.opinions, text, at) or at
  else
    at = take_complement(self, said, entry, text, at)
  end
  local bare = said[#said] == entry.word and next(entry.complements or {}) ~= nil
  at = take_after(self, said, text, at)
  take_feeling(self, said, text, at)
  local phrase = table.concat(said, " ")
  return { text = sub(phrase, 1, 1):upper() .. sub(phrase, 2), kind = entry.kind,
    weak = entry.weak or bare, guessed = guessed, head = entry.word, at = at }
end

--- True when a line that begins at byte `i` surely begins with a phrase.
function Language:begins(text, i)
  local word = word_at(text, i)
  if not (self.heads[word] or self.before[word] or self.joined[word]) then return false end
  local phrase = find(text, "^%u", i) and self:match(text, i)
  return phrase and not phrase.weak and not phrase.guessed
end

--- The phrase of a clause that begins with a word of no list, by its ending.
function Language:guess(text, i, kind)
  local said = {}
  local at = take_all(said, self.before, text, i)
  local word, _, last = word_at(text, at)
  if not word or not find(word, self.endings[kind]) then return nil end
  said[#said + 1] = word
  at = take_after(self, said, text, last + 1)
  take_feeling(self, said, text, at)
  local phrase = table.concat(said, " ")
  return { text = sub(phrase, 1, 1):upper() .. sub(phrase, 2), kind = kind, guessed = true }
end

-- Later phrases --------------------------------------------------------------

--- True when a phrase in the middle of a clause says what the body does, and is
--- neither a noun ("demands and requests") nor said of something else. @param
--- linked true when an "and" is before it
local function is_later(self, phrase, text, linked)
  if phrase.guessed or self.first_only[phrase.head] then return false end
  if self.nouns[phrase.head] then
    return is_object(self, text, phrase.at) and not self.behind_nouns[word_at(text, phrase.at)]
  end
  -- A participle behind a comma may belong to the noun before it, but hardly
  -- when it goes on with "also".
  return phrase.kind == "operative" or linked or self.after[phrase.text:match("%a+$")] ~= nil
end

--- The phrases within the clause at bytes `clause.i` to `clause.j` behind its
--- first, in lower case as they stand there: "and in this context inviting".
function Language:later(text, clause)
  local found, kind = {}, clause.phrase.kind
  local range = sheaf.text(sub(text, clause.i, clause.j))
  for _, _, link, _, from in range:each_group(self.later_regex[kind]) do
    local phrase = self:match(text, clause.i + from)
    if phrase and phrase.kind == kind and is_later(self, phrase, text, link ~= nil) then
      found[#found + 1] = phrase.text:lower()
    end
  end
  return found
end

return phrases
