--- Finds the clauses of resolutions in the units of a text.
---
--- The order of things is the grammar: a title block, the body that names
--- itself, preambular clauses, operative clauses with their items, the closing
--- line, notes. A letter or number alone ("A", "II") begins a part, which may
--- have a preamble of its own. Otherwise once operative is never preambular
--- again, whatever a paragraph looks like.

local Builder = require "builder"
local bodies = require "bodies"
local labels = require "labels"
local titleblock = require "titleblock"
local units = require "units"

local find, match, sub = string.find, string.match, string.sub

-- So many numbered clauses in a row may have lost their numbers.
local MOST_LOST = 3
-- A title or heading has fewer bytes than a clause without a known phrase.
local SHORTEST_RECITAL = 60

local clauses = {}

-- How a unit begins ----------------------------------------------------------
-- `self` is the builder, and `self.current` the resolution that is open.

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

local function is_operative(lead)
  return lead and lead.kind == "operative"
end

--- True when the unit goes on with the last clause, behind a page break or a
--- blank line that does not belong there.
local function goes_on(self, unit)
  local last = self.current.last
  return last and (is_lower(self, unit) or not self:closing_mark(last))
end

--- True for a quoted paragraph below a clause that ends with a colon or below
--- another one: whatever it begins with, it is no clause.
local function is_quoted_below(self, unit)
  local last = self.current.last
  return unit.quoted and last and (last.type == "item" or self:closing_mark(last) == ":")
end

-- Where resolutions begin ----------------------------------------------------

--- Begins a resolution whose body does not name itself in a line of its own:
--- below the heading of a resolution, a clause may come at once.
local function open_without_formula(self, unit)
  local lead, mark = lead_of(self, unit), self:closing_mark(unit)
  local sure = lead and not lead.guessed and not lead.weak
  local recital = unit.j - unit.i > SHORTEST_RECITAL and (mark == "," or mark == ";")
  if not (self.heading and mark and (sure or recital)) then return false end
  self:open(unit.i, bodies.mentioned(self.text, self.heading, unit.i))
  return true
end

--- True when the unit is the heading of a resolution and may begin one here.
local function is_heading(self, unit)
  local resolution = self.current
  local open = resolution and (resolution.stage == "preamble"
    or resolution.stage == "operative" and not self:closing_mark(resolution.last))
  return not open and titleblock.is_heading(self.text, unit.i, unit.j)
end

-- Paragraphs, by the stage of the resolution ---------------------------------

