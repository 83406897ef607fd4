local test = require "sheaf.test"

local function open(options)
  return assert(sheaf.plugin(test.folder, options))
end

local function document(text, ...)
  local doc = sheaf.document(text)
  for _, symbol in ipairs { ... } do
    doc:add("citation", 0, 1, { symbol = symbol, type = "document" })
  end
  return doc
end

test("counts: a document amounts to how often it has each value", function(t)
  local _, part = open():process(document("x", "A/1", "A/2", "A/1"))
  t.equal(part, { ["citation.symbol"] = { ["A/1"] = 2, ["A/2"] = 1 } })
end)

test("counts: a document without any amounts to nothing", function(t)
  local doc, part = open():process "x"
  t.ok(doc)
  t.equal(part, nil)
end)

test("counts: a span without the attribute does not count", function(t)
  local doc = sheaf.document "x"
  doc:add("citation", 0, 1, { type = "document" })
  local _, part = open():process(doc)
  t.equal(part, nil)
end)

--- The table of documents that cite these symbols.
local function count(options, ...)
  local plugin, parts = open(options), {}
  for _, symbols in ipairs { ... } do
    local _, part = plugin:process(document("x", table.unpack(symbols)))
    parts[#parts + 1] = part
  end
  return assert(plugin:finish(parts))["counts.csv"]
end

test("counts: what most documents have comes first, then the more frequent", function(t)
  t.equal(count(nil, { "A/1", "B,1" }, { "A/2", "A/2", "C/1" }, { "A/1" }),
    "of,value,documents,occurrences\r\ncitation.symbol,A/1,2,2\r\n"
      .. 'citation.symbol,A/2,1,2\r\ncitation.symbol,"B,1",1,1\r\ncitation.symbol,C/1,1,1\r\n')
end)

test("counts: top leaves out the others", function(t)
  t.equal(count({ top = 1 }, { "A/1" }, { "A/1", "A/2" }),
    "of,value,documents,occurrences\r\ncitation.symbol,A/1,2,2\r\n")
end)

test("counts: a kind alone counts what its spans are over", function(t)
  local doc = sheaf.document "one two one"
  for from, to in doc.text:words() do doc:add("keyphrase", from, to) end
  local plugin = open { of = { "keyphrase" } }
  local _, part = plugin:process(doc)
  t.equal(part, { keyphrase = { one = 2, two = 1 } })
end)

test("counts: of nothing is a table without rows", function(t)
  t.equal(count(nil), "of,value,documents,occurrences\r\n")
end)
