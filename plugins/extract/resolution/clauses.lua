--- Finds the clauses of resolutions in the units of a text.
---
--- The order of things is the grammar: a title block, the body that names
--- itself, preambular clauses, operative clauses with their items, the closing
--- line, notes. A letter or number alone ("A", "II") begins a part, which may
--- have a preamble of its own. Otherwise once operative is never preambular
--- again, whatever a paragraph looks like.

local bodies = require "bodies"
local labels = require "labels"
local titleblock = require "titleblock"
local units = require "units"

local find, match, sub = string.find, string.match, string.sub

-- So many numbered clauses in a row may have lost their numbers.
local MOST_LOST = 3
-- A title or heading has fewer bytes than a clause that stands above the body.
local SHORTEST_RECITAL = 60

local clauses = {}

-- Looking at units and clauses -----------------------------------------------

--- The mark that closes a clause or unit, or nil.
local function closing_mark(self, range)
  return units.ending(self.text, range.i, range.j)
end

--- True when the words of a unit begin in lower case.
local function is_lower(self, unit)
  return unit.lower or find(self.text, "^%l", unit.at) ~= nil
end

--- The phrase that begins a unit: its own, or the verb of "The Security Council
--- requests" and of "To this end, the Security Council appoints".
local function lead_of(self, unit)
  local text, at = self.text, unit.at
  local phrase = self.language:match(text, at)
  -- Small letters go on with a sentence, unless a capital was misread: "faking".
  if phrase and is_lower(self, unit) and sub(text, at, at):upper() == sub(phrase.text, 1, 1) then
    return nil
  end
  if phrase then return phrase end
  local verb = bodies.subject(text, match(text, "^%u[%a%s]+,%s+()the%s", at) or at)
  phrase = verb and self.language:match(text, verb)
  if phrase and phrase.kind == "operative" and not phrase.guessed then return phrase end
end

--- True when the unit goes on with the last clause, behind a page break or a
--- blank line that does not belong there.
local function goes_on(self, unit)
  local last = self.part.last
  return last and (is_lower(self, unit) or not closing_mark(self, last))
end

--- True for the letters of the title, which pages carry at their head.
local function is_running_head(self, unit)
  local title = self.part.title
  if not title or unit.j - unit.i > #title * 2 then return false end
  local letters = sub(self.text, unit.i, unit.j):gsub("[%s%p]", "")
  return letters ~= "" and find(title, letters, 1, true) ~= nil
end

-- Adding ---------------------------------------------------------------------

