--- Reads what stands above the clauses of a resolution: its symbol and title.
---
--- They are printed as "58/208. International Migration and Development", "217
--- (III). International Bill of Human Rights", "Resolution 394 (1976)", "73
--- (1949). Resolution of 11 August 1949", or in full as "A/RES/58/208".

local find, match, sub = string.find, string.match, string.sub

local titleblock = {}

-- Title blocks are not longer; what is farther above belongs to something else.
local LONGEST = 4000
-- The number of a resolution and its date, which may be on the next line.
local LONGEST_HEADING = 120
-- The series of symbols with the year in brackets.
local YEARLY_SERIES = "S/RES"

-- Readers of a line. Each returns the symbol without the body's series, the
-- places of its first and last byte in the line, and that of a title behind it.

--- 58/208. S-21/2. ES-10/15. 57/270 B. 1995/12.
local function read_numbered(line)
  local special, number, letters, stop, title =
    match(line, "^(E?S?)[-\226\128\144-\147]*(%d+/%d+)%s?(%u?%u?)()%.%s*()")
  if not number then return nil end
  return (special ~= "" and special .. "-" or "") .. number .. letters, 1, stop - 1, title
end

--- 217 (III). 217 A (III). 1296 (XLIV).
local function read_roman(line)
  local number, letter, session, stop, title =
    match(line, "^(%d+)%s?(%u?)%s?%(([ESVILX-]+)%)()%.%s*()")
  if not number then return nil end
  letter = letter ~= "" and "[" .. letter .. "]" or ""
  return number .. "(" .. session .. ")" .. letter, 1, stop - 1, title
end

--- 73 (1949). Resolution of ..., Resolution 394 (1976), with the year also in the
--- date behind it. Only the Security Council counts so.
local function read_yearly(line)
  local i, number, year, stop = match(line, "^()(%d+)%s?%((%d%d%d%-?%d)%)()%.?%s+Resolution")
  if not number then
    i, number, year, stop = match(line, "^[Rr][Ee][Ss][Oo]%a+%s+()(%d+)%s?%((%d%d%d%-?%d)%)()")
  end
  if not number then
    i, number, stop, year = match(line, "^[Rr][Ee][Ss][Oo]%a+%s+()(%d+)()%s+of%s+%d+%s+%a+%s+(%d%d%d%d)")
  end
  if number then return number .. "(" .. year:gsub("-", "") .. ")", i, stop - 1 end
end

--- A/RES/58/208, S/RES/1325 (2000), anywhere in the line: the whole symbol.
local function read_full(line)
  local i, symbol = match(line, "()(%u[%w.]*/[%u/]*RES/%w[%w/-]*%s?%(%d%d%d%d%))")
  if not i then i, symbol = match(line, "()(%u[%w.]*/[%u/]*RES/%w[%w/-]*)") end
  if i then return symbol:gsub("%s", ""), i, i + #symbol - 1 end
end

--- The symbol in a line, as parts of a heading print it: without the series.
local function read_heading(line)
  local symbol, i, j, title = read_numbered(line)
  if not symbol then symbol, i, j, title = read_roman(line) end
  if not symbol then symbol, i, j, title = read_yearly(line) end
  return symbol, i, j, title
end

--- True when the line at bytes `i` to `j` gives the number of a resolution.
function titleblock.is_heading(text, i, j)
  return find(text, "^[%dERSr]", i) and read_heading(sub(text, i, math.min(j, i + LONGEST_HEADING))) ~= nil
end

--- Iterates over the lines of bytes `from` to `to` without white space at their
--- ends: first byte, the line, true behind a blank line.
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

--- Reads the title block that ends at byte `to`; it does not begin before `from`.
--- @param body the body as in bodies.lua, or nil when it is not known
--- @return a table with `symbol` (`i`, `j`, `value`) and `title` (`i`, `j`),
--- each nil where there is none
function titleblock.read(text, from, to, body)
  from = math.max(from, to - LONGEST)
  local block, full = {}, nil
  for i, line in lines(text, from, to) do
    local symbol, first, last, title = read_heading(sub(text, i, i + LONGEST_HEADING))
    local series = body and body.series or symbol and find(symbol, "%(%d") and YEARLY_SERIES
    if symbol and series then
      block.symbol = { i = i + first - 1, j = i + last - 1, value = series .. "/" .. symbol }
      block.title = title and read_title(text, i + title - 1, to)
    elseif not symbol and not full then
      symbol, first, last = read_full(line)
      full = symbol and { i = i + first - 1, j = i + last - 1, value = symbol }
    end
  end
  block.symbol = block.symbol or full
  return block
end

return titleblock
