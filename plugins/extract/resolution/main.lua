--- Finds the parts of resolutions as the organs of the United Nations and many
--- other bodies write them: symbol, organ and title, preambular and operative
--- clauses with their items, footnotes and their markers. A document that is no
--- resolution gets no spans.

local clauses = require "clauses"
local footnotes = require "footnotes"
local phrases = require "phrases"

-- Texts above this are no resolutions, and their units would need much memory.
local LONGEST = 8 * 1024 * 1024

local english = phrases.language "en"

local plugin = {}

--- Adds the bytes `range.i` to `range.j`, which count from 1, as a span.
local function add(doc, kind, range, attributes)
  doc:add(kind, range.i - 1, range.j, attributes)
end

local function add_clause(doc, text, clause)
  local phrase = clause.phrase
  local later = phrase and english:later(text, clause)
  add(doc, "clause", clause, { type = clause.type, number = clause.number,
    parent = clause.parent, part = clause.part, phrase = phrase and phrase.text,
    phrases = later and #later > 0 and later or nil })
end

local function add_notes(doc, text, resolution)
  local last = resolution.closing or resolution.clauses[#resolution.clauses]
  local notes, markers = footnotes.find(text, resolution, resolution.above, last.j)
  for _, note in ipairs(notes) do
    local marker = note.marker
    add(doc, "footnote", note, { number = note.number,
      marker = marker and { marker.i - 1, marker.j } })
  end
  for _, marker in ipairs(markers) do
    add(doc, "footnote_marker", marker, { number = marker.number })
  end
end

local function add_resolution(doc, text, resolution)
  local block = resolution.block
  if block.symbol then add(doc, "symbol", block.symbol, { symbol = block.symbol.value }) end
  if block.title then add(doc, "title", block.title) end
  for _, formula in ipairs(resolution.formulas) do
    add(doc, "organ", formula, { name = formula.body.name })
  end
  for _, clause in ipairs(resolution.clauses) do add_clause(doc, text, clause) end
  add_notes(doc, text, resolution)
end

function plugin.process(doc)
  if #doc.text > LONGEST then return end
  local text = tostring(doc.text)
  for _, resolution in ipairs(clauses.parse(text, english)) do
    add_resolution(doc, text, resolution)
  end
end

return plugin
