--- Writes what was found as tables, one file each, as RFC 4180 says: fields
--- between commas, rows end with CR LF. The header lines are in plugin.json.
--- Starts and ends are byte offsets in the document's text.

local csv = require "sheaf.csv"

local row = csv.row
local plugin = {}

--- Where in a resolution a span is: "10(a)" of an item, "preambular" of others
--- that have no number.
local function clause_at(clauses, span)
  local inner
  for _, clause in ipairs(clauses) do
    if clause.start > span.start then break end
    if clause["end"] >= span["end"] then inner = clause end
  end
  return inner and (inner.number or inner.type)
end

-- Tables ---------------------------------------------------------------------
-- Each makes the rows of one document. `record` is the document as a table, and
-- `text_of` gives a span's text.

local tables = {}

--- The value of the first span of a kind, if there is one.
local function first(spans, key)
  return spans and spans[1] and key(spans[1])
end

tables["documents.csv"] = function(record, text_of)
  local spans = record.spans
  local function count(kind) return spans[kind] and #spans[kind] or 0 end
  return row(13, record.id, record.bundle, record.member, record.media_type, record.language,
    record.sha256, #record.text, first(spans.symbol, function(span) return span.symbol end),
    first(spans.title, text_of), count("clause"), count("citation"), count("date"),
    table.concat(record.summary, "\n"))
end

--- A table with a row a span, made by `row_of`.
local function table_of(kind, row_of)
  return function(record, text_of)
    local rows = {}
    for i, span in ipairs(record.spans[kind] or {}) do rows[i] = row_of(record, span, text_of) end
    return table.concat(rows)
  end
end

tables["clauses.csv"] = table_of("clause", function(record, span, text_of)
  return row(8, record.id, span.start, span["end"], span.type, span.number, span.parent,
    span.phrase, text_of(span))
end)

tables["citations.csv"] = table_of("citation", function(record, span, text_of)
  return row(8, record.id, span.start, span["end"], span.type, span.symbol, span.date,
    clause_at(record.spans.clause or {}, span), text_of(span))
end)

tables["dates.csv"] = table_of("date", function(record, span, text_of)
  return row(7, record.id, span.start, span["end"], span.value, span.precision,
    clause_at(record.spans.clause or {}, span), text_of(span))
end)

--- The attributes of a span as JSON.
local function attributes_of(span)
  local attributes = {}
  for name, value in pairs(span) do
    if name ~= "start" and name ~= "end" then attributes[name] = value end
  end
  return next(attributes) and sheaf.json.encode(attributes)
end

tables["spans.csv"] = function(record, text_of)
  local rows, kinds = {}, {}
  for kind in pairs(record.spans) do kinds[#kinds + 1] = kind end
  table.sort(kinds)
  for _, kind in ipairs(kinds) do
    for _, span in ipairs(record.spans[kind]) do
      rows[#rows + 1] = row(6, record.id, kind, span.start, span["end"], attributes_of(span),
        text_of(span))
    end
  end
  return table.concat(rows)
end

function plugin.encode(doc)
  local record = sheaf.json.decode(doc:json {})
  local function text_of(span) return doc.text:slice(span.start, span["end"]) end
  local records = {}
  for name, rows_of in pairs(tables) do records[name] = rows_of(record, text_of) end
  return records
end

return plugin
