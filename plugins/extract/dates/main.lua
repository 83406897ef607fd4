--- Finds dates and gives them as ISO 8601: "23 December 2003" as 2003-12-23,
--- "29 June to 3 July 1998" as 1998-06-29/1998-07-03, "in 2006" as 2006.
---
--- `pattern.lua` finds what looks like dates, `reading.lua` says which they are,
--- `words.lua` holds the words of the languages.

local months = require "sheaf.months"
local pattern = require "pattern"
local reading = require "reading"
local words = require "words"

local plugin = {}

local options
local finders = {}

function plugin.init(given)
  options = given
end

--- The languages to read a document in.
local function languages_of(language)
  if #options.languages > 0 then return options.languages end
  if language == "en" then return { "en" } end
  if words[language] then return { "en", language } end
  return months.languages()
end

--- What finds dates in a document, made once for each choice of languages.
local function finder_for(languages)
  local key = table.concat(languages, " ")
  finders[key] = finders[key] or pattern.finder(languages)
  return finders[key]
end

--- The order of day and month in "8/10/2012", nil if that is not clear.
local function order_for(language)
  if options.numeric ~= "clear" then return options.numeric end
  return language ~= "en" and words[language] and "dmy" or nil
end

function plugin.process(doc)
  local finder = finder_for(languages_of(doc.language))
  local order = order_for(doc.language)
  local text = doc.text
  for from, to, named, numeric, years, chinese in text:each(finder.regex) do
    local dates
    if named then dates = reading.named(text:slice(from, to), finder.piece)
    elseif numeric then dates = reading.numeric(numeric, from, to, order)
    elseif chinese then dates = reading.chinese(chinese, from, to)
    elseif years and options.years then
      dates = reading.named(text:slice(to - #years, to), finder.piece)
    end
    for _, date in ipairs(dates or {}) do
      doc:add("date", date.from, date.to, { value = date.value, precision = date.precision })
    end
  end
end

return plugin
