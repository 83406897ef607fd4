--- Symbols of United Nations documents, as printed and as the UN Digital
--- Library writes them.
---
---     local symbols = require "sheaf.symbols"
---     symbols.act("58/208")                        --> "A/RES/58/208"
---     symbols.act("1995/313", "decision")          --> "E/DEC/1995/313"
---     symbols.act("217 A (III)")                   --> "A/RES/217(III)[A]"
---     symbols.act("5/1", "resolution", "A/HRC")    --> "A/HRC/RES/5/1"
---     symbols.document("A/58/483/Add. 3")          --> "A/58/483/Add.3"
---     symbols.sales("E. 96.IV. 13")                --> "E.96.IV.13"
---
--- An act is a resolution or a decision. Its number has one of three forms:
--- by session ("58/208", "S-21/2", "1995/12"), by a session in Roman numerals
--- ("217 A (III)") or by year ("1325 (2000)").

local symbols = {}

-- Cleaning -------------------------------------------------------------------

-- The hyphens U+2010 to U+2015 and U+2212, spaces and the soft hyphen.
local PLAIN = {
  ["\u{2010}"] = "-", ["\u{2011}"] = "-", ["\u{2012}"] = "-", ["\u{2013}"] = "-",
  ["\u{2014}"] = "-", ["\u{2015}"] = "-", ["\u{2212}"] = "-", ["\u{00AD}"] = "",
  ["\u{00A0}"] = " ", ["\u{2009}"] = " ", ["\u{202F}"] = " ", ["\u{200B}"] = "",
}
-- What character recognition makes of digits, and of "I".
local DIGITS = { O = "0", o = "0", l = "1", I = "1", ["|"] = "1" }
local STROKES = { ["1"] = "I", l = "I", ["|"] = "I" }

--- The text with plain hyphens and spaces.
local function plain(printed)
  return (printed:gsub("[\xC2\xE2][\x80-\xBF]+", PLAIN))
end

--- The text with plain hyphens and without white space.
local function squeeze(printed)
  return (plain(printed):gsub("%s+", ""))
end

local function digits(printed)
  return (printed:gsub("[OolI|]", DIGITS))
end

-- Roman numerals -------------------------------------------------------------

