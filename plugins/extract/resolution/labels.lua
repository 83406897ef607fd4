--- The labels of items, (a) (b) or (i) (ii) or (1) (2), and how they nest.

local labels = {}

-- Items do not nest deeper.
local DEEPEST = 4
-- Items that may have been lost between two others.
local MOST_LOST = 2

local ROMAN = {}
for _, tens in ipairs { "", "x", "xx" } do
  for _, ones in ipairs { "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x" } do
    ROMAN[#ROMAN + 1] = tens .. ones
  end
end
local VALUE = {}
for value, roman in ipairs(ROMAN) do VALUE[roman] = value end

local FIRST = { a = true, A = true, i = true, ["1"] = true }

-- What character recognition makes of a label.
local MISREAD = { b = "5 6 8 h", c = "e o 0", d = "a ad", e = "c", f = "t", g = "9 q",
  i = "l 1", ii = "11 il li", iii = "111", l = "1", s = "5", z = "2" }

--- The labels that may stand `step` places behind `label`: two for "i", which
--- may be a letter or a number.
local function followers(label, step)
  local found = {}
  if tonumber(label) then return { tostring(label + step) } end
  if #label == 1 then found[1] = string.char(label:byte() + step) end
  if VALUE[label] then found[#found + 1] = ROMAN[VALUE[label] + step] end
  return found
end

local function matches(label, wanted)
  return label == wanted
end

local function resembles(label, wanted)
  local misread = " " .. (MISREAD[wanted] or "") .. " "
  return misread:find(" " .. label .. " ", 1, true) ~= nil
end

--- The deepest level of `open` at which `label` goes on, and the label meant.
local function find_level(open, label, step, test)
  for level = #open, 1, -1 do
    for _, wanted in ipairs(followers(open[level].label, step)) do
      if test(label, wanted) then return level, wanted end
    end
  end
end

--- Finds the place of an item. @param open the items that are open, outermost
--- first, each with its `label`
--- @return its level from 1 and its label as it should read; nil if it fits nowhere
function labels.place(open, label)
  local level, meant = find_level(open, label, 1, matches)
  if level then return level, meant end
  if FIRST[label] then
    local beside = #open > 0 and open[#open].label == ""
    return beside and #open or math.min(#open + 1, DEEPEST), label
  end
  level, meant = find_level(open, label, 1, resembles)
  for step = 2, level and 0 or 1 + MOST_LOST do
    level, meant = find_level(open, label, step, matches)
    if level then break end
  end
  return level, meant
end

return labels
