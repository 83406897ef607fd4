--- Finds the footnotes of a resolution and their markers in its text.
---
--- Markers are printed as "Cairo[1]", "the Council, 1/", "Development¹", "of 5
--- January 1949; 6" or "Assembly*"; notes accordingly. A bare number is a marker
--- only when there is such a note and the words around it allow it.

local wordlist = require "wordlist"

local find, match, sub = string.find, string.match, string.sub
local word_at = wordlist.word_at

local footnotes = {}

-- Notes ----------------------------------------------------------------------

-- Two notes that follow each other may have notes lost between them.
local MOST_LOST = 5

-- A number before one of these is a date or a quantity.
local MONTHS = wordlist.entries [[
  january, february, march, april, may, june, july, august, september, october,
  november, december ]]
local UNITS = wordlist.entries [[
  abstention, abstentions, cent, day, days, dollars, hours, kilometres, members, metres,
  miles, million, minutes, months, observers, per, percent, states, votes, weeks, years ]]

-- A number behind one of these belongs to it.
local CUES = wordlist.entries [[
  a, about, an, and, annex, annexes, article, articles, as, at, between, by, chapter,
  exceed, flight, for, from, group, in, is, item, items, its, least, nos, number, of, on,
  operative, or, over, page, pages, paragraph, paragraphs, paras, part, phase,
  resolution, resolutions, rule, rules, section, sections, step, subparagraph,
  subparagraphs, table, than, that, the, their, this, to, under, volume, was, which,
  with ]]