local ROMAN = { { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" },
  { 1, "I" } }

local function to_roman(number)
  local numeral = ""
  for _, step in ipairs(ROMAN) do
    local value, letters = step[1], step[2]
    while number >= value do numeral, number = numeral .. letters, number - value end
  end
  return numeral
end

-- The sessions of the Economic and Social Council went up to LXIII.
local session_of = {}
for number = 1, 63 do session_of[to_roman(number)] = number end

-- The Security Council -------------------------------------------------------

-- The first resolution of the Security Council in some years; others lie
-- evenly between.
local SECURITY_COUNCIL = { { 1946, 1 }, { 1950, 79 }, { 1960, 132 }, { 1970, 276 }, { 1980, 463 },
  { 1990, 647 }, { 1992, 725 }, { 1994, 893 }, { 1996, 1035 }, { 2000, 1284 }, { 2005, 1580 },
  { 2010, 1905 }, { 2015, 2195 }, { 2020, 2506 }, { 2025, 2768 }, { 2045, 4000 } }
-- Resolutions that a year may be off by the rule above.
local SLACK = 45

--- True if the Security Council may have adopted number `number` in `year`.
local function in_sequence(number, year)
  for i = 2, #SECURITY_COUNCIL do
    local last, first = SECURITY_COUNCIL[i], SECURITY_COUNCIL[i - 1]
    if year < last[1] then
      local a_year = (last[2] - first[2]) / (last[1] - first[1])
      local expected = first[2] + (year - first[1]) * a_year
      return number > expected - SLACK and number < expected + a_year + SLACK
    end
  end
  return false
end

-- Forms ----------------------------------------------------------------------

--- The session of "58/208", "57/270 B", "ES-10/15".
local function parse_session(printed)
  local prefix, session, number, letter =
    printed:match("^([ES]*%-?)([%dOolI]+)/([%dOolI]+)%[?(%u?)%]?$")
  if not prefix or (prefix ~= "" and prefix ~= "S-" and prefix ~= "ES-") then return nil end
  session, number = digits(session), digits(number)
  return { form = "session", special = prefix, session = tonumber(session), number = number,
    written = prefix .. session .. "/" .. number .. letter }
end

--- The letter as it is written behind a bracket.
local function in_brackets(letter)
  return letter ~= "" and "[" .. letter .. "]" or ""
end

--- The session of "217 A (III)", "186 (S-2)" and "2253 (ES-V)". "I" may be read
--- as "1".
local function parse_roman(number, letter, inner)
  local prefix, session = inner:match("^(E?S%-)(.+)$")
  prefix, session = prefix or "", session or inner
  local numeral = session:gsub("[1l|]", STROKES)
  if prefix ~= "" and session:find("^%d$") then
    numeral = session
  elseif not session_of[numeral] then
    return nil
  end
  return { form = "roman", special = prefix, session = session_of[numeral], number = number,
    doubtful = session:find("^[1l|]+$") ~= nil and prefix == "",
    written = ("%s(%s%s)%s"):format(number, prefix, numeral, in_brackets(letter)) }
end

--- "(1967)", also read as "(l967)" or "(197-4)". "161 A (1961)" has a letter,
--- "70S (1991)" a misread figure.
local function parse_year(number, letter, inner)
  local year = digits(inner):gsub("^(%d+)%-(%d+)$", "%1%2")
  if not year:find("^19[4-9]%d$") and not year:find("^20[0-4]%d$") then return nil end
  if letter ~= "" and not in_sequence(tonumber(number), tonumber(year)) then return nil end
  return { form = "year", year = tonumber(year), number = number,
    written = ("%s(%s)%s"):format(number, year, in_brackets(letter)) }
end

--- The last bracket may be missing, or be read together with an "I" as "D".
local function parse_bracketed(printed)
  local number, letter, inner, after =
    printed:match("^([%dOolI]+)%[?(%u?)%]?%(([^()]+)%)%[?(%u?)%]?$")
  if not number then
    number, letter, inner = printed:match("^([%dOolI]+)%[?(%u?)%]?%(([XVID]+)$")
    if not number then return nil end
    inner, after = inner:gsub("D$", "I"), ""
  end
  number, letter = digits(number), letter .. after
  return parse_year(number, letter, inner) or parse_roman(number, letter, inner)
end

--- Takes the number of an act apart.
---
--- @return a table with `form` ("session", "roman" or "year"), `number`,
--- `session`, `year`, `special` ("S-", "ES-" or ""), or nil. `doubtful` is set
--- where "(1)" was taken for "(I)".
function symbols.parse(printed)
  -- Alone, an "I" is a letter, and no misread figure.
  local marked = plain(printed):gsub("(%d)%s+(%u)%f[%W]", "%1[%2]")
  local squeezed = squeeze(marked)
  return parse_bracketed(squeezed) or parse_session(squeezed)
end

-- Organs ---------------------------------------------------------------------

local function is_year(session)
  return session >= 1946 and session <= 2049
end

--- Since its thirty-first session, of 1976, the Assembly numbers by session;
--- before, by session in Roman numerals.
local function of_assembly(act)
  if act.form == "roman" then return act.special ~= "" or act.session <= 30 end
  if act.form ~= "session" then return false end
  return act.special ~= "" or act.session >= 31 and act.session <= 99
end

local function of_security_council(act)
  return act.form == "year"
end

local function of_year_sessions(act)
  if act.form == "roman" then return act.special == "" end
  return act.form == "session" and act.special == "" and is_year(act.session)
end

local function of_human_rights_council(act)
  return act.form == "session" and act.special ~= "ES-" and act.session <= 99
end

local function of_trusteeship_council(act)
  return act.form == "roman"
end

-- The organs whose acts have symbols, and which numbers they may have.
local ORGANS = {
  A = of_assembly,
  S = of_security_council,
  E = of_year_sessions,
  T = of_trusteeship_council,
  ["E/CN.4"] = of_year_sessions,
  ["A/HRC"] = of_human_rights_council,
}

--- True if `organ` ("A", "S", "E", "T", "A/HRC" or "E/CN.4") numbers its acts so.
function symbols.fits(act, organ)
  return ORGANS[organ] ~= nil and ORGANS[organ](act)
end

--- The organ that a number alone points to: nil if none does.
function symbols.organ(act)
  for _, organ in ipairs { "A", "S", "E" } do
    if ORGANS[organ](act) then return organ end
  end
end

--- True if the number alone shows that it is one of the Security Council's:
--- 1325 (2000) is, 105 (1957) is not.
function symbols.in_sequence(act)
  return act.form == "year" and in_sequence(tonumber(act.number), act.year)
end

--- True if an act of the organ may be of the year `year`.
function symbols.may_be_of(act, organ, year)
  if act.form == "year" then return math.abs(year - act.year) <= 1 end
  if act.special ~= "" then return true end
  if organ == "A" then return year - act.session - 1945 >= 0 and year - act.session - 1945 <= 1 end
  if organ == "A/HRC" then return year >= 2006 and year <= 2006 + act.session end
  return act.form == "roman" or math.abs(year - act.session) <= 1
end

local KINDS = { resolution = "RES", decision = "DEC" }

--- Writes the symbol of an act that `symbols.parse` has taken apart.
--- @param kind "resolution" or "decision"
function symbols.write(act, kind, organ)
  return ("%s/%s/%s"):format(organ, KINDS[kind], act.written)
end

--- The symbol of a resolution or decision from its number.
---
--- @param printed as "58/208", "57/270 B", "217 A (III)", "1325 (2000)"
--- @param kind "resolution", or "decision"
--- @param organ whose it is; told from the number when it is left out
--- @return the symbol, or nil if it can be none
function symbols.act(printed, kind, organ)
  local act = symbols.parse(printed)
  organ = act and (organ or symbols.organ(act))
  if not organ or not symbols.fits(act, organ) then return nil end
  return symbols.write(act, kind or "resolution", organ)
end

-- Documents ------------------------------------------------------------------

-- What may be a part of a symbol beside numbers. Some take a number after a
-- dot: "C.2", "CONF.183", "Add.1".
local PARTS = {}
for name in ([[A AC AGENDA AI BUR C CN CONF CP CRP DEC ECA ECE ECLAC ECWA ESA ESCAP ESCWA ES FPA GC
  GEN HLPF HRC HSP ICEF INCB INF INFORMAL KP L LEG LOS MC MISC MP NA NC NGO NONE OPS PBC PC PCT PET
  POPS PP PRST PV R RES RT S SB SBI SBSTA SC SEC SER SG SGB SP SR STAT SUB SUMMARY TASKFORCE TC WG
  WP WS WSSD NOTE REP UNCTAD UNDP UNEP UPR ADD CORR REV AMEND RESUMPTION B D T IC CC]])
  :gmatch("%S+") do
  PARTS[name] = true
end

-- The bodies by whose letters symbols begin.
local BODIES = {}
for name in ([[A S E ST T TD DP UNEP HRI CRC CCPR CEDAW CERD CAT CMW CRPD CED FCCC LOS ISBA SPLOS
  ICCD HSP PCNICC GC ID IDB CD NPT AT ACC CEB LC HS PC SPT CDDH JIU]]):gmatch("%S+") do
  BODIES[name] = true
end

-- Written with small letters, whatever was printed.
local SUFFIXES = { ADD = "Add", CORR = "Corr", REV = "Rev", AMEND = "Amend", SUB = "Sub",
  AGENDA = "Agenda", SUMMARY = "Summary", RESUMPTION = "Resumption" }

--- One part of a symbol, or nil: "58", "C.2", "ES-10", "Add.3", "II", "COP(8)".
local function part_of(printed)
  local special, session = printed:match("^(E?S%-)(%d+)$")
  if special then return special .. session end
  local name, number = printed:match("^(%a+)%.?([%dOolI]*)$")
  if name and PARTS[name:upper()] then
    local written = SUFFIXES[name:upper()] or name
    return number == "" and written or written .. "." .. digits(number)
  end
  if printed:find("^[IVX]+$") or printed:find("^%u+%(%d+%)$") then return printed end
  local figures = digits(printed)
  return figures:find("^%d+$") and figures or nil
end

--- The symbol of a document: what was printed, without inner spaces. "S/" may
--- be read as "$/" or "8/".
--- @return the symbol, or nil if it is none
function symbols.document(printed)
  local parts, figures = {}, false
  for part in squeeze(printed):gsub("^S?[$8]/", "S/"):gmatch("[^/]+") do
    local written = #parts == 0 and BODIES[part] and part or #parts > 0 and part_of(part)
    if not written then return nil end
    parts[#parts + 1] = written
    figures = figures or #parts > 1 and written:find("%d") ~= nil
  end
  return figures and table.concat(parts, "/") or nil
end

-- Sales numbers --------------------------------------------------------------

--- The sales number of a publication: language, year, category, number.
--- @return as "E.95.XIII.18", or nil if it is none
function symbols.sales(printed)
  local language, year, category, section, number, revision =
    squeeze(printed):match("^([ACEFRSM]?%.?)([%dOolI]+)%.([IVX]+)%.(%u?%.?)([%dOolI]+)(.*)$")
  if not language then return nil end
  return language .. digits(year) .. "." .. category .. "." .. section .. digits(number)
    .. revision
end

return symbols
