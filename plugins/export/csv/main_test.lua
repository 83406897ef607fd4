local test = require "sheaf.test"

local TEXT = [[
The General Assembly,

Recalling its resolution 57/270 B of 23 June 2003,

1. Takes note of the "report" (A/58/98);

2. Decides to meet in 2006.
]]

--- The tables of a text that some plugins have read.
local function export(...)
  local doc = TEXT
  for _, name in ipairs { ... } do doc = sheaf.plugin(name):process(doc) end
  local _, tables = sheaf.plugin("export.csv"):process(doc)
  return tables
end

test("csv: a document without spans is a row of one table", function(t)
  local tables = export()
  t.ok(tables["documents.csv"]:find(",0,0,0,\r\n$"), tables["documents.csv"])
  t.equal(tables["clauses.csv"], "")
end)

test("csv: a citation is a row with its clause", function(t)
  local rows = export("extract.resolution", "extract.citations")["citations.csv"]
  t.ok(rows:find(",resolution,A/RES/57/270B,2003-06-23,preambular,57/270 B\r\n", 1, true), rows)
  t.ok(rows:find(",document,A/58/98,,1,A/58/98\r\n", 1, true), rows)
end)

test("csv: quotes and commas are quoted", function(t)
  local rows = export("extract.resolution")["clauses.csv"]
  t.ok(rows:find('"1. Takes note of the ""report"" (A/58/98);"\r\n', 1, true), rows)
end)

test("csv: all spans are in one table, with their attributes", function(t)
  local rows = export("extract.dates")["spans.csv"]
  t.ok(rows:find(',date,%d+,%d+,"{""precision"":""year"",""value"":""2006""}",2006\r\n'), rows)
end)
