-- Shows what a run made: one resolution in full, then all of them in a line.
--
-- usage: sheaf scripts/analysis/overview.lua FOLDER
--
-- FOLDER is what `sheaf run … -o FOLDER` wrote with the default pipeline.

local folder = arg[1] or error("usage: sheaf overview.lua FOLDER", 0)
local WIDTH = 78
local SHOWN = 12

-- Reading -----------------------------------------------------------------------

--- Iterates over the values in a file of JSON lines.
local function records(name)
  local next_line = io.lines(folder .. "/" .. name)
  return function()
    local line = next_line()
    return line and sheaf.json.decode(line)
  end
end

local function spans(doc, kind) return doc.spans[kind] or {} end

--- The text of a span on one line. Offsets are bytes from 0, end excluded.
local function text_of(doc, span)
  return (doc.text:sub(span.start + 1, span["end"]):gsub("%s+", " "))
end

--- The attribute `key`, or else the text, of the first span of a kind.
local function first(doc, kind, key)
  local span = spans(doc, kind)[1]
  return span and (span[key] or text_of(doc, span))
end

--- The values of an attribute, each once, in the order of the text.
local function distinct(doc, kind, key)
  local seen, list = {}, {}
  for _, span in ipairs(spans(doc, kind)) do
    local value = span[key]
    if value and not seen[value] then
      seen[value] = true
      list[#list + 1] = value
    end
  end
  return list
end

-- Printing ------------------------------------------------------------------------

--- Prints text wrapped, its first line behind `label`, the others below it.
local function print_wrapped(label, text)
  local line, indent = label, (" "):rep(utf8.len(label))
  local empty = true
  for word in text:gmatch("%S+") do
    if not empty and utf8.len(line) + utf8.len(word) >= WIDTH then
      print(line)
      line, empty = indent, true
    end
    line = line .. (empty and "" or " ") .. word
    empty = false
  end
  print(line)
end

local function count_clauses(doc)
  local counts = { preambular = 0, operative = 0, item = 0 }
  for _, clause in ipairs(spans(doc, "clause")) do
    counts[clause.type] = (counts[clause.type] or 0) + 1
  end
  return counts
end

--- Prints how many values there are, and the first of them.
local function print_list(label, values)
  if #values == 0 then return end
  local shown = table.concat(values, ", ", 1, math.min(#values, SHOWN))
  if #values > SHOWN then shown = shown .. ", …" end
  print_wrapped(("  %-10s %d: "):format(label, #values), shown)
end

local function print_resolution(doc)
  local clauses = count_clauses(doc)
  print()
  print_wrapped("", first(doc, "title") or doc.member)
  print_wrapped("", ("%s, %s, %d bytes of text"):format(
    first(doc, "symbol", "symbol") or "no symbol",
    first(doc, "organ", "name") or "no organ", #doc.text))
  print()
  print(("  clauses    %d preambular, %d operative, %d items"):format(
    clauses.preambular, clauses.operative, clauses.item))
  print_list("citations", distinct(doc, "citation", "symbol"))
  print_list("dates", distinct(doc, "date", "value"))
  if #doc.summary > 0 then print("  summary") end
  for _, sentence in ipairs(doc.summary) do
    print_wrapped("    - ", (sentence:gsub("%s+", " ")))
  end
end

local function print_line(doc)
  print(("  %-16s %9d %9d %6d   %s"):format(
    first(doc, "symbol", "symbol") or "", #spans(doc, "clause"),
    #spans(doc, "citation"), #spans(doc, "date"), doc.member))
end

local function print_table(docs)
  print(("\n  %-16s %9s %9s %6s   %s"):format(
    "symbol", "clauses", "citations", "dates", "member"))
  for _, doc in ipairs(docs) do print_line(doc) end
end

local function print_statuses()
  local counts, names, total = {}, {}, 0
  for row in records("ledger.jsonl") do
    if not counts[row.status] then names[#names + 1] = row.status end
    counts[row.status] = (counts[row.status] or 0) + 1
    total = total + 1
  end
  table.sort(names)
  for i, name in ipairs(names) do names[i] = counts[name] .. " " .. name end
  print(("\n%d documents: %s. In %s:"):format(
    total, table.concat(names, ", "), folder))
  print("  documents.jsonl   a line a document: text, spans, summary")
  print("  ledger.jsonl      a line a document: how it ended, and why")
  print("  run.json          what was run, counts and timings")
end

-- The overview ----------------------------------------------------------------------

--- How much there is to show of a document.
local function richness(doc)
  return #spans(doc, "clause") + (first(doc, "title") and 1000 or 0)
end

local function richest(docs)
  local best = docs[1]
  for _, doc in ipairs(docs) do
    if richness(doc) > richness(best) then best = doc end
  end
  return best
end

local docs = {}
for doc in records("documents.jsonl") do docs[#docs + 1] = doc end
if #docs > 0 then
  print_resolution(richest(docs))
  print_table(docs)
end
print_statuses()
