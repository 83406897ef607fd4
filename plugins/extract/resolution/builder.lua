--- Builds up the resolutions of a text: what clauses.lua finds is put here.
---
--- A resolution has
---   `above`      the byte where its title block may begin, `i` the one behind it
---   `block`      symbol and title, see titleblock.lua
---   `formulas`   the units in which the body names itself
---   `clauses`    `i`, `j`, `type`, `number`, `parent`, `part`, `phrase`
---   `notes`      the units that are notes, see footnotes.lua
---   `closing`    the unit of the closing line, or nil
--- and while it is built
---   `stage`      "preamble", "operative", "annex" or "tail"
---   `last`       the last clause or item, `owner` the last one that is no item
---   `open`       the items to which another one may be added, outermost first
---   `expected`   the number of the next clause, `numbered` once there was one
---   `fresh`      true where a part has begun, and with it perhaps a preamble
---   `zone`       true among the notes at the foot of a page

local titleblock = require "titleblock"
local units = require "units"

local find, match, sub = string.find, string.match, string.sub

local Builder = {}
Builder.__index = Builder

--- Makes a builder for `text`, in the words of `language` (see phrases.lua).
function Builder.new(text, language)
  return setmetatable({ text = text, language = language, above = 1, resolutions = {} }, Builder)
end

--- The letters of a range, for comparisons.
local function letters_of(text, range)
  return (sub(text, range.i, range.j):gsub("[%s%p]", ""))
end

-- Resolutions ----------------------------------------------------------------

--- Reads the title block, for the body if it is known.
function Builder:read_block(body)
  local resolution = self.current
  local block = titleblock.read(self.text, resolution.above, resolution.i - 1, body)
  resolution.block = block
  self.title = block.title and letters_of(self.text, block.title)
end

--- Begins a resolution; in a collection, the next one.
--- @param i the first byte behind its title block
function Builder:open(i, body)
  self.current = { i = i, above = self.above, stage = "preamble", expected = 1,
    formulas = {}, clauses = {}, open = {}, notes = {} }
  table.insert(self.resolutions, self.current)
  self:read_block(body)
end

--- Ends the resolution: the heading of another one begins at byte `i`.
function Builder:close(i)
  if self.current then self.above = i end
  self.current, self.heading, self.mark = nil, i, nil
end

--- Begins a preamble within the resolution, below "B" and another formula.
function Builder:begin_again()
  local resolution = self.current
  resolution.stage, resolution.expected, resolution.numbered = "preamble", 1, false
  resolution.operative = false
end

-- Looking --------------------------------------------------------------------

--- The mark that closes a clause or unit, or nil.
function Builder:closing_mark(range)
  return units.ending(self.text, range.i, range.j)
end

--- True for the title of the resolution, which pages carry at their head.
function Builder:is_running_head(unit)
  local title = self.title
  if not title or unit.j - unit.i > #title * 2 or self:closing_mark(unit) then return false end
  return find(title, letters_of(self.text, unit), 1, true) ~= nil
end

-- Adding ---------------------------------------------------------------------

local function add(self, unit, type, number, phrase)
  local resolution = self.current
  local clause = { i = unit.i, j = unit.j, type = type, number = number, phrase = phrase,
    part = self.mark }
  table.insert(resolution.clauses, clause)
  resolution.last, self.above = clause, unit.j + 1
  return clause
end

--- Goes on with the last clause up to the end of `unit`.
function Builder:extend(unit)
  self.current.last.j, self.above = unit.j, unit.j + 1
end

--- Takes the item out of a clause that begins with one: "10. (a) Requests".
local function add_inner_item(self, unit, clause)
  local at = unit.kind == "number" and match(self.text, "^%(a%)%s+()", unit.at)
  if not at then return end
  clause.j = select(2, find(self.text, "^[%d.,]+", unit.i))
  self:add_item({ i = unit.at, j = unit.j, at = at }, #self.current.open + 1, "a")
end

--- The phrase of an item that begins with a verb; others have none.
local function item_phrase(self, unit)
  local phrase = find(self.text, "^%u", unit.at) and self.language:match(self.text, unit.at)
  local verb = phrase and phrase.kind == "operative" and not (phrase.weak or phrase.guessed)
  return verb and phrase or nil
end

--- Adds an item. @param level 1 for the items of a clause, 2 for theirs
--- @param label such as "a"; nil for an item without one
function Builder:add_item(unit, level, label)
  local resolution = self.current
  local parent = level > 1 and resolution.open[level - 1] or resolution.owner
  local own = label and "(" .. label .. ")"
  -- Numbers without brackets are kept so where nothing is before them.
  local number = own and (parent.number and parent.number .. own or unit.printed or own)
  local item = add(self, unit, "item", number, item_phrase(self, unit))
  item.parent, item.label = parent.number, label or ""
  resolution.open = table.move(resolution.open, 1, level - 1, 1, {})
  resolution.open[level] = item
  add_inner_item(self, unit, item)
end

--- Adds a preambular or operative clause, to which the items behind it belong.
--- @param number as printed, a string, or nil
--- @param phrase nil where none is known: one is then guessed
function Builder:add_clause(unit, type, number, phrase)
  local resolution = self.current
  phrase = phrase or self.language:guess(self.text, unit.at, type)
  resolution.owner, resolution.open = add(self, unit, type, number, phrase), {}
  add_inner_item(self, unit, resolution.owner)
end

--- Adds an operative clause: from here on there is no preamble.
--- @param number the number, an integer, or nil
function Builder:add_operative(unit, number, phrase)
  local resolution = self.current
  resolution.stage, resolution.fresh, resolution.operative = "operative", false, true
  local printed = number and tostring(number)
  if resolution.lettered and unit.kind == "item" then printed = "(" .. unit.label .. ")" end
  self:add_clause(unit, "operative", printed, phrase)
  if number then resolution.expected, resolution.numbered = number + 1, true end
end

function Builder:add_note(unit)
  table.insert(self.current.notes, unit)
  self.above = unit.j + 1
end

return Builder