--- Reads a paragraph without a label below a clause or item that ends with a
--- colon, or below items. Lines that do not close are headings.
local function read_below(self, unit)
  local resolution = self.current
  if not self:closing_mark(unit) then return end
  if resolution.last.type == "item" and self:closing_mark(resolution.last) == ":" then
    return self:add_item(unit, #resolution.open + 1, nil)
  end
  self:add_item(unit, 1, nil)
  resolution.open = {}
end

local function read_preambular(self, unit)
  local last, lead, mark = self.current.last, lead_of(self, unit), self:closing_mark(unit)
  if lead and (lead.guessed or lead.weak) and not mark then lead = nil end
  if is_operative(lead) then return self:add_operative(unit, nil, lead) end
  if lead then return self:add_clause(unit, "preambular", nil, lead) end
  if goes_on(self, unit) then return self:extend(unit) end
  if last and self:closing_mark(last) == ":" then return read_below(self, unit) end
  if unit.j - unit.i < SHORTEST_RECITAL then return end
  if mark == "," or mark == ";" then return self:add_clause(unit, "preambular") end
  if mark == "." and last then self:add_operative(unit) end
end

local function read_operative(self, unit)
  local resolution = self.current
  local last, lead, mark = resolution.last, lead_of(self, unit), self:closing_mark(unit)
  local last_mark = self:closing_mark(last)
  if is_operative(lead) and mark and not (lead.weak and not last_mark) then
    return self:add_operative(unit, nil, lead)
  end
  if lead and resolution.fresh and mark then
    return self:add_clause(unit, "preambular", nil, lead)
  end
  -- Behind items, words in lower case belong to all of them.
  if last.type == "item" and last_mark and is_lower(self, unit) then
    return read_below(self, unit)
  end
  if goes_on(self, unit) then return self:extend(unit) end
  if last.type == "item" or last_mark == ":" then return read_below(self, unit) end
  if not resolution.numbered and mark then self:add_operative(unit, nil, lead) end
end

local READ = { preamble = read_preambular, operative = read_operative, tail = Builder.add_note }

--- Reads a unit as a paragraph without a label.
local function read_paragraph(self, unit)
  local resolution = self.current
  unit.lower = is_lower(self, unit)
  unit.at = unit.kind and unit.i or unit.at
  if self:is_running_head(unit) then return end
  -- Notes at the foot of a page end where a clause begins.
  resolution.zone = resolution.zone and not self.language:begins(self.text, unit.at)
  local read = resolution.zone and Builder.add_note or READ[resolution.stage]
  if read and read ~= Builder.add_note and is_quoted_below(self, unit) then read = read_below end
  if read then read(self, unit) end
end

-- Numbers --------------------------------------------------------------------

--- True when a numbered unit is the next operative clause.
local function is_next_clause(self, unit, number, lead)
  local resolution = self.current
  local verb = is_operative(lead) and not (lead.weak and lead.guessed)
  if resolution.zone and not verb then return false end
  if number == 1 and resolution.expected > 1 then return verb or resolution.fresh end
  if resolution.operative and not resolution.numbered then return verb and not lead.guessed end
  local lost = number - resolution.expected
  if lost == 0 then
    local in_list = #resolution.open > 0 and labels.place(resolution.open, unit.label)
    return verb or not is_lower(self, unit) and not in_list
  end
  return verb and lost > 0 and lost <= MOST_LOST
end

--- Reads a numbered unit as an item; false when it is none.
local function read_numbered_item(self, unit)
  local resolution = self.current
  local level, label = labels.place(resolution.open, unit.label)
  local in_list = #resolution.open > 0 or self:closing_mark(resolution.last) == ":"
  if not (level and in_list) then return false end
  unit.printed = label
  self:add_item(unit, level, label)
  return true
end

--- Reads a numbered unit as a clause or an item; false when it is neither.
local function read_number(self, unit)
  local resolution = self.current
  local number, lead = tonumber(unit.label), lead_of(self, unit)
  if number == resolution.expected and not lead then
    lead = self.language:match(self.text, unit.at)
  end
  local recital = resolution.stage == "preamble" and lead and lead.kind == "preambular"
    and not lead.guessed and self:closing_mark(unit) == ","
  if recital then
    self:add_clause(unit, "preambular", unit.label, lead)
  elseif is_next_clause(self, unit, number, lead) then
    self:add_operative(unit, number, lead)
  elseif resolution.zone or resolution.stage ~= "operative"
    or not read_numbered_item(self, unit) then
    return false
  end
  resolution.zone = false
  return true
end

-- Items ----------------------------------------------------------------------

--- The level and label of an item, if the last clause can have it; else nil.
local function place_item(self, unit)
  local resolution = self.current
  local last = resolution.last
  if not last or last.type == "preambular" and self:closing_mark(last) ~= ":" then return nil end
  local level, label = labels.place(resolution.open, unit.label or "")
  if not level and unit.blank and self:closing_mark(last) then
    level, label = math.max(1, #resolution.open), unit.label
  end
  return level, label
end

--- Reads an item of a clause. Where the whole text is "(a) Resolves …; (b)
--- Requests …", items are clauses; and a label within a sentence is none.
local function read_item(self, unit)
  local resolution = self.current
  local lead = unit.label and lead_of(self, unit)
  if is_operative(lead) and (resolution.stage == "preamble" or resolution.lettered) then
    resolution.lettered = true
    return self:add_operative(unit, nil, lead)
  end
  local level, label = place_item(self, unit)
  if level then
    self:add_item(unit, level, label)
  elseif resolution.last and not unit.blank then
    self:extend(unit)
  else
    read_paragraph(self, unit)
  end
end

-- Units by kind --------------------------------------------------------------

local on = {}

function on.text(self, unit)
  if is_heading(self, unit) then
    self:close(unit.i)
  elseif self.current or open_without_formula(self, unit) then
    read_paragraph(self, unit)
  end
end

function on.number(self, unit)
  if not self.current and not open_without_formula(self, unit) then return end
  local stage = self.current.stage
  if stage == "tail" then return self:add_note(unit) end
  if stage ~= "annex" and not read_number(self, unit) then read_paragraph(self, unit) end
end

--- A number whose digits were read as letters counts when it is the next one.
function on.misread(self, unit)
  local resolution, lead = self.current, lead_of(self, unit)
  if resolution and lead and not lead.guessed and tonumber(unit.label) == resolution.expected then
    return on.number(self, unit)
  end
  unit.at = unit.i
  on.text(self, unit)
end

--- A number without a full stop: a note, a clause that lost it, or neither.
function on.counted(self, unit)
  local resolution = self.current
  local last = resolution and resolution.stage ~= "annex" and resolution.last
  local between = last and unit.blank and self:closing_mark(last)
  local unexpected = between and tonumber(unit.label) ~= resolution.expected
  if unexpected and find(self.text, "^%u", unit.at) then return self:add_note(unit) end
  on.misread(self, unit)
end

function on.item(self, unit)
  local resolution = self.current
  local stage = resolution and resolution.stage
  if resolution and not resolution.zone and (stage == "preamble" or stage == "operative") then
    read_item(self, unit)
  else
    on.text(self, unit)
  end
end

--- The body names itself; above that there may have been clauses already.
function on.formula(self, unit)
  local resolution, following = self.current, self.units[self.index + 1]
  if not unit.sure and not (following and lead_of(self, following)) then return end
  if not resolution or resolution.stage == "tail" or resolution.stage == "annex" then
    self:open(unit.i, unit.body)
  elseif #resolution.formulas == 0 then
    self:read_block(unit.body)
  else
    self:begin_again()
  end
  table.insert(self.current.formulas, unit)
end

function on.closing(self, unit)
  local resolution = self.current
  if not resolution or resolution.stage == "preamble" then return end
  resolution.stage, resolution.closing = "tail", unit
  if unit.label then self:add_note(unit) end
  self.above, self.mark = unit.j + 1, nil
end

function on.note(self, unit)
  if self.current then self:add_note(unit) end
end

function on.digits(self, unit)
  local resolution = self.current
  if resolution and (resolution.zone or resolution.stage == "tail") then self:add_note(unit) end
end

function on.part(self, unit)
  self.mark = unit.label
  if self.current then self.current.fresh = true end
end

function on.annex(self)
  local resolution = self.current
  if resolution and resolution.stage ~= "preamble" then resolution.stage = "annex" end
end

function on.rule(self)
  if self.current then self.current.zone = true end
end

function on.furniture(self)
  local resolution = self.current
  local last = resolution and resolution.notes[#resolution.notes]
  -- A note whose number stands alone still waits for its words.
  if resolution and not (last and last.kind == "digits") then resolution.zone = false end
end

-- Parsing --------------------------------------------------------------------

--- True for what is a resolution and not something that looks like one.
local function is_resolution(resolution)
  local said = { preambular = 0, operative = 0, item = 0 }
  for _, clause in ipairs(resolution.clauses) do
    if clause.phrase and not clause.phrase.guessed then
      said[clause.type] = said[clause.type] + 1
    end
  end
  return said.operative > 0 or said.preambular > 1
    or resolution.block.symbol ~= nil and #resolution.clauses > 1
end

--- Finds the resolutions in `text`, in the words of `language`.
--- @return a list of them, see builder.lua
function clauses.parse(text, language)
  local self, found = Builder.new(text, language), {}
  self.units = units.cut(text, language)
  for index, unit in ipairs(self.units) do
    self.index = index
    on[unit.kind or "text"](self, unit)
  end
  for _, resolution in ipairs(self.resolutions) do
    if is_resolution(resolution) then found[#found + 1] = resolution end
  end
  return found
end

return clauses
