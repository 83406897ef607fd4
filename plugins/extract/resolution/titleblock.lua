--- Reads what stands above the clauses of a resolution: its symbol and title.
---
--- They are printed as "58/208. International Migration and Development", "217
--- (III). International Bill of Human Rights", "Resolution 394 (1976)", "73
--- (1949). Resolution of 11 August 1949", or in full as "A/RES/58/208".

local symbols = require "sheaf.symbols"

local find, match, sub = string.find, string.match, string.sub

local titleblock = {}

-- Title blocks are not longer; what is farther above belongs to something else.
local LONGEST = 4000
-- The number of a resolution and its date, which may be on the next line.
local LONGEST_HEADING = 120

-- Headings -------------------------------------------------------------------
-- Each pattern captures the place of a number, the place behind it, and that of
-- a title if one may follow.

local HEADINGS = {
  -- 58/208. S-21/2. ES-10/15. 57/270 B. 1995/12.
  "^()E?S?[-\226\128\144-\147]*%d+/%d+%s?%u?%u?()%.%s*()",
  -- 217 (III). 217 A (III). 1296 (XLIV). 186 (S-2).
  "^()%d+%s?%u?%s?%([ESVILX%d-]+%)()%.%s*()%f[^%sR]",
  -- 73 (1949). Resolution of 11 August 1949
  "^()%d+%s?%(%d[%d-]+%)()%.?%s+Resolution",
  -- Resolution 394 (1976)
  "^[Rr][Ee][Ss][Oo]%a+%s+()%d+%s?%(%d[%d-]+%)()",
}
-- The Human Rights Council has its numbers on lines of their own.
local BARE = "^()S?[-\226\128\144-\147]*%d+/%d+()%s*\n%s*()%u"
-- The year of "Resolution 290" is in its date only.
local UNDATED = "^[Rr][Ee][Ss][Oo]%a+%s+()%d+()%s+of%s+%d+%s+%a+%s+(%d%d%d%d)"

--- The heading of a resolution in `text`: the printed number, the places of its
--- first and last byte, and that of a title behind it if there may be one.
local function read_heading(text, body)
  for _, pattern in ipairs(HEADINGS) do
    local first, behind, title = match(text, pattern)
    if first then return sub(text, first, behind - 1), first, behind - 1, title end
  end
  local first, behind, year = match(text, UNDATED)
  if first then
    return sub(text, first, behind - 1) .. " (" .. year .. ")", first, behind - 1
  end
  if not (body and body.organ == "A/HRC") then return nil end
  local title
  first, behind, title = match(text, BARE)
  if first then return sub(text, first, behind - 1), first, behind - 1, title end
end

--- A/RES/58/208 or S/RES/1325 (2000), anywhere in a line, or A/C.3/73/L.20 at its
--- end: the symbol and its places.
local function read_full(line)
  local first, organ, number, behind = match(line, "()(%u[%w.]*/?%u*)/RES/(%w[%w/-]*%s?%(%d+%))()")
  if not first then
    first, organ, number, behind = match(line, "()(%u[%w.]*/?%u*)/RES/(%w[%w/-]*)()")
  end
  local symbol = first and symbols.act(number, "resolution", organ)
  if symbol then return symbol, first, behind - 1 end
  -- A draft has the symbol of a document, alone or behind the name on its page.
  first, number = match(line, "%f[^%s\0]()(%u[%w.]*/[%w./-]+)$")
  symbol = first and symbols.document(number)
  if symbol then return symbol, first, first + #number - 1 end
end

--- True when the line at bytes `i` to `j` gives the number of a resolution.
function titleblock.is_heading(text, i, j)
  return find(text, "^[%dERSr]", i)
    and read_heading(sub(text, i, math.min(j, i + LONGEST_HEADING))) ~= nil
end

-- Blocks ---------------------------------------------------------------------

--- Iterates over the lines of bytes `from` to `to` that are not blank, without
--- white space at their ends: the first byte, the line, true behind a blank one.
local function lines(text, from, to)
  local at, blank = from, false
  return function()
    while at <= to do
      local stop = find(text, "\n", at, true) or to + 1
      local i, line = match(sub(text, at, math.min(stop - 1, to)), "^%s*()(.-)%s*$")
      i, at = at + i - 1, stop + 1
      local was_blank = blank
      blank = line == ""
      if not blank then return i, line, was_blank end
    end
  end
end

--- The title that begins at byte `i`: to the next blank line, bracket or `to`.
local function read_title(text, i, to)
  local title
  for start, line, blank in lines(text, i, to) do
    if title and blank or find(line, "^%[") then break end
    title = title or { i = start }
    title.j = start + #line:gsub("[%s*]+$", "") - 1
  end
  return title
end

--- The symbol of the number `printed`. A body that is not known may number its
--- resolutions as it likes; where none is named, the number must tell.
local function symbol_of(printed, body)
  if body and not body.organ then return nil end
  return symbols.act(printed, "resolution", body and body.organ)
end

--- Reads the title block that ends at byte `to`; it does not begin before `from`.
--- @param body the body as in bodies.lua, or nil when it is not known
--- @return a table with `symbol` (`i`, `j`, `value`) and `title` (`i`, `j`),
--- each nil where there is none
function titleblock.read(text, from, to, body)
  from = math.max(from, to - LONGEST)
  local block, full = {}, nil
  for i, line in lines(text, from, to) do
    local printed, first, last, title = read_heading(sub(text, i, i + LONGEST_HEADING), body)
    local symbol = printed and symbol_of(printed, body)
    if symbol then
      block.symbol = { i = i + first - 1, j = i + last - 1, value = symbol }
      block.title = title and read_title(text, i + title - 1, to)
    elseif find(line, "[Dd]raft resolution%s?[IVX]*%*?$") then
      block.title = read_title(text, i + #line, to)
    elseif not full then
      symbol, first, last = read_full(line)
      full = symbol and { i = i + first - 1, j = i + last - 1, value = symbol }
    end
  end
  block.symbol = block.symbol or full
  return block
end

return titleblock
