--- The months' names in the languages that dates are read in.
---
---     local months = require "sheaf.months"
---     months.number("Décembre")               --> 12
---     months.pattern { "en", "fr" }           --> "(?:March|May|…|(?i:September|…))"

local months = {}

-- A language a line: twelve months, the forms of each between "|".
local NAMES = {
  en = [[January|Jan February|Feb March|Mar April|Apr May June|Jun July|Jul August|Aug
    September|Sept|Sep October|Oct November|Nov December|Dec]],
  fr = [[janvier|janv février|fevrier|févr|fév mars avril|avr mai juin juillet|juil août|aout
    septembre|sept octobre|oct novembre|nov décembre|decembre|déc]],
  es = [[enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago
    septiembre|setiembre|sept|sep octubre|oct noviembre|nov diciembre|dic]],
  ru = [[января|январь|январе|янв февраля|февраль|феврале|февр|фев марта|март|марте
    апреля|апрель|апреле|апр мая|май|мае июня|июнь|июне июля|июль|июле
    августа|август|августе|авг сентября|сентябрь|сентябре|сент|сен
    октября|октябрь|октябре|окт ноября|ноябрь|ноябре|нояб|ноя декабря|декабрь|декабре|дек]],
  ar = [[يناير|كانون_الثاني/يناير|كانون_الثاني فبراير|شباط/فبراير|شباط مارس|آذار/مارس|آذار
    أبريل|نيسان/أبريل|نيسان|إبريل مايو|أيار/مايو|أيار يونيه|يونيو|حزيران/يونيه|حزيران/يونيو|حزيران
    يوليه|يوليو|تموز/يوليه|تموز/يوليو|تموز أغسطس|آب/أغسطس سبتمبر|أيلول/سبتمبر|أيلول
    أكتوبر|تشرين_الأول/أكتوبر|تشرين_الأول نوفمبر|تشرين_الثاني/نوفمبر|تشرين_الثاني
    ديسمبر|كانون_الأول/ديسمبر|كانون_الأول]],
  de = [[Januar|Jänner|Jan Februar|Feber|Feb März|Maerz|Mär April|Apr Mai Juni|Jun Juli|Jul
    August|Aug September|Sept|Sep Oktober|Okt November|Nov Dezember|Dez]],
  it = [[gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug agosto|ago
    settembre|set ottobre|ott novembre|nov dicembre|dic]],
  nl = [[januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug
    september|sept|sep oktober|okt november|nov december|dec]],
  pt = [[janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago
    setembro|set outubro|out novembro|nov dezembro|dez]],
}

-- English names that are other words, too, unless they begin with a capital.
local CAPITALIZED = { May = true, March = true, Mar = true }

local number_of = {}
local names_of = {}

local function lower(name)
  return (sheaf.text(name):lower():gsub("%s+", " "))
end

local function add_name(language, name, number)
  name = name:gsub("_", " ")
  number_of[lower(name)] = number
  table.insert(names_of[language], name)
end

for language, list in pairs(NAMES) do
  names_of[language] = {}
  local number = 0
  for forms in list:gmatch("%S+") do
    number = number + 1
    for name in forms:gmatch("[^|]+") do add_name(language, name, number) end
  end
end

--- The languages that there are names in, sorted.
function months.languages()
  local languages = {}
  for language in pairs(NAMES) do languages[#languages + 1] = language end
  table.sort(languages)
  return languages
end

--- @return the number of the month, or nil. A dot behind an abbreviation is
--- forgiven, and a line's end in the name.
function months.number(name)
  return number_of[lower(name:gsub("%.$", ""))]
end

--- Sorts the longest names first, joins them and forgives line ends in them.
local function joined(names)
  table.sort(names, function(a, b)
    if #a ~= #b then return #a > #b end
    return a < b
  end)
  return (table.concat(names, "|"):gsub(" ", "\\s+"))
end

--- A regular expression for the names of the months in `languages`, in small
--- and capital letters. Languages without names are passed over.
function months.pattern(languages)
  local names, capitalized, seen = {}, {}, {}
  for _, language in ipairs(languages) do
    for _, name in ipairs(names_of[language] or {}) do
      local list = language == "en" and CAPITALIZED[name] and capitalized or names
      if not seen[name] then list[#list + 1] = name end
      seen[name] = true
    end
  end
  for i = 1, #capitalized do capitalized[#capitalized + 1] = capitalized[i]:upper() end
  if #capitalized == 0 then return "(?i:" .. joined(names) .. ")" end
  return "(?:" .. joined(capitalized) .. "|(?i:" .. joined(names) .. "))"
end

local DAYS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

--- How many days the month has.
function months.days(year, month)
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and leap and 29 or DAYS[month]
end

--- A date as ISO 8601, as exact as it is given: `month` and `day` may be nil.
--- @return "2003-12-16", "2003-12" or "2003"; nil if there is no such day
function months.iso(year, month, day)
  if not month then return ("%04d"):format(year) end
  if month < 1 or month > 12 then return nil end
  if not day then return ("%04d-%02d"):format(year, month) end
  if day < 1 or day > months.days(year, month) then return nil end
  return ("%04d-%02d-%02d"):format(year, month, day)
end

return months
