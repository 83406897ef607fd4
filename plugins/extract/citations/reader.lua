--- Reads citations in their context: whose resolution "58/208" is, whether
--- "34/180" is one at all, and what "Ibid." repeats.

local documents = require "documents"
local months = require "sheaf.months"
local numbers = require "numbers"
local symbols = require "sheaf.symbols"
local tokens = require "tokens"
local words = require "words"

-- A list of numbers ends where nothing has been added for so many bytes.
local LONGEST_GAP = 300
-- "General Assembly, in its resolution": an organ may stand so far from its cue.
local ORGAN_GAP = 40
-- Lower numbers of decisions are not given, higher ones of resolutions.
local FIRST_DECISION = { A = 401, E = 201 }

local Reader = {}
Reader.__index = Reader

local function lower(text)
  return (sheaf.text(text):lower():gsub("%s+", " "))
end

--- The text from `from` to `to`, as far as there is any.
function Reader:between(from, to)
  return tostring(self.text:slice(math.max(from, self.text.from), math.min(to, self.text.to)))
end

--- Up to `size` bytes that come before `at`.
function Reader:before(at, size)
  return self:between(at - size, at)
end

--- The text between two places; a long one is none that matters.
function Reader:gap(from, to)
  return to - from <= LONGEST_GAP and self:between(from, math.max(from, to)) or nil
end

