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
  OFTHE = [[(?:{OF}{SP})]],

  JOIN = [[(?:{SP}?{DASH}{SP}?|,{SP}(?:{LIST}{SP})?|{SP}(?:{RANGE}|{LIST}){SP}(?:the{SP})?)]],
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
  YEARS = [[{YEAR}(?:{DASH}[0-9]{2}(?![0-9]))?(?:{JOIN}{YEAR}{ENDS})*+{CLEAR}]],
  ENDS = [=[(?![\w/%°]|[.,][0-9]|\h?\((?:19|20)[0-9]{2}\))]=],
  CLEAR = [[{ENDS}(?!{DASH}[0-9])]],
  SAFE = [=[(?=\s*(?:[.,;:!?()\]"”’»]|{DASH}|\z)|\s+(?:[0-9]{1,3}\b|{FOLLOWS}\b))]=],
  FOLLOWED = [[(?={YEARS}{SP}{YEARWORD})]],
  ALONE = [[{IN}{SP}(?:{YEARWORD}{SP})?(?=[0-9])]],
  PERHAPS = [[{MAYBE}{SP}(?={YEARS}{SAFE})]],
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
  return #lists > 0 and "(?i:" .. table.concat(lists, "|") .. ")" or "(?!)"
end

local FIELDS = { RANGE = "range", LIST = "list", OF = "of", IN = "in_year", MAYBE = "maybe_year",
  FOLLOWS = "follows", ORDINAL = "ordinal", YEARWORD = "year" }

--- What the languages say for each field, by the piece's name.
local function own_pieces(languages)
  local own = { MONTH = months.pattern(languages) }
  for name, field in pairs(FIELDS) do own[name] = alternatives(languages, field) end
  return own
end

--- The pattern with all pieces put in place.
local function expand(text, own)
  return (text:gsub("{(%u+)}", function(name)
    return own[name] or expand(PIECES[name], own)
  end))
end

-- The words of more languages than this are too many to be put in many places.
local MOST_INLINE = 2

--- An expression of the pieces. With many languages their words are defined
--- once, as subpatterns, behind the groups that count.
local function compile(text, languages)
  local own = own_pieces(languages)
  if #languages <= MOST_INLINE then return sheaf.regex(expand(text, own)) end
  local calls, definitions = {}, {}
  for name, words_of in pairs(own) do
    calls[name] = "(?&" .. name .. ")"
    definitions[#definitions + 1] = ("(?<%s>%s)"):format(name, words_of)
  end
  return sheaf.regex(expand(text, calls) .. "(?(DEFINE)" .. table.concat(definitions) .. ")")
end

local DATE = [[(?<![\w/])(?<![0-9][.,-])(?:({LITTLE}|{MIDDLE}|{MONTHS}|{BIG})]]
  .. [[|({ISO}|{SLASHED})|(?:{ALONE}|{PERHAPS}|{SPAN}|{FOLLOWED})({YEARS}))|({CHINESE})]]
local PART = [[({MONTH})(?!\w)|([0-9]+)|({DASH}|(?<=\s){RANGE}(?=\s))]]

local pattern = {}

--- Makes the expressions for a list of languages. `regex` finds dates; its
--- groups, one of which is there, are one with names of months, one of numbers,
--- years alone, a Chinese one. `piece` finds the parts of the first: a month's
--- name, a number, what joins the ends of a range.
function pattern.finder(languages)
  return { regex = compile(DATE, languages), piece = compile(PART, languages) }
end

return pattern
