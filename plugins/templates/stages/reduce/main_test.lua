local test = require "sheaf.test"

--- The table of documents with these texts.
local function count(options, ...)
  local plugin, parts = sheaf.plugin(test.folder, options), {}
  for _, text in ipairs { ... } do
    local doc = assert(sheaf.plugin("extract.dates"):process(text))
    local _, part = plugin:process(doc)
    parts[#parts + 1] = part
  end
  return plugin:finish(parts)["@NAME@.csv"]
end

test("counts a year once a document", function(t)
  t.equal(count(nil, "In 1995 and in May 1995.", "Nothing.", "In 2003; not in 1995."),
    "year,documents\n1995,2\n2003,1\n")
end)

test("leaves out those before the first that counts", function(t)
  t.equal(count({ first = 2000 }, "In 1995.", "In 2003."), "year,documents\n2003,1\n")
end)

test("makes a table of nothing", function(t)
  t.equal(count(nil), "year,documents\n")
end)
