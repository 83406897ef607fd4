local test = require "sheaf.test"

local function years(text, options)
  local found = {}
  local doc = assert(sheaf.plugin(test.folder, options):process(text))
  for span in doc:spans("date") do found[#found + 1] = span.value end
  return found
end

test("finds years", function(t)
  t.equal(years "In 1995, 1996 and a2000.", { "1995", "1996" })
end)

test("leaves out those before the first that counts", function(t)
  t.equal(years("In 1995 and 2003.", { first = 2000 }), { "2003" })
end)
