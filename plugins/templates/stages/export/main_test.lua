local test = require "sheaf.test"

test("writes a line a date", function(t)
  local doc = assert(sheaf.plugin("extract.dates"):process("On 23 December\n2003."))
  local _, records = sheaf.plugin(test.folder):process(doc)
  t.equal(records["@NAME@.tsv"], "1/1/text\t2003-12-23\t23 December 2003\n")
end)
