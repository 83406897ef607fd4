--- Tells the headings of plain text from its paragraphs.
---
--- A heading is short and has no mark at its end; but so are names, addresses and
--- table cells. Hence only what looks like a heading in one of a few ways is one:
--- a Markdown heading, a numbered line, a line in capital letters, or a line in
--- title case with a paragraph below it.

local find, match = string.find, string.match

local headings = {}

-- Longer paragraphs are no headings; shorter ones below a line do not show that
-- the line is one.
local LONGEST, SHORTEST_BELOW = 120, 80
-- So many letters in a line in capital letters, so many words in title case.
local FEWEST_CAPITALS, FEWEST_WORDS = 4, 2

-- Words that begin the headings of parts, and the level of these.
local PARTS = { annex = 1, appendix = 1, article = 3, book = 1, chapter = 1, part = 1,
  section = 2, title = 1 }

--- Words that title case leaves small.
local SMALL = {}
for word in ([[a an and as at by de del der des di du for from in la le les of on or the
  to und van von with y]]):gmatch("%S+") do
  SMALL[word] = true
end

--- # Heading
local function markdown_level(line)
  local marks = match(line, "^(#+)%s+%S")
  return marks and #marks <= 6 and #marks or nil
end

--- 2.1 Methods. IV. Results. B. Data. Chapter 3.
local function numbered_level(line)
  local number = match(line, "^(%d%d?%.[%d.]*)%s+%u")
  if number then
    local _, dots = number:gsub("%.%d", "")
    return dots + 1
  end
  if find(line, "^[IVX]+%.%s+%u") then return 1 end
  if find(line, "^%u%.%s+%u%l") then return 2 end
  local part = match(line, "^(%a+)%s+[%dIVXA-H][%dIVX]*%f[^%w]")
  return part and PARTS[part:lower()]
end

--- True when all letters of a piece of text are capital ones, of any script, and
--- it is more than a symbol such as "A/RES/73/3".
local function is_upper(piece, line)
  local letters, others = line:gsub("[%d/]", "")
  return #letters - others >= FEWEST_CAPITALS and piece:upper() == line and piece:lower() ~= line
end

local function is_title_case(line)
  local words = 0
  for word in line:gmatch("%S+") do
    if find(word, "^%u") then
      words = words + 1
    elseif not SMALL[word] and not find(word, "^[%d%p]+$") then
      return false
    end
  end
  return words >= FEWEST_WORDS and find(line, "^%u") ~= nil
end

--- The level that headings of a style have, in order of their first appearance.
local function level_of(levels, style)
  if not levels[style] then
    levels.count = (levels.count or 0) + 1
    levels[style] = levels.count
  end
  return levels[style]
end

--- The level of a paragraph that is a heading; nil when it is none.
--- @param piece the paragraph, a text object
--- @param below the next paragraph, or nil at the end
--- @param levels a table that is empty at the beginning of a document
function headings.level(piece, below, levels)
  if #piece > LONGEST then return nil end
  local line = tostring(piece)
  if markdown_level(line) and not find(line, "\n") then return markdown_level(line) end
  -- Behind the mark there may be a note's number.
  if find(line, "[.,;:!?][%s%d%p]*$") or find(line, "\n.*\n") then return nil end
  local numbered = numbered_level(line)
  if numbered then return numbered end
  if is_upper(piece, line) then return level_of(levels, "upper") end
  if below and #below >= SHORTEST_BELOW and is_title_case(line) then
    return level_of(levels, "title")
  end
end

--- The level and the size in bytes of a Markdown heading that stands on the first
--- line of a paragraph; nil when there is none.
function headings.first_line(piece)
  if piece:byte(1) ~= 35 then return nil end
  local line = piece:match("^[^\r\n]+")
  return markdown_level(line), #line
end

return headings