local function add(self, unit, type, number, phrase)
  local part = self.part
  local clause = { i = unit.i, j = unit.j, type = type, number = number,
    phrase = phrase, part = self.mark }
  part.clauses[#part.clauses + 1] = clause
  part.last, self.above = clause, unit.j + 1
  return clause
end

local add_item

--- Takes the item out of a clause that begins with one: "10. (a) Requests".
local function read_inner_item(self, unit, clause)
  local at = unit.kind == "number" and match(self.text, "^%(a%)%s+()", unit.at)
  if at then
    clause.j = select(2, find(self.text, "^[%d.,]+", unit.i))
    add_item(self, { i = unit.at, j = unit.j, at = at }, #self.part.open + 1, "a")
  end
end

function add_item(self, unit, level, label)
  local part = self.part
  local parent = level > 1 and part.open[level - 1] or part.owner
  local number = label and (parent.number and parent.number .. "(" .. label .. ")" or unit.printed
    or "(" .. label .. ")")
  local phrase = self.language:match(self.text, unit.at)
  local verb = phrase and phrase.kind == "operative" and not (phrase.weak or phrase.guessed)
  local item = add(self, unit, "item", number, verb and find(self.text, "^%u", unit.at) and phrase or nil)
  item.parent, item.label = parent.number, label or ""
  part.open = table.move(part.open, 1, level - 1, 1, {})
  part.open[level] = item
  read_inner_item(self, unit, item)
end

--- Adds a preambular or operative clause, to which the items behind it belong.
local function add_clause(self, unit, type, number, phrase)
  local part = self.part
  phrase = phrase or self.language:guess(self.text, unit.at, type)
  part.owner, part.open = add(self, unit, type, number, phrase), {}
  read_inner_item(self, unit, part.owner)
end

local function add_operative(self, unit, number, phrase)
  local part = self.part
  part.stage, part.fresh, part.operative = "operative", false, true
  local label = part.lettered and unit.kind == "item" and "(" .. unit.label .. ")"
  add_clause(self, unit, "operative", number and tostring(number) or label or nil, phrase)
  if number then part.expected, part.numbered = number + 1, true end
end

-- Resolutions ----------------------------------------------------------------

--- Reads the title block of a part, whose body is `body` if it is known.
local function read_block(self, part, body)
  local text = self.text
  part.block = titleblock.read(text, part.above, part.i - 1, body)
  local title = part.block.title
  part.title = title and sub(text, title.i, title.j):gsub("[%s%p]", "")
end

--- Begins a resolution or, in a collection, the next one.
--- @param i the first byte behind its title block
local function open_part(self, i, body)
  local part = { i = i, above = self.above, stage = "preamble", expected = 1,
    formulas = {}, clauses = {}, open = {}, notes = {} }
  read_block(self, part, body)
  self.part, self.parts[#self.parts + 1] = part, part
end

--- Begins a resolution whose body does not name itself in a line of its own:
--- below the heading of a resolution, a clause may come at once.
local function open_without_formula(self, unit)
  local lead, mark = lead_of(self, unit), closing_mark(self, unit)
  local sure = lead and not lead.guessed and not lead.weak
  local recital = unit.j - unit.i > SHORTEST_RECITAL and (mark == "," or mark == ";")
  if not (self.heading and mark and (sure or recital)) then return false end
  open_part(self, unit.i, bodies.mentioned(self.text, self.heading, unit.i))
  return true
end

--- True when the unit is the heading of a resolution and may begin one here.
local function is_heading(self, unit)
  local part = self.part
  local open = part and (part.stage == "preamble"
    or part.stage == "operative" and not closing_mark(self, part.last))
  return not open and titleblock.is_heading(self.text, unit.i, unit.j)
end

-- Paragraphs by stage --------------------------------------------------------

--- Adds a paragraph without a label below a clause that ends with a colon or
--- below its items. Lines that neither close nor are quoted are headings.
local function add_paragraph_below(self, unit)
  if not closing_mark(self, unit) then return end
  add_item(self, unit, 1, nil)
  self.part.open = {}
end

--- True for a quoted paragraph below a clause that ends with a colon or below
--- another one: whatever it begins with, it is no clause.
local function is_quoted_below(self, unit)
  local last = self.part.last
  return unit.quoted and last and (last.type == "item" or closing_mark(self, last) == ":")
end

local function read_preambular(self, unit)
  local last, lead, mark = self.part.last, lead_of(self, unit), closing_mark(self, unit)
  if lead and (lead.guessed or lead.weak) and not mark then lead = nil end
  if lead and lead.kind == "operative" then return add_operative(self, unit, nil, lead) end
  if lead then return add_clause(self, unit, "preambular", nil, lead) end
  if goes_on(self, unit) then last.j = unit.j return end
  if last and closing_mark(self, last) == ":" then return add_paragraph_below(self, unit) end
  if unit.j - unit.i < SHORTEST_RECITAL then return end
  if mark == "," or mark == ";" then return add_clause(self, unit, "preambular") end
  if mark == "." and last then add_operative(self, unit) end
end

local function read_operative(self, unit)
  local part = self.part
  local last, lead, mark = part.last, lead_of(self, unit), closing_mark(self, unit)
  local last_mark = closing_mark(self, last)
  if lead and lead.kind == "operative" and mark and not (lead.weak and not last_mark) then
    return add_operative(self, unit, nil, lead)
  end
  if lead and part.fresh and mark then return add_clause(self, unit, "preambular", nil, lead) end
  if last.type == "item" and last_mark and is_lower(self, unit) then
    return add_paragraph_below(self, unit)
  end
  if goes_on(self, unit) then last.j = unit.j return end
  if last.type == "item" or last_mark == ":" then return add_paragraph_below(self, unit) end
  if not part.numbered and mark then add_operative(self, unit, nil, lead) end
end

local function add_note(self, unit)
  local notes = self.part.notes
  notes[#notes + 1] = unit
  self.above = unit.j + 1
end

local READ = { preamble = read_preambular, operative = read_operative, tail = add_note }

--- Reads a unit as a paragraph without a label.
local function read_paragraph(self, unit)
  unit.lower = is_lower(self, unit)
  unit.at = unit.kind and unit.i or unit.at
  if is_running_head(self, unit) then return end
  local part = self.part
  -- Notes at the foot of a page end where a clause begins.
  part.zone = part.zone and not self.language:begins(self.text, unit.at)
  local read = part.zone and add_note or READ[part.stage]
  if read and read ~= add_note and is_quoted_below(self, unit) then read = add_paragraph_below end
  if read then read(self, unit) end
end

-- Numbers --------------------------------------------------------------------

--- True when a numbered unit is the next operative clause.
local function is_next_clause(self, unit, number, lead)
  local part = self.part
  local verb = lead and lead.kind == "operative" and not (lead.weak and lead.guessed)
  if number == 1 and part.expected > 1 then return verb or part.fresh end
  if part.operative and not part.numbered then return verb and not lead.guessed end
  local lost = number - part.expected
  if lost == 0 then
    local in_list = #part.open > 0 and labels.place(part.open, unit.label)
    return verb or not is_lower(self, unit) and not in_list
  end
  return verb and lost > 0 and lost <= MOST_LOST
end

--- Reads a numbered unit as a clause or an item; false when it is neither.
local function read_number(self, unit)
  local part = self.part
  local number, lead = tonumber(unit.label), lead_of(self, unit)
  if number == part.expected and not lead then lead = self.language:match(self.text, unit.at) end
  if part.stage == "preamble" and lead and lead.kind == "preambular" and not lead.guessed
    and closing_mark(self, unit) == "," then
    add_clause(self, unit, "preambular", unit.label, lead)
  elseif is_next_clause(self, unit, number, lead) then
    add_operative(self, unit, number, lead)
  elseif part.stage == "operative" then
    local level, label = labels.place(part.open, unit.label)
    if not level or #part.open == 0 and closing_mark(self, part.last) ~= ":" then return false end
    unit.printed = label
    add_item(self, unit, level, label)
  else
    return false
  end
  part.zone = false
  return true
end

-- Units by kind --------------------------------------------------------------

local on = {}

function on.text(self, unit)
  if is_heading(self, unit) then
    if self.part then self.above = unit.i end
    self.part, self.heading, self.mark = nil, unit.i, nil
  elseif self.part or open_without_formula(self, unit) then
    read_paragraph(self, unit)
  end
end

function on.number(self, unit)
  if not self.part and not open_without_formula(self, unit) then return end
  local stage = self.part.stage
  if stage == "tail" then return add_note(self, unit) end
  if stage ~= "annex" and not read_number(self, unit) then read_paragraph(self, unit) end
end

--- A number whose digits were read as letters counts when it is the next one.
function on.misread(self, unit)
  local part, lead = self.part, lead_of(self, unit)
  if part and lead and not lead.guessed and tonumber(unit.label) == part.expected then
    return on.number(self, unit)
  end
  unit.at = unit.i
  on.text(self, unit)
end

--- A number without a full stop: a note, a clause that lost it, or neither.
function on.counted(self, unit)
  local part = self.part
  local between = part and part.stage ~= "annex" and part.last and unit.blank
    and closing_mark(self, part.last)
  if between and tonumber(unit.label) ~= part.expected and find(self.text, "^%u", unit.at) then
    return add_note(self, unit)
  end
  on.misread(self, unit)
end

function on.item(self, unit)
  local part = self.part
  if not part or part.zone or part.stage == "tail" or part.stage == "annex" then
    return on.text(self, unit)
  end
  local lead = unit.label and lead_of(self, unit)
  local last = part.last
  if lead and lead.kind == "operative" and (part.stage == "preamble" or part.lettered) then
    part.lettered = true
    return add_operative(self, unit, nil, lead)
  end
  local below = last and (last.type ~= "preambular" or closing_mark(self, last) == ":")
  local level, label = labels.place(part.open, unit.label or "")
  if last and not level and not unit.blank then
    last.j = unit.j
    return
  end
  if not level and below and closing_mark(self, last) then
    level, label = math.max(1, #part.open), unit.label
  end
  if not (below and level) then return read_paragraph(self, unit) end
  add_item(self, unit, level, label)
end

--- The body names itself. Above that there may have been clauses already.
function on.formula(self, unit)
  local part = self.part
  local following = self.units[self.index + 1]
  if not unit.sure and not (following and lead_of(self, following)) then return end
  if not part or part.stage == "tail" or part.stage == "annex" then
    open_part(self, unit.i, unit.body)
  elseif #part.formulas == 0 then
    read_block(self, part, unit.body)
  else
    -- "A" and "B" of one resolution, each with a preamble.
    part.stage, part.expected, part.numbered, part.operative = "preamble", 1, false, false
  end
  local formulas = self.part.formulas
  formulas[#formulas + 1] = unit
end

function on.closing(self, unit)
  local part = self.part
  if not part or part.stage == "preamble" then return end
  part.stage, part.closing = "tail", unit
  if unit.label then add_note(self, unit) end
  self.above, self.mark = unit.j + 1, nil
end

function on.note(self, unit)
  if self.part then add_note(self, unit) end
end

function on.digits(self, unit)
  local part = self.part
  if part and (part.zone or part.stage == "tail") then add_note(self, unit) end
end

function on.part(self, unit)
  self.mark = unit.label
  if self.part then self.part.fresh = true end
end

function on.annex(self)
  local part = self.part
  if part and part.stage ~= "preamble" then part.stage = "annex" end
end

function on.rule(self)
  if self.part then self.part.zone = true end
end

function on.furniture(self)
  local part = self.part
  local last = part and part.notes[#part.notes]
  -- A note whose number stands alone still waits for its words.
  if part and not (last and last.kind == "digits") then part.zone = false end
end

-- Parsing --------------------------------------------------------------------

--- True for a part that is a resolution and not something that looks like one.
local function is_resolution(part)
  local preambular, operative = 0, 0
  for _, clause in ipairs(part.clauses) do
    local said = clause.phrase and not clause.phrase.guessed
    if said and clause.type == "preambular" then preambular = preambular + 1 end
    if said and clause.type == "operative" then operative = operative + 1 end
  end
  return operative > 0 or preambular > 1 or part.block.symbol and #part.clauses > 1
end

--- Finds the resolutions in `text`, in the words of `language`.
--- @return a list of parts, each with `block` (see titleblock.lua), `above` (the
--- byte where its title block may begin), `formulas` (units), `clauses`, `closing`
--- (a unit or nil) and `notes` (units, see footnotes.lua)
function clauses.parse(text, language)
  local self = { text = text, language = language, parts = {}, above = 1,
    units = units.cut(text, language) }
  for index, unit in ipairs(self.units) do
    self.index = index
    on[unit.kind or "text"](self, unit)
  end
  local parts = {}
  for _, part in ipairs(self.parts) do
    if is_resolution(part) then parts[#parts + 1] = part end
  end
  return parts
end

return clauses
