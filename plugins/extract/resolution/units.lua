--- Cuts a text into units, the pieces of which a resolution is set: paragraphs,
--- numbered paragraphs, items, notes, letters of parts, page furniture.
---
--- Blank lines part units, but many texts have none, have them within a
--- paragraph, or hard-wrap their lines. So a line without a blank one above also
--- begins a unit when it looks like a beginning and the line above like an end.
---
--- A unit has `i` and `j`, its first and last byte; `kind`, nil for a paragraph
--- without a label; `label`, such as "3" or "a"; `at`, where its words begin; and
--- of its first line `blank` and `page`, a blank line or a page break above, and
--- `quoted`, a quotation mark before it.

local bodies = require "bodies"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub

local units = {}

-- The thickest volumes of resolutions have half of these.
local MOST_UNITS = 50000

-- Where lines and paragraphs end ---------------------------------------------

--- The bytes `i` to `j` without white space at the ends, the no-break space
--- (bytes 194, 160) included. `j < i` when nothing is left.
local function trim(text, i, j)
  while i <= j do
    local b = byte(text, i)
    if b == 194 and byte(text, i + 1) == 160 then i = i + 2
    elseif b <= 32 then i = i + 1
    else break end
  end
  while i <= j do
    local b = byte(text, j)
    if b == 160 and byte(text, j - 1) == 194 then j = j - 2
    elseif b <= 32 then j = j - 1
    else break end
  end
  return i, j
end

-- What may stand behind the last mark of a paragraph: note markers, quotation
-- marks, brackets, specks that were read as bars, "and" before another item.
local TRAILERS = {
  "^(.-)[\"')|*%s]+$", "^(.-)%[%d+%]$", "^(.-)%s%d+/$", "^(.*[,;.:]%s*)%d%d?%d?$",
  "^(.-)\226\128[\152-\159]$", "^(.*[,;])%s+and$", "^(.*[,;])%s+or$",
}

--- The mark that closes the paragraph at bytes `i` to `j`: ",", ";", "." or ":".
--- Nil when there is none.
function units.ending(text, i, j)
  local tail = sub(text, j - i > 40 and j - 40 or i, j)
  local mark, before = match(tail, "[,;.:]$"), nil
  while not mark and tail ~= before do
    before = tail
    for _, pattern in ipairs(TRAILERS) do tail = match(tail, pattern) or tail end
    mark = match(tail, "[,;.:]$")
  end
  return mark
end

-- What a line begins ---------------------------------------------------------
-- Each function takes a line and returns the kind of the unit that it begins,
-- its label and the place of its words in the line; nil for a plain paragraph.

-- Letters that character recognition makes of the digits of a number.
local LOOKALIKES = { l = "1", i = "1", I = "1", Z = "2", S = "5", O = "0" }

local function misread_number(line)
  local label, at = match(line, "^([%dliIZSO]+)[.,]%s+()%u")
  if label and #label < 4 then
    return "misread", label:gsub("%a", LOOKALIKES), at
  end
end

local function furniture_of_digits(line)
  return find(line, "^%d+/%d+$") or find(line, "^%d%d%-%d%d%d%d%d") or find(line, "^%d%d%d%d%d%d+$")
end

local function from_digit(line)
  local label, at = match(line, "^(%d+)[.,]%s+_?%s*()%S")
  if not label then label, at = match(line, "^(%d+)%.()%u%l") end
  if not label then label, at = match(line, "^(%d+)%.()$") end
  if label then return "number", label, at end
  if furniture_of_digits(line) then return "furniture" end
  if find(line, "^%d+%a%a%*? p?l?e?n?a?r?y? ?meeting") then return "closing" end
  label, at = match(line, "^(%d+)/%s+()%S")
  if label then return "note", label, at end
  label = match(line, "^%d%d?%d?$")
  if label then return "digits", label, #line + 1 end
  label, at = match(line, "^(%d%d?%d?)%s*()%a")
  if label and not find(line, "^%d+%a%a%f[%A]") then return "counted", label, at end
  return misread_number(line)
end

local function from_parenthesis(line)
  local label, at = match(line, "^[({](%w+)[)}]%s*()")
  if not label then label, at = match(line, "^%(\194\162[)}]%s*()") and "c", 6 end
  if not label or #label > 4 or find(label, "%d%d%d") or find(label, "%u%w") then return nil end
  return "item", label, at
end

local function from_bracket(line)
  local label, at = match(line, "^%[(%d+)%]%s*()")
  if label then return "note", label, at end
end

local function from_star(line)
  if find(line, "^%*%d+%*$") then return "furniture" end
  local label, at = match(line, "^(%*+)%s*()")
  return from_digit(sub(line, at)) == "closing" and "closing" or "note", label, at
end

local function from_dash(line)
  local at = match(line, "^[-–—•]+%s+()")
  if at then return "item", nil, at end
end

--- PP1 and OP1, as the paragraphs of drafts are called.
local function draft_label(line)
  local label, number, at = match(line, "^([OP]P)%s?(%d+)%a*[.:]?%s+()%u")
  if label == "OP" then return "number", number, at end
  return nil, nil, at
end

