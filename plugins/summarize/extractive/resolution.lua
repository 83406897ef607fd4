--- The operative clauses of a resolution as candidates for its summary.

local verbs = require "verbs"

-- What is taken from a clause's score, or added at most.
local FORMAL, OPEN, LONG, TOPIC = 0.9, 0.5, 0.3, 0.2
-- A clause of so many bytes is as long as any; one of so many is cut.
local MUCH, LONGEST = 1200, 3000

local resolution = {}

--- The words of the title that tell its topic, as a set, and their number.
local function topic_of(doc)
  local topic, count = {}, 0
  for title in doc:spans("title") do
    for word in title.text:lower():gmatch("[%w\128-\255]+") do
      if not topic[word] and not sheaf.stop_word(word) then topic[word], count = true, count + 1 end
    end
  end
  return topic, count
end

--- How much of the topic is in the words of a clause, from 0 to 1.
local function share_of(clause, topic, count)
  local found, seen = 0, {}
  for word in clause:gmatch("[%w\128-\255]+") do
    if topic[word] and not seen[word] then seen[word], found = true, found + 1 end
  end
  return count > 0 and found / count or 0
end

--- The operative clauses, each with the place where its items end.
local function clauses_of(doc)
  local clauses, last = {}, nil
  for clause in doc:spans("clause") do
    if clause.type == "operative" then
      last = { from = clause.from, to = clause.to, phrase = clause.phrase or "",
        opens = clause.text:find(":%s*$") ~= nil, items_to = clause.to }
      clauses[#clauses + 1] = last
    elseif clause.type == "item" and last then
      last.items_to = math.max(last.items_to, clause.to)
    end
  end
  return clauses
end

--- What a clause adopts may follow it, pages long: then its first paragraph must
--- do.
local function shorten(doc, clause)
  if clause.to - clause.from <= LONGEST then return end
  local paragraph = doc.text:slice(clause.from, clause.to):find("%s*\n[ \t\r]*\n")
  if paragraph then clause.to = clause.from + paragraph - 1 end
end

--- Gives the clause its score. One that opens a list, "bearing in mind that: (a)
--- …", takes its items along; without any it is half a sentence.
local function weigh(doc, clause, topic, count)
  if clause.opens then clause.to = clause.items_to end
  shorten(doc, clause)
  local text = doc.text:slice(clause.from, clause.to):lower()
  clause.score = verbs.weight(clause.phrase) + TOPIC * share_of(text, topic, count)
    - LONG * math.min(1, #text / MUCH)
  if verbs.is_formal(text) then clause.score = clause.score - FORMAL end
  if text:find(":%s*$") then clause.score = clause.score - OPEN end
end

--- @return a list of candidates, each with from, to and score; empty if the
--- document is no resolution
function resolution.candidates(doc)
  local topic, count = topic_of(doc)
  local clauses = clauses_of(doc)
  for _, clause in ipairs(clauses) do weigh(doc, clause, topic, count) end
  return clauses
end

return resolution
