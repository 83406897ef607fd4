--- The operative clauses of a resolution as candidates for its summary.

local verbs = require "verbs"

-- What is taken from a clause's score, or added at most.
local FORMAL, LONG, TOPIC = 0.7, 0.3, 0.2
-- A clause of so many bytes is as long as any.
local MUCH = 1200

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

--- Where the items of each clause end, by the clause's number.
local function ends_of_items(doc)
  local ends = {}
  for clause in doc:spans("clause") do
    if clause.type == "item" and clause.parent then
      ends[clause.parent] = math.max(ends[clause.parent] or 0, clause.to)
    end
  end
  return ends
end

--- A clause with its items, "bearing in mind that: (a) …", is one candidate.
local function candidate(doc, clause, ends)
  local to = clause.to
  if clause.text:find(":%s*$") then to = math.max(to, ends[clause.number] or 0) end
  return { from = clause.from, to = to, text = doc.text:slice(clause.from, to):lower(),
    score = verbs.weight(clause.phrase or "") }
end

--- @return a list of candidates, each with from, to and score; empty if the
--- document is no resolution
function resolution.candidates(doc)
  local topic, count = topic_of(doc)
  local ends, found = ends_of_items(doc), {}
  for clause in doc:spans("clause") do
    if clause.type == "operative" then
      local one = candidate(doc, clause, ends)
      one.score = one.score + TOPIC * share_of(one.text, topic, count)
      if verbs.is_formal(one.text) then one.score = one.score - FORMAL end
      one.score = one.score - LONG * math.min(1, (one.to - one.from) / MUCH)
      found[#found + 1] = one
    end
  end
  return found
end

return resolution
