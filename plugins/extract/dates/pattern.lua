--- Builds the regular expressions that find dates in some languages.

local months = require "sheaf.months"
local words = require "words"

-- The pieces: {NAME} stands for the piece of that name. MONTH, RANGE, LIST, OF,
-- ORDINAL, IN, MAYBE, FOLLOWS and YEARWORD are added from the languages' words.
local PIECES = {
  -- Space within a line, or the end of one.
  SP = [[(?:\h+(?:\R\h*)?|\R\h*)]],
  DASH = [=[[-\x{2010}-\x{2015}]]=],
  DAY = [[(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])(?:{ORDINAL})?]],
  ANYYEAR = [=[[12][0-9]{3}(?![0-9])]=],
  NAME = [[{MONTH}(?!\w)\.?]],
  OFTHE = [[(?:(?i:{OF}){SP})]],

  JOIN = [[(?:{SP}?{DASH}{SP}?|,{SP}(?:(?i:{LIST}){SP})?|{SP}(?i:{RANGE}|{LIST}){SP}(?:the{SP})?)]],
  -- "16 and 17 October", "5-13 septembre", "23 de diciembre"
  DAYMONTH = [[{DAY}(?:{JOIN}{DAY}){0,6}{SP}?{OFTHE}?{NAME}]],
  BEHIND = [[,?{SP}{OFTHE}?{ANYYEAR}]],
  LITTLE = [[{DAYMONTH}(?:(?:{BEHIND})?{JOIN}{DAYMONTH}){0,3}{BEHIND}]],
  -- "July 4-8, 1999"
  MONTHDAY = [[{NAME},?{SP}{DAY}(?:{JOIN}{DAY}){0,6}]],
  MIDDLE = [[{MONTHDAY}(?:(?:{BEHIND})?{JOIN}{MONTHDAY}){0,3}{BEHIND}]],
  -- "July 2003", "July and August 1999"
  MONTHS = [[{NAME}(?:(?:{BEHIND})?{JOIN}{NAME}){0,3}{BEHIND}]],
  -- "2018 March 18"
  BIG = [[{ANYYEAR}{SP}{NAME}(?:{SP}{DAY})?(?!{SP}{ANYYEAR})]],

  ISO = [=[{ISODAY}(?:/{ISODAY})?(?![0-9]|[-/.][0-9])|{SOLIDI}(?![0-9]|[-/.][0-9])]=],
  ISODAY = [[[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}]],
  SOLIDI = [[[12][0-9]{3}/[0-9]{1,2}/[0-9]{1,2}]],
  SLASHED = [=[[0-9]{1,2}(?:/[0-9]{1,2}/|\.[0-9]{1,2}\.)[12][0-9]{3}(?![0-9]|[-/.][0-9])]=],

  HAN = [=[[0-9０-９〇零○一二三四五六七八九十]]=],
  CHINESE = [[{HAN}{4}年(?:，?{HAN}{1,3}月(?:{HAN}{1,3}[日号號])?)?]],

  YEAR = [[(?:1[89]|20)[0-9]{2}]],
  YEARS = [[{YEAR}(?:{DASH}[0-9]{2}(?![0-9]))?(?:{JOIN}{YEAR})*{CLEAR}]],
  CLEAR = [=[(?![\w/%°]|{DASH}[0-9]|[.,][0-9]|\h?\((?:19|20)[0-9]{2}\))]=],
  SAFE = [=[(?=\s*(?:[.,;:!?)\]"”’»]|{DASH}|\z)|\s+(?i:{FOLLOWS})\b)]=],
  FOLLOWED = [[(?={YEARS}{SP}(?i:{YEARWORD}))]],
  ALONE = [[(?i:{IN}){SP}(?:(?i:{YEARWORD}){SP})?(?=[0-9])]],
  PERHAPS = [[(?i:{MAYBE}){SP}(?={YEARS}{SAFE})]],
  SPAN = [=[(?<![./-])(?={YEAR}{DASH}{YEAR}{CLEAR})]=],
}

--- What the languages say for one thing, as alternatives.
local function alternatives(languages, field)
  local lists = {}
  for _, language in ipairs(languages) do
    local list = words[language] and words[language][field] or ""
    if list ~= "" then lists[#lists + 1] = list end
  end
  -- What can never match, where there is nothing.
  return #lists > 0 and table.concat(lists, "|") or "(?!)"
end

local FIELDS = { RANGE = "range", LIST = "list", OF = "of", IN = "in_year", MAYBE = "maybe_year",
  FOLLOWS = "follows", ORDINAL = "ordinal", YEARWORD = "year" }

--- The pattern with all pieces put in place.
local function expand(text, own)
  return (text:gsub("{(%u+)}", function(name)
    return expand(own[name] or PIECES[name], own)
  end))
end

local pattern = {}

--- Makes the expressions for a list of languages. `regex` finds dates; its
--- groups, one of which is there, are one with names of months, one of numbers,
--- years alone, a Chinese one. `piece` finds the parts of the first: a month's
--- name, a number, what joins the ends of a range.
function pattern.finder(languages)
  local own = { MONTH = "(?:" .. months.alternatives(languages) .. ")" }
  for name, field in pairs(FIELDS) do own[name] = "(?:" .. alternatives(languages, field) .. ")" end
  local regex = [[(?<![\w/])(?<![0-9][.,-])(?:({LITTLE}|{MIDDLE}|{MONTHS}|{BIG})]]
    .. [[|({ISO}|{SLASHED})|(?:{ALONE}|{PERHAPS}|{SPAN}|{FOLLOWED})({YEARS}))|({CHINESE})]]
  local piece = [[({MONTH})(?!\w)|([0-9]+)|({DASH}|(?<=\s)(?i:{RANGE})(?=\s))]]
  return { regex = sheaf.regex(expand(regex, own)), piece = sheaf.regex(expand(piece, own)) }
end

return pattern