local function from_upper(line)
  if #line < 8 then
    local label = match(line, "^([IVX]+)%.?$") or match(line, "^([A-H])%.?$")
    if label then return "part", label, #line + 1 end
  end
  if find(line, "^A[Dd][OoAa][Pp][Tt][Ee][Dd] ") then return "closing" end
  if #line < 60 and find(line, "^A[Nn][Nn][Ee][Xx]%f[%A]") then return "annex" end
  if find(line, "^%u+/[%w/.-]*%w%s*%(?%d*%)?$") or find(line, "^Page %d+$") then
    return "furniture"
  end
  if find(line, "^[OP]P%s?%d") then return draft_label(line) end
  return misread_number(line)
end

local function from_lower(line)
  if find(line, "^[a-h]$") then return "part", line:upper(), 2 end
  local label, at = match(line, "^(%a)%)%s+()")
  if not label then label, at = match(line, "^([ivx]+)%)%s+()") end
  if label then return "item", label, at end
  return misread_number(line)
end

local function from_rule(line)
  if find(line, "^____") then return "rule" end
end

--- The functions by the first byte of the line.
local FROM = { [("("):byte()] = from_parenthesis, [("{"):byte()] = from_parenthesis,
  [("["):byte()] = from_bracket, [("*"):byte()] = from_star, [("_"):byte()] = from_rule,
  [("-"):byte()] = from_dash, [226] = from_dash }
for b = 48, 57 do FROM[b] = from_digit end
for b = 65, 90 do FROM[b] = from_upper end
for b = 97, 122 do FROM[b] = from_lower end

-- Cutting --------------------------------------------------------------------

-- Units that are a line and no more, and need nothing to show their beginning.
local ALONE = { rule = true, furniture = true, digits = true, formula = true }

--- True when `line`, a unit so far, begins something new after `unit` though no
--- blank line is above it.
local function begins(text, language, unit, line)
  local kind = line.kind
  if ALONE[kind] or ALONE[unit.kind] or unit.kind == "part" then return true end
  if unit.at > unit.j or kind == "misread" then return false end
  if kind == "note" and (unit.kind == "note" or unit.kind == "closing") then return true end
  local new_page = line.page and not find(text, "^%l", line.i)
  local sure = kind and (kind ~= "counted" or unit.kind == "closing")
  if not (new_page or sure or language:begins(text, line.at)) then return false end
  return units.ending(text, unit.i, unit.j) ~= nil
end

--- The unit that the line at bytes `i` to `j` would begin.
local function read_line(text, i, j, above)
  local quote = match(text, "^\226\128[\152\156]()", i) or match(text, "^[\"']()", i)
  local start = quote or i
  local unit = { i = i, j = j, at = start, blank = above.blank, page = above.page,
    quoted = quote ~= nil }
  local from = FROM[byte(text, start)]
  if from then
    local kind, label, at = from(sub(text, start, j))
    -- Quoted numbers and notes belong to the text that is quoted.
    if quote and kind ~= "item" then kind, label, at = nil, nil, nil end
    unit.kind, unit.label, unit.at = kind, label, start + (at or 1) - 1
  end
  if not unit.kind then
    local body, last, sure = bodies.formula(text, i, j)
    if body then unit.kind, unit.body, unit.j, unit.sure = "formula", body, last, sure end
  end
  return unit
end

--- Adds what the line at bytes `i` to `j` begins or goes on with.
local function add_line(list, text, language, i, j, above)
  local unit, last = read_line(text, i, j, above), list[#list]
  local waits = last and (last.kind == "number" or last.kind == "item") and last.at > last.j
  if last and (waits or not above.blank) and not begins(text, language, last, unit) then
    last.j = j
  else
    list[#list + 1] = unit
  end
end

--- Adds a text whose line ends were lost: behind each mark a line may begin.
local function add_run_on(list, text, language, i, j)
  while i <= j and #list < MOST_UNITS do
    local stop = match(text, "[,;:.]%s?%d?%d?%d?()%s+[%u%d(\226]", i)
    stop = stop and stop <= j and stop - 1 or j
    local first, last = trim(text, i, stop)
    if first <= last then add_line(list, text, language, first, last, {}) end
    i = stop + 1
  end
end

--- Adds a line. With a formula and a clause in it, it is a whole resolution.
local function add_any_line(list, text, language, i, j, above)
  for first, behind in bodies.formulas_within(text, i, j) do
    if language:begins(text, behind) then
      local _, last = trim(text, i, first - 1)
      if i <= last then add_line(list, text, language, i, last, above) end
      local _, formula_end = trim(text, first, behind - 1)
      add_line(list, text, language, first, formula_end, { blank = true })
      return add_run_on(list, text, language, behind, j)
    end
  end
  add_line(list, text, language, i, j, above)
end

--- Cuts `text` into a list of units. Of a text that is nothing but scraps it
--- gives the first MOST_UNITS ones.
function units.cut(text, language)
  local list, start, above = {}, 1, {}
  while start <= #text and #list < MOST_UNITS do
    local stop = find(text, "\n", start, true) or #text + 1
    local i, j = trim(text, start, stop - 1)
    if byte(text, start) == 12 then above.page = true end
    if i <= j then
      add_any_line(list, text, language, i, j, above)
      above = {}
    else
      above.blank = true
    end
    start = stop + 1
  end
  return list
end

return units
