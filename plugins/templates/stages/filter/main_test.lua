local test = require "sheaf.test"

test("keeps long documents and drops short ones", function(t)
  local plugin = sheaf.plugin(test.folder, { words = 3 })
  t.ok(plugin:process "one two three")
  local _, why = plugin:process "one two"
  t.equal(why, "dropped: only 2 words")
end)
