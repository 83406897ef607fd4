--- Takes apart how the numbers of resolutions and their dates are printed.

local months = require "sheaf.months"

-- What stands between the members of a list; all else joins a range's ends.
local LIST = { [","] = true, ["and"] = true, [",and"] = true, et = true, y = true, ["и"] = true }

local numbers = {}

--- Adds the letters of "A, C to E" to `letters`.
local function add_letters(letters, list)
  for joint, letter in list:gsub("%s+", ""):gmatch("([^%u]*)(%u)") do
    local last = letters[#letters]
    local first = last and not LIST[joint] and last:byte() + 1 or letter:byte()
    for code = first, letter:byte() do letters[#letters + 1] = string.char(code) end
  end
end

--- Takes "31/6 A to C" apart.
--- @return a list of "31/6 A", "31/6 B", "31/6 C"
function numbers.each(printed)
  local head, list, tail = printed:match("^(.-[%d)])%s*%[?(%u[^%d()%[%]]*)%]?(%(?.*)$")
  if not head or not (tail == "" or tail:find("^%(")) then return { printed } end
  local letters = {}
  add_letters(letters, list)
  for i, letter in ipairs(letters) do letters[i] = head .. " " .. letter .. tail end
  return letters
end

--- @return of "of 4 and 14 July 1967" the year, the month and a list of days
function numbers.date(when)
  local year = when:match("(%d%d%d%d)%s*$")
  local month
  for word in when:gmatch("[^%s%d,]+") do month = months.number(word) or month end
  local days = {}
  for day in when:gsub("%d%d%d%d%s*$", ""):gmatch("%d+") do days[#days + 1] = tonumber(day) end
  return tonumber(year), month, days
end

return numbers
