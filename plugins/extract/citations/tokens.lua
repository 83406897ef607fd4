--- The regular expression that finds what may be a citation, or gives one its
--- context, in a single pass over the text.

local months = require "sheaf.months"
local words = require "words"

--- The keys of a table as alternatives, the longest first.
local function alternatives(names)
  local list = {}
  for name in pairs(names) do list[#list + 1] = name end
  table.sort(list, function(a, b)
    if #a ~= #b then return #a > #b end
    return a < b
  end)
  return (table.concat(list, "|"):gsub(" ", "\\s+"))
end

-- The pieces: {NAME} stands for the piece of that name.
local PIECES = {
  ORGAN = "(?i:" .. alternatives(words.organs) .. ")",
  -- "its resolution", and the number behind it when that is all there is.
  CUE = "(?i:" .. alternatives(words.cues) .. ")",
  LONE = [[\s+(?:No\.\s+)?([0-9]{1,4})(?![\w/]|\s*\(|\h[A-Z]\b|[.,]\d)]],

  -- "58/208", "57/270 B", "217 A (III)", "1325 (2000)", "A/RES/58/208"
  ACT = [[(?:{PREFIX})?(?:{SESSION}|{BRACKETED})(?![\w/])]],
  PREFIX = [[[ASE](?:/HRC|/CN\.4)?/(?:RES|DEC)/{GAP}]],
  SESSION = [[(?!{MISREAD})(?:E?S{DASH})?{NUMBER}{GAP}/{GAP}{NUMBER}(?:{GAP}\[?{LETTERS}\]?)?]],
  BRACKETED = [[{NUMBER}{GAP}(?:{LETTERS}{GAP})?\({GAP}{INNER}{GAP}(?:\)|(?<=[DIVX])(?=\sof\s))]]
    .. [[(?:{GAP}\[?{LETTERS}\]?)?]],
  INNER = [[(?:E?S{DASH})?[0-9IVXLDOol|]{1,8}(?:{DASH}[0-9])?]],
  LETTERS = [[{LETTER}(?:(?:\h?,\s?|\s(?:and|to|et|à|y|и)\s|{DASH}){LETTER})*+]],
  LETTER = [=[[A-Z](?![\w/'’]|\.\d)]=],
  -- "of 19 December 1994"
  WHEN = [[(?:\.?\s+Resolution)?,?\s+(?:adopted\s+(?:\w+\s+)?on|dated|of|du|de|от)\s+]]
    .. [[(?:{DAY}(?:\s+and\s+{DAY})?\s+(?:de\s+)?{MONTH}\s+(?:de\s+)?|{MONTH}\s+{DAY},?\s+){YEAR}]],
  DAY = [[[0-9]{1,2}]],
  MONTH = months.pattern { "en", "fr", "es", "ru" },
  YEAR = [[[12][0-9]{3}(?![0-9])]],

  -- "A/58/483/Add.3", and what may follow: "and Add.4-6"
  DOCUMENT = [[(?:[A-Z]{1,6}|(?={MISREAD})(?:S?[$]|8))(?:/{GAP}{PART})++(?![\w$]|/\w|\.\d)]],
  PART = [[(?:E?S{DASH}[0-9]+|[A-Z]{2,4}\([0-9]{1,2}\)|{NAME}(?:\.{GAP}{NUMBER})?|{NUMBER})]],
  NAME = [[[A-Z][A-Za-z]*]],
  MORE = [[\h?(?:{DASH}|(?:,?\s+(?:[0-9]{1,3}\s+)?(?:and|to|et|y)\s|,\s?){GAP})]]
    .. [[(?:{SUFFIX}(?:/{SUFFIX})*|{ITEM}(?!\.\d))]],
  ITEM = [=[[0-9]{1,4}(?=\s*[,;.)\]]|\s+(?:and|to)\s|{DASH}[0-9]|$)]=],
  SUFFIX = [[(?:Add|Corr|Rev|Amend)\.{GAP}(?:{NUMBER}|[lI]\b)]],

  -- "S/26385" as character recognition may give it; no month and year.
  MISREAD = [[(?:S?[$]|8)/(?:(?!19|20)[0-9]{4}|[0-9]{5})(?!\w)]],

  -- "E.95.XIII.18"
  SALES = [[(?:[ACEFRSM]\.{GAP}|(?<=Sales\sNo\.\s)){NUMBER}\.{GAP}[IVX]{1,6}\.{GAP}]]
    .. [[(?:[A-Z]\.{GAP})?{NUMBER}(?:/Rev\.\h?[0-9])?(?!\w)]],

  -- Followed by a place in the work, not by another work.
  IBID = [[[Ii]bid\.(?=,?\s*(?:annex|chap|para|sect|pp?\.|art|vol|appendix|part\b|]]
    .. [[resolution\s+[IVX0-9]{1,3}\b(?!/)|\R|$))]],

  -- Digits as character recognition may give them, at least one of them right.
  NUMBER = [=[(?=[OolI]{0,3}[0-9])[0-9OolI]{1,5}]=],
  DASH = [=[\h?[-\x{2010}-\x{2015}\x{2212}]\xAD?\h?]=],
  -- Nothing, a space, or the end of a line.
  GAP = [[\h?(?:\R\h{0,8})?]],
}

local function expand(pattern)
  return (pattern:gsub("{(%u+)}", function(name) return expand(PIECES[name]) end))
end

local tokens = {}

--- Finds the next token. One of these groups is there and says what it is: an
--- organ; a cue, its lone number and date; an act, its date; a document, more of
--- it; a sales number; Ibid.
tokens.regex = sheaf.regex(expand([[(?<![\w/])(?:({ORGAN})(?!\w)|({CUE})(?:{LONE}({WHEN})?|(?!\w))]]
  .. [[|(?<![0-9][.\-])({ACT})({WHEN})?|({DOCUMENT})((?:{MORE})*+)|({SALES})|({IBID}))]]))

--- Finds the suffixes that follow a document's symbol: how it is joined, the
--- suffix or number.
tokens.more = sheaf.regex(expand([[({DASH}|\s(?:and|to|et|y)\s|,\s?){GAP}]]
  .. [[({SUFFIX}(?:/{SUFFIX})*|{ITEM})]]))

return tokens
