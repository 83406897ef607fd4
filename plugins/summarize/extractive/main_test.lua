local test = require "sheaf.test"

local RESOLUTION = [[
58/208. International migration and development

The General Assembly,

Recalling its resolution 49/127 of 19 December 1994,

1. Takes note of the report of the Secretary-General;

2. Decides to hold a dialogue on international migration in 2006;

3. Requests the Secretary-General to bear in mind that:

(a) The dialogue should discuss migration;

(b) Round tables are useful;

4. Decides to remain seized of the matter.
]]

--- The summaries' texts by rank.
local function summarize(doc, options)
  doc = sheaf.plugin("summarize.extractive", options):process(doc)
  local texts = {}
  for span in doc:spans("summary") do texts[span.rank] = tostring(span.text) end
  return texts
end

test("summary: of a resolution, what is decided and asked for comes first", function(t)
  local doc = sheaf.plugin("extract.resolution"):process(RESOLUTION)
  local texts = summarize(doc, { sentences = 2 })
  t.equal(#texts, 2)
  t.ok(texts[1]:find("hold a dialogue"), texts[1])
  t.ok(texts[2]:find("^3%. Requests"), texts[2])
end)

test("summary: a clause takes its items along", function(t)
  local doc = sheaf.plugin("extract.resolution"):process(RESOLUTION)
  t.ok(summarize(doc, { sentences = 2 })[2]:find("Round tables are useful;$"))
end)

test("summary: that the matter stays on the agenda comes last", function(t)
  local doc = sheaf.plugin("extract.resolution"):process(RESOLUTION)
  t.ok(summarize(doc, { sentences = 4 })[4]:find("remain seized"))
end)

test("summary: sentences cover what the text speaks of most", function(t)
  local texts = summarize([[
It rained a little in the morning, and then it did not. Repairs of the old bridge over the river
will take three months. The mayor likes to eat apples and pears. Until the repairs are done, the
old bridge over the river is closed.]], { sentences = 1 })
  t.equal(texts, { "Repairs of the old bridge over the river\nwill take three months." })
end)

test("summary: what was said is not said again", function(t)
  local texts = summarize([[
The treaty forbids the testing of weapons in space. The treaty forbids the testing of weapons in
space. Inspectors will visit every laboratory once a year.]], { sentences = 2 })
  t.ok(texts[2]:find("^Inspectors"), texts[2])
end)

test("summary: a text without sentences has none", function(t)
  t.equal(summarize("Contents\n\n1 2 3\n"), {})
end)
