local test = require "sheaf.test"

test("chooses as many sentences as are wanted", function(t)
  local plugin = sheaf.plugin(test.folder, { sentences = 1 })
  local doc = assert(plugin:process("Rain fell on the town. More rain fell on it. He slept."))
  t.equal(doc:count "summary", 1)
end)
