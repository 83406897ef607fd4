--- Chooses the sentences that together cover most of what a text says.
---
--- What it says are its words and pairs of words, each weighing the logarithm of
--- how often it occurs. Sentences are taken greedily, each time the one that
--- covers most that is not covered yet for its length, with a prior for those
--- at the beginning (after Takamura and Okumura, "Text summarization model based
--- on maximum coverage problem and its variant", 2009).

-- Shorter sentences are headings and the like; longer ones are lists.
local FEWEST_WORDS, MOST_WORDS = 5, 80
-- At most this share of a sentence is marks and signs.
local MOST_MARKS = 0.12
-- Of a long text so many sentences are looked at.
local MOST_SENTENCES = 3000
-- How much length counts against a sentence: 0 not at all, 1 in full.
local LENGTH = 0.6
-- The first sentence of a text counts so much more than the last.
local LEAD = 0.4
-- A pair of words weighs so much more than a word.
local PAIR = 0.5

local coverage = {}

-- Written without spaces: each character is taken for a word.
local UNSPACED = { zh = true, ja = true, th = true }

-- Words are numbered in a document; a pair of them is one number, too.
local PAIRS = 1 << 32

--- The numbers of words: the same word has the same, a stop word 0.
local function numbering(language)
  local last = 0
  return setmetatable({}, { __index = function(numbers, word)
    local number = 0
    if not sheaf.stop_word(word, language) then
      last = last + 1
      number = last
    end
    numbers[word] = number
    return number
  end })
end

--- What a sentence says: its words and the pairs that stand side by side, each
--- once. @return the list, how many words there are, how many bytes they have
local function concepts_of(words, numbers)
  local concepts, seen, total, bytes, before = {}, {}, 0, 0, 0
  for word in words do
    local number = numbers[word]
    total, bytes = total + 1, bytes + #word
    local pair = before > 0 and number > 0 and before * PAIRS + number or 0
    if number > 0 and not seen[number] then
      concepts[#concepts + 1], seen[number] = number, true
    end
    if pair > 0 and not seen[pair] then concepts[#concepts + 1], seen[pair] = pair, true end
    before = number
  end
  return concepts, total, bytes
end

--- True unless the text is a note, a list's item, a table or a program. What is
--- neither in words nor a space between them is marks and signs.
local function is_prose(text, word_bytes, words)
  return #text - word_bytes - words < #text * MOST_MARKS
    and text:find("^[\"'(\xC2\xE2]*[%w\128-\255]") ~= nil
end

local function sentences_of(doc)
  local sentences, numbers = {}, numbering(doc.language)
  local pattern = UNSPACED[doc.language] and utf8.charpattern or "[%w\128-\255]+"
  for from, to in doc.text:sentences(doc.language) do
    local text = doc.text:slice(from, to):lower()
    local concepts, total, bytes = concepts_of(text:gmatch(pattern), numbers)
    if total >= FEWEST_WORDS and total <= MOST_WORDS and is_prose(text, bytes, total) then
      sentences[#sentences + 1] = { from = from, to = to, concepts = concepts, length = total }
    end
    if #sentences == MOST_SENTENCES then break end
  end
  return sentences
end

--- What each concept weighs.
local function weights_of(sentences)
  local counts = {}
  for _, sentence in ipairs(sentences) do
    for _, concept in ipairs(sentence.concepts) do
      counts[concept] = (counts[concept] or 0) + 1
    end
  end
  for concept, count in pairs(counts) do
    counts[concept] = (concept >= PAIRS and PAIR or 1) * math.log(1 + count)
  end
  return counts
end

--- What the sentence adds to what is covered.
local function gain_of(sentence, weights, covered)
  local gain = 0
  for _, concept in ipairs(sentence.concepts) do
    if not covered[concept] then gain = gain + weights[concept] end
  end
  return gain / sentence.length ^ LENGTH * sentence.prior
end

--- The sentence of most gain among those that are not chosen. Gains only ever
--- fall, so one that was less than the best found so far need not be counted.
local function best_of(sentences, weights, covered)
  local best
  for _, sentence in ipairs(sentences) do
    if not sentence.chosen and (not best or sentence.score > best.score) then
      sentence.score = gain_of(sentence, weights, covered)
      if not best or sentence.score > best.score then best = sentence end
    end
  end
  return best
end

--- @return at most `count` sentences in the order of their choice, each with
--- from, to and score
function coverage.choose(doc, count)
  local sentences = sentences_of(doc)
  local weights, covered, chosen = weights_of(sentences), {}, {}
  for i, sentence in ipairs(sentences) do
    sentence.prior = 1 + LEAD * (#sentences - i) / #sentences
    sentence.score = math.huge
  end
  while #chosen < math.min(count, #sentences) do
    local best = best_of(sentences, weights, covered)
    best.chosen = true
    chosen[#chosen + 1] = best
    for _, concept in ipairs(best.concepts) do covered[concept] = true end
  end
  return chosen
end

return coverage
