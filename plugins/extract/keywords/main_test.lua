local test = require "sheaf.test"

--- The keywords of a text in its order, each with its score.
local function keywords(text, options)
  local found = {}
  local doc = assert(assert(sheaf.plugin(test.folder, options)):process(text))
  for span in doc:spans "keyphrase" do
    found[#found + 1] = tostring(span.text) .. " " .. span.score
  end
  return found
end

test("keywords: without a table, what occurs most", function(t)
  t.equal(keywords("The Border and the border of the River.", { count = 1 }), { "Border 2.0" })
end)

test("keywords: stop words and short ones are none", function(t)
  t.equal(keywords("They would have been, and a cat.", nil), {})
end)

test("keywords: a text without words has none", function(t)
  t.equal(keywords("...", nil), {})
end)

test("keywords: a table has to be granted", function(t)
  local fine, why = pcall(sheaf.plugin, test.folder, { words = "/tmp/words.csv" })
  t.ok(not fine)
  t.ok(tostring(why):find("--allow", 1, true), tostring(why))
end)