function Reader:add(citation)
  self.found[#self.found + 1] = citation
end

--- True if there is a gap and it has no other words than these.
local function is_made_of(gap, members)
  if not gap then return false end
  for word in gap:gsub("['’]", " "):gmatch("[^%s,;.]+") do
    if not members[word] then return false end
  end
  return true
end

--- The text between the list that the cue began and `from`; nil if it does not
--- go on there.
local function gap_in_list(self, from)
  local gap = self.cue and self:gap(self.cue.at, from)
  if not gap or gap:find("\n[ \t\r]*\n") or gap:find("[.!?]%s+%u") or gap:find(";%s*\n") then
    return nil
  end
  return gap
end

-- Organs ---------------------------------------------------------------------

-- "The General Assembly," alone on a line enacts what follows.
local function enacts(self, from, to)
  return self:before(from, 5):find("\n%s*The%s+$") and self:between(to, to + 1) == ","
end

--- "resolution 1503 (XLVIII) of the Economic and Social Council", or
--- "resolution of the General Assembly 58/208"
local function take_over(self, from, to, organ)
  local cue = self.cue
  if not cue then return end
  if cue.first and is_made_of(self:gap(cue.at, from), words.leads) then
    cue.organ, cue.at = organ, to
    return
  end
  local last = cue.acts[#cue.acts]
  local gap = last and self:gap(last.ends, from)
  if not gap or not gap:find("^,?%s+of%s+the%s+$") then return end
  for _, citation in ipairs(cue.acts) do
    if symbols.fits(citation.act, organ) then citation.organ = organ end
  end
end

function Reader:on_organ(from, to, name)
  local organ = words.organs[lower(name)]
  if organ == "council" or organ == "commission" then
    organ = self[organ]
  elseif organ then
    self[organ == "E/CN.4" and "commission" or organ ~= "A" and "council" or "assembly"] = organ
    self.named[organ] = true
  end
  self.organ = { symbol = organ or false, to = to }
  if organ and not self.enacting and enacts(self, from, to) then self.enacting = organ end
  if organ then take_over(self, from, to, organ) end
end

--- The organ that a cue names: nil if none, false if it has no symbols.
local function organ_of_cue(self, from)
  local organ = self.organ
  if organ and from - organ.to <= ORGAN_GAP then
    if is_made_of(self:between(organ.to, from), words.attaching) then return organ.symbol end
  end
  local before = self:before(from, 32)
  local body = before:match("(%u[%a-]+)%s+$")
  if body and words.bodies[body:lower()] then return false end
  local last_word, word = before:match("(%a+)%s+(%a+)%s+$")
  if word and (words.singling[word] or words.singling[last_word]) then
    return gap_in_list(self, from) and self.cue.organ or nil
  end
end

-- Cues -----------------------------------------------------------------------

--- True if a word like "paragraph" stands before `from`.
local function is_blocked(self, act, from)
  local before = self:before(from, 20)
  if before:find("[$€£#&+=*]%s*$") then return true end
  local word = before:match("(%a+)%.?%s*$")
  if not word then return false end
  local is_year = act.form == "session" and act.session > 99
  return words.blockers[word:lower()] or is_year and words.before_years[word:lower()]
end

-- Acts -----------------------------------------------------------------------

--- "58/208. International migration and development", at a line's beginning
local function is_title(self, from, to)
  local before = self:before(from, 40)
  return (before:find("\n[ \t]*$") or before:find("^[ \t]*$"))
    and self:between(to, to + 12):find("^%.%s+[%u\xC3\xD0]")
end

--- True if a number that can be none of the Assembly's is dated as one of the
--- Human Rights Council's, which the text speaks of: "6/34 of 14 December 2007".
local function is_of_council(self, act, year)
  return year and self.named["A/HRC"] and symbols.fits(act, "A/HRC")
    and symbols.may_be_of(act, "A/HRC", year)
end

--- Whose act it is: as the cue says, else the enacting organ's, else as the
--- number says. The year decides between the Assembly and a council of its own.
local function organ_of(self, act, cue, year)
  local organ = cue and cue.organ
  if not organ or not symbols.fits(act, organ) then
    organ = self.enacting
    if not organ or not symbols.fits(act, organ) then
      organ = symbols.organ(act) or is_of_council(self, act, year) and "A/HRC"
    end
  end
  local other = organ == "A" and "A/HRC" or organ == "A/HRC" and "A"
  if other and year and self.named[other] and symbols.fits(act, other)
    and not symbols.may_be_of(act, organ, year) and symbols.may_be_of(act, other, year) then
    return other
  end
  return organ
end

-- Is it an act, when no list is going on?
local STANDS_ALONE = {
  year = symbols.in_sequence,
  roman = function(act, year) return not act.doubtful and (year or #act.number > 2) end,
  session = function(act, year)
    return year and act.session >= 31 and symbols.may_be_of(act, symbols.organ(act), year)
  end,
}

--- True if what was found is an act, by its context.
local function is_act(self, act, from, year)
  local cue = self.cue
  local gap = cue and self:gap(cue.at, from)
  if gap and cue.first and gap:find("^%s*[Nn][Oo]s?%.?%s*$") then return true end
  if is_blocked(self, act, from) then return false end
  if not gap_in_list(self, from) or cue.organ == false then
    return symbols.organ(act) and STANDS_ALONE[act.form](act, year)
  end
  if act.doubtful or not symbols.organ(act) and not is_of_council(self, act, year) then
    return is_made_of(gap, words.links)
  end
  if cue.first and act.form == "session" and not year then
    return is_made_of(gap, words.leads)
  end
  return true
end

--- Resolution or decision, where the cue leaves it open.
local function kind_of(cue, act, organ)
  if cue and cue.kind ~= "either" then return cue.kind end
  local first = FIRST_DECISION[organ]
  return first and act.form == "session" and tonumber(act.number) >= first and "decision"
    or "resolution"
end

local function iso(year, month, days)
  return year and month and months.iso(year, month, days[#days]) or nil
end

--- Adds the act; of "31/6 A and B" each.
local function add_act(self, from, to, printed, about)
  for _, single in ipairs(numbers.each(printed)) do
    local act = symbols.parse(single)
    if act then
      local citation = { from = from, to = to, ends = about.ends, act = act, kind = about.kind,
        organ = about.organ, date = about.date }
      self:add(citation)
      if about.cue then table.insert(about.cue.acts, citation) end
      if act.form == "year" then self.security_council[act.number] = citation end
    end
  end
end

local PREFIX_KINDS = { RES = "resolution", DEC = "decision" }

--- "A/RES/58/208" needs no context.
local function on_full_symbol(self, from, to, printed, date, ends)
  local organ, kind, number = printed:match("^(.*)/(%u%u%u)/%s*(.*)$")
  local act = symbols.parse(numbers.each(number)[1])
  if not act or not symbols.fits(act, organ) then return end
  add_act(self, from, to, number,
    { organ = organ, kind = PREFIX_KINDS[kind], date = date, ends = ends })
end

--- "resolutions 2253 (ES-V) and 2254 (ES-V) of 4 and 14 July 1967"
local function share_dates(self, year, month, days)
  local acts = self.cue and self.cue.acts or {}
  local earlier = acts[#acts - 1]
  if #days == 2 and earlier and not earlier.date then
    earlier.date = months.iso(year, month, days[1])
  end
end

function Reader:on_act(from, ends, printed, when)
  local to = from + #printed
  local year, month, days
  if when then year, month, days = numbers.date(when) end
  local date = iso(year, month, days)
  if printed:find("^%u[%u/.%d]*/%u%u%u/") then
    return on_full_symbol(self, from, to, printed, date, ends)
  end
  local act = symbols.parse(numbers.each(printed)[1])
  if not act then return end
  local titled = is_title(self, from, to) and symbols.organ(act)
  if not titled and not is_act(self, act, from, year) then return end
  local cue = not titled and gap_in_list(self, from) and self.cue or nil
  local organ = organ_of(self, act, cue, year)
  if not organ or not symbols.fits(act, organ) then return end
  add_act(self, from, to, printed, { organ = organ, kind = kind_of(cue, act, organ), date = date,
    ends = ends, cue = cue })
  if cue then cue.at, cue.first = ends, false end
  if when then share_dates(self, year, month, days) end
end

--- "resolution 687": cited in full before, or with a date. It stands before
--- `to`.
local function on_lone_number(self, to, number, when)
  local citation = { from = to - #number, to = to, same = self.security_council[number] }
  if when then
    local year, month, days = numbers.date(when)
    local act = { form = "year", number = number, year = year,
      written = ("%s(%d)"):format(number, year) }
    if self.cue.organ == false or not symbols.in_sequence(act) then return end
    citation.act, citation.kind, citation.organ = act, "resolution", "S"
    citation.date = iso(year, month, days)
  end
  if when or citation.same then self:add(citation) end
end

function Reader:on_cue(from, to, cue, number, when)
  local kind = words.cues[lower(cue)]
  local before = self.cue
  local gap = before and before.first and self:gap(before.at, from)
  if gap and gap:find("^%s+%a+%s+$") then
    kind = before.kind == kind and kind or "either"
  end
  self.cue = { kind = kind, organ = organ_of_cue(self, from), at = to, first = true, acts = {} }
  if number then on_lone_number(self, to - #(when or ""), number, when) end
end

-- Documents and publications ------------------------------------------------

function Reader:on_document(from, to, printed, more)
  local symbol = symbols.document(printed)
  if not symbol then return end
  self:add { from = from, to = from + #printed, type = "document", symbol = symbol }
  if more == "" then return end
  for _, other in ipairs(documents.more(self.text:slice(from + #printed, to), symbol)) do
    other.type = "document"
    self:add(other)
  end
end

function Reader:on_sales(from, to, printed)
  local symbol = symbols.sales(printed)
  if symbol then self:add { from = from, to = to, type = "sales", symbol = symbol } end
end

-- Ibid. ----------------------------------------------------------------------

--- "Ibid." in a note repeats what the note before, or the same note, has cited
--- last.
function Reader:on_ibid(from, to)
  local last = self.found[#self.found]
  if not last then return end
  local gap = self:gap(last.to, from)
  if not gap then return end
  local note = "\n%s*%[?%d+[%]%.%)/]*%s"
  local body = gap:match("^(.*)" .. note .. "+$") or not gap:find("\n") and gap
  if body and not body:find(note) and not body:find("\n%s*\n") then
    self:add { from = from, to = to, same = last }
  end
end

-- Reading --------------------------------------------------------------------

--- Gives the citation the type and symbol that are now sure.
local function settle(citation)
  local same = citation.same
  if same then
    citation.type, citation.symbol, citation.date = same.type, same.symbol, same.date
  elseif citation.act then
    citation.type = citation.kind
    citation.symbol = symbols.write(citation.act, citation.kind, citation.organ)
  end
end

local reader = {}

--- @return a list of citations in the text's order, each with from, to, type,
--- symbol and, where it is given, date
function reader.read(text)
  local self = setmetatable(
    { text = text, found = {}, named = {}, security_council = {} }, Reader)
  for from, to, organ, cue, number, dated, act, when, document, more, sales, ibid in
    text:each(tokens.regex) do
    if organ then self:on_organ(from, to, organ)
    elseif cue then self:on_cue(from, to, cue, number, dated)
    elseif act then self:on_act(from, to, act, when)
    elseif document then self:on_document(from, to, document, more)
    elseif sales then self:on_sales(from, to, sales)
    elseif ibid then self:on_ibid(from, to)
    end
  end
  for _, citation in ipairs(self.found) do settle(citation) end
  return self.found
end

return reader
