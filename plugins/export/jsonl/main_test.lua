local test = require "sheaf.test"

local TEXT = "Größe: A/58/98."

--- The decoded line of a document that has one citation.
local function export(options)
  local folder = "export.jsonl"
  local _, records = sheaf.plugin(folder, options):process(TEXT)
  local line = records["documents.jsonl"]
  return sheaf.json.decode(line), line
end

test("jsonl: a document is one line", function(t)
  local _, line = export()
  t.ok(line:find("^[^\n]+\n$"), "not one line")
end)

test("jsonl: a line has the text and its spans", function(t)
  local record = export()
  t.equal(record.text, TEXT)
  t.equal(record.spans, {})
end)

test("jsonl: Dolma's lines have source, metadata and attributes", function(t)
  local record = export { format = "dolma" }
  t.equal(record.text, TEXT)
  t.equal(record.attributes, {})
  t.ok(record.source, "no source")
  t.equal(record.metadata.media_type, "text/plain")
end)
