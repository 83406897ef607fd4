--- Says which days, months or years a date is.

local months = require "sheaf.months"

local reading = {}

-- Dates with names of months -------------------------------------------------
-- They are read as points, one for each end of a range or member of a list;
-- a point lacks what is said only once: the year, or the month too.

--- Adds a month, a day or a year to the last point, or to a new one when the
--- last has one already. A year ends its point, unless it comes first.
local function put(points, field, value, from, to, joined)
  local last = points[#points]
  if not last or last[field] or last.year and not last.year_first then
    last = { from = from, joined = joined, year_first = field == "year" }
    points[#points + 1] = last
  end
  last[field], last.to = value, to
end

--- The year in "1998-99".
local function short_year(points, number)
  local last = points[#points]
  return last and last.year and not last.month and last.year // 100 * 100 + number
end

local function points_in(text, piece)
  local points, joined = {}, nil
  for from, to, month, number, range in text:each(piece) do
    if month then
      put(points, "month", months.number(month), from, to, joined)
    elseif number then
      local value = tonumber(number)
      local year = #number == 4 and value or short_year(points, value)
      put(points, year and "year" or "day", year or value, from, to, joined)
    end
    joined = range ~= nil
  end
  return points
end

--- True of a number that only looks like a day: the days of a list ascend. In
--- "13 August 1948 5 and 5 January 1949" it is a note's.
local function is_stray(point, following)
  return point.day and not point.own_month and following and following.day
    and following.month == point.month and following.day <= point.day
end

--- Gives the points what their neighbours say for them: the next one the year
--- and month, else the one before the month.
local function complete(points)
  for i = #points, 1, -1 do
    local point, following = points[i], points[i + 1] or {}
    point.own_year, point.own_month = point.year ~= nil, point.month ~= nil
    point.year = point.year or following.year
    if point.day then point.month = point.month or following.month end
  end
  for i, point in ipairs(points) do
    local before = points[i - 1] or {}
    if point.day then point.month = point.month or before.month end
    if not is_stray(point, points[i + 1]) then
      point.value = point.year and months.iso(point.year, point.month, point.day)
    end
  end
end

--- True if "16 and 17 October" may be given as a range: the days are next to
--- each other.
local function is_next(point, before)
  return point.day and before.day and not before.own_year and point.month == before.month
    and point.day == before.day + 1
end

local function precision_of(point)
  return point.day and "day" or point.month and "month" or "year"
end

--- Makes one date of each range, and of each point that is in none.
local function dates_of(points)
  local dates = {}
  local last, before
  for _, point in ipairs(points) do
    if not point.value then
      before = nil
    elseif before and (point.joined or is_next(point, before)) and point.value > last.first then
      last.value, last.to = last.first .. "/" .. point.value, point.to
      before = point
    else
      last = { from = point.from, to = point.to, first = point.value, value = point.value,
        precision = precision_of(point) }
      dates[#dates + 1], before = last, point
    end
  end
  return dates
end

--- @param text the text of the date
--- @param piece what finds its parts
--- @return a list of dates, each with from, to, value and precision
function reading.named(text, piece)
  local points = points_in(text, piece)
  complete(points)
  return dates_of(points)
end

-- Dates in numbers -----------------------------------------------------------

local function single(year, month, day, from, to)
  local value = months.iso(year, month, day)
  if not value then return nil end
  return { { from = from, to = to, value = value,
    precision = precision_of { month = month, day = day } } }
end

--- "2003-12-16/2003-12-18"
local function iso_range(printed, from, to)
  local first, last = printed:match("^(%d+%-%d+%-%d+)/(.*)$")
  local dates = first and reading.numeric(first, from, to)
  local ends = dates and reading.numeric(last, from, to)
  if not ends then return nil end
  dates[1].value = dates[1].value .. "/" .. ends[1].value
  return dates
end

--- "2003-12-23", "23.12.2003", "12/23/2003", or a range of the first
--- @param order "dmy" or "mdy" for the last two; nil: only if one is no month
function reading.numeric(printed, from, to, order)
  if order == "none" then return nil end
  if printed:find("-.*/") then return iso_range(printed, from, to) end
  local first, second, third = printed:match("(%d+)[-./](%d+)[-./](%d+)")
  local a, b, c = tonumber(first), tonumber(second), tonumber(third)
  if #first == 4 then return single(a, b, c, from, to) end
  if printed:find(".", 1, true) or a > 12 then order = "dmy" elseif b > 12 then order = "mdy" end
  if order == "dmy" then return single(c, b, a, from, to) end
  if order == "mdy" then return single(c, a, b, from, to) end
end

-- Chinese dates --------------------------------------------------------------

local HAN = { ["〇"] = 0, ["零"] = 0, ["○"] = 0, ["一"] = 1, ["二"] = 2, ["三"] = 3, ["四"] = 4,
  ["五"] = 5, ["六"] = 6, ["七"] = 7, ["八"] = 8, ["九"] = 9 }
for digit = 0, 9 do
  HAN[tostring(digit)] = digit
  HAN[utf8.char(0xFF10 + digit)] = digit
end

--- A number in Chinese or other digits: "二〇〇三", "十二", "23".
local function han_number(printed)
  local number = 0
  for _, code in utf8.codes(printed) do
    local digit = HAN[utf8.char(code)]
    if digit then number = number * 10 + digit else number = math.max(number, 1) end -- 十
  end
  return printed:find("十$") and number * 10 or number
end

--- "2003年12月23日", "二〇〇三年十二月"
function reading.chinese(printed, from, to)
  local year, rest = printed:gsub("，", ""):match("^(.-)年(.*)$")
  local month, day = rest:match("^(.-)月(.*)$")
  day = day and day:gsub("日$", ""):gsub("号$", ""):gsub("號$", "") or ""
  return single(han_number(year), month and han_number(month),
    day ~= "" and han_number(day) or nil, from, to)
end

return reading
