local test = require "sheaf.test"

--- The section of a text that some plugins have read.
local function export(text, ...)
  local doc = text
  for _, name in ipairs { ... } do doc = sheaf.plugin(name):process(doc) end
  local _, records = sheaf.plugin("export.markdown"):process(doc)
  return records["report.md"]
end

test("markdown: a document is a section", function(t)
  t.ok(export("Hello."):find("^\n## [^\n]+\n\ntext/plain, 6 bytes"), export("Hello."))
end)

test("markdown: a symbol is listed once, with its count", function(t)
  local section = export("A/58/98, resolution 58/208 and A/58/98.", "extract.citations")
  t.ok(section:find("**Cites** A/58/98 (2), A/RES/58/208.", 1, true), section)
end)

test("markdown: what looks like marks is escaped", function(t)
  local section = export("We *must* meet in [the] hall before the summer ends.",
    "summarize.extractive")
  t.ok(section:find("> We \\*must\\* meet in \\[the\\] hall", 1, true), section)
end)