--- Adds a note, or several that stand in one paragraph: each begins a line with
--- the next number.
local function add_note(notes, text, i, j, label)
  notes[#notes + 1] = { i = i, j = j, number = label }
  local number, newline = tonumber(label), i
  while number do
    newline = find(text, "\n", newline + 1, true)
    if not newline or newline > j then return end
    local start, digits = match(text, "^%s*()(%d+)/?%s+[^%s%d]", newline)
    local ahead = digits and tonumber(digits) - number or 0
    if ahead > 0 and ahead <= MOST_LOST and not MONTHS[word_at(text, start + #digits) or ""] then
      notes[#notes].j = newline - #match(sub(text, newline - 9, newline), "%s*$")
      notes[#notes + 1] = { i = start, j = j, number = digits }
      number = number + ahead
    end
  end
end

--- Splits the paragraph of a unit into lines that end with a full stop: notes
--- whose numbers the reader of a page description has set apart.
local function add_loose(loose, text, unit)
  local i = unit.i
  for stop in sub(text, unit.i, unit.j):gmatch("%.()%s*\n") do
    loose[#loose + 1] = { i = i, j = unit.i + stop - 2 }
    i = find(text, "%S", unit.i + stop - 1)
  end
  loose[#loose + 1] = { i = i, j = unit.j }
end

--- The notes in the units of a resolution: a list of `i`, `j` and `number`.
local function read_notes(text, list)
  local notes, loose, highest, waiting = {}, {}, 0, nil
  for _, unit in ipairs(list) do
    local number = tonumber(unit.label) or 0
    if unit.kind == "digits" and number <= highest then
      local range = table.remove(loose, 1)
      if range then add_note(notes, text, range.i, range.j, unit.label) end
    elseif unit.kind == "digits" then
      waiting = unit
    elseif waiting and not unit.label then
      local together = not find(sub(text, waiting.j + 1, unit.i - 1), "%S")
      add_note(notes, text, together and waiting.i or unit.i, unit.j, waiting.label)
      waiting = nil
    elseif unit.label and unit.kind ~= "item" then
      add_note(notes, text, unit.i, unit.j, unit.label)
    elseif #notes > 0 and find(text, "^%l", unit.i) then
      notes[#notes].j = unit.j
    else
      add_loose(loose, text, unit)
    end
    highest = math.max(highest, number)
  end
  return notes
end

-- Markers --------------------------------------------------------------------

--- True when what is glued to a number lets it be a marker: the end of a word or
--- of a year, and punctuation, but not "1,000", "No.5" or "PV.12".
local function may_be_glued(before)
  if find(before, "[.,]$") then
    return find(before, "%l%l%l%l[.,]$") or find(before, "%f[%d]%d%d%d%d[.,]$")
      or find(before, "[%s)\"][.,]$")
  end
  return find(before, "%l%l%l%l$") or find(before, "[;:)\"'*]$")
    or find(before, "\226\128[\152-\159]$")
end

--- True when a marker may stand behind a word and a space: not behind words that
--- go with numbers, or with a noun, and in lists of numbers.
local function may_be_behind(before)
  local word = match(before, "(%S+)%s+$") or ""
  if find(word, "^%d%d?%d?,?$") or find(word, "^%([^)]*$") then return false end
  word = match(word, "^%a+$")
  if not word then return true end
  word = word:lower()
  if MONTHS[word] then return find(before, "%d%s+%a+%s+$") end
  return not (CUES[word] or UNITS[word])
end

-- What is behind a number that is part of a name, a range, a quantity or a
-- symbol: "1st", "1/", "1-3", "1 (1948)", "1,000".
local NOT_BEHIND = { "^[%w/%%(-]", "^[.,]%d", "^%s+%(%d%d%d%d%)" }

--- True when the bytes from `i` on may stand behind a bare marker.
local function may_follow(text, i)
  for _, pattern in ipairs(NOT_BEHIND) do
    if find(text, pattern, i) then return false end
  end
  local word = word_at(text, i)
  return not (word and (MONTHS[word] or UNITS[word]))
end

local function is_bare(text, i, j)
  if not may_follow(text, j + 1) then return false end
  local before = sub(text, i > 30 and i - 30 or 1, i - 1)
  return find(before, "%s$") and may_be_behind(before) or may_be_glued(before)
end

local function is_with_slash(text, i, j)
  return not find(text, "^[%w/]", i - 1) and not find(text, "^%w", j + 1)
end

local function is_anything() return true end

-- The styles of markers: how a note in that style begins, the pattern of its
-- markers, the letter with which these begin if it is always the same, and the
-- test that a match has to pass.
local STYLES = {
  { note = "^%[%d+%]", marker = "^%[(%d+)%]()", letter = "[", test = is_anything },
  { note = "^%d+/", marker = "()(%d+)/()", test = is_with_slash },
  { note = "^%*", marker = "^(%*+)()", letter = "*", test = is_anything },
  { note = "^%d+", marker = "()(%d+)()", test = is_bare },
}

--- Iterates over what may be markers of `style` from byte `at` on: the first
--- byte, the number, the byte behind.
local function candidates(text, at, style)
  if not style.letter then return text:gmatch(style.marker, at) end
  return function()
    while true do
      -- A plain search is much faster than a pattern.
      local first = find(text, style.letter, at, true)
      if not first then return nil end
      local number, behind = match(text, style.marker, first)
      at = behind or first + 1
      if number then return first, number, behind end
    end
  end
end

local function style_of(text, note)
  for _, style in ipairs(STYLES) do
    if find(text, style.note, note.i) then return style end
  end
  return STYLES[#STYLES]
end

--- Adds the markers of `style` in bytes `i` to `j`. @param notes the notes by
--- number. @param labels the bytes where notes and clauses begin: with their own
--- numbers
local function add_markers(markers, text, i, j, style, notes, labels)
  for first, number, behind in candidates(text, i, style) do
    if first > j then return end
    local note, last = notes[number], markers[#markers]
    local and_another = last and not find(sub(text, last.j + 1, first - 1), "[^%s,]")
    if note and note.style == style and not labels[first]
      and (and_another or style.test(text, first, behind - 1)) then
      local marker = { i = first, j = behind - 1, number = number }
      markers[#markers + 1] = marker
      note.marker = note.marker or marker
    end
  end
end

--- Finds the notes and markers of a resolution. @param i, j the bytes that may have
--- markers. @return the notes, each with its first `marker`, and the markers
function footnotes.find(text, resolution, i, j)
  local notes = read_notes(text, resolution.notes)
  local markers, by_number, styles, labels = {}, {}, {}, {}
  for _, note in ipairs(notes) do
    note.style = style_of(text, note)
    styles[note.style], labels[note.i] = true, true
    by_number[note.number] = by_number[note.number] or note
  end
  for _, clause in ipairs(resolution.clauses) do labels[clause.i] = true end
  for _, style in ipairs(STYLES) do
    if styles[style] then add_markers(markers, text, i, j, style, by_number, labels) end
  end
  return notes, markers
end

return footnotes
