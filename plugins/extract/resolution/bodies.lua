--- The bodies that adopt resolutions: how they name themselves ("The General
--- Assembly,"), and what the symbols of their resolutions begin with.

local wordlist = require "wordlist"

local find, lower, sub = string.find, string.lower, string.sub

local LONGEST_LINE = 160

local bodies = {}

--- Bodies whose symbols are known: `organ` begins these, `formula` the clauses.
local KNOWN = {
  { name = "General Assembly", organ = "A",
    language = "en", formula = "The General Assembly" },
  { name = "Security Council", organ = "S",
    language = "en", formula = "The Security Council" },
  { name = "Economic and Social Council", organ = "E",
    language = "en", formula = "The Economic and Social Council" },
  { name = "Human Rights Council", organ = "A/HRC",
    language = "en", formula = "The Human Rights Council" },
  { name = "Commission on Human Rights", organ = "E/CN.4",
    language = "en", formula = "The Commission on Human Rights" },
  { name = "Trusteeship Council", organ = "T",
    language = "en", formula = "The Trusteeship Council" },
}

--- The name of any other body that adopts resolutions has one of these nouns.
local NOUNS = wordlist.entries [[
  assembly, authority, board, bureau, commission, committee, conference, congress,
  council, federation, forum, meeting, members, ministers, organization,
  parliament, parties, senate, session, states, summit, union ]]

--- What is left of a line without spaces and punctuation, in lower case, so that
--- lost spaces and stray marks do not count.
local function letters_of(line)
  return (lower(line):gsub("[%s%p]+", ""))
end

for _, body in ipairs(KNOWN) do body.letters = letters_of(body.formula) end

--- The known body that a line names, give or take one misread letter. Names in
--- the middle of sentences do not begin with a capital letter.
local function known(line)
  if find(line, "^[^%u]*the ") then return nil end
  local letters = letters_of(line):gsub("^therefore", "")
  for _, body in ipairs(KNOWN) do
    if wordlist.near(letters, body.letters) then return body end
  end
end

--- Any body that a line like "The Conference of the Parties," may name.
local function unknown(line)
  local name = line:match("^The (%u.*),$")
  for word in (name or ""):gmatch("%a+") do
    if NOUNS[lower(word)] then return { name = name, language = "en" } end
  end
end

--- The body that names itself in the line at bytes `i` to `j` as resolutions do
--- before their clauses. @return the body, the last byte of the formula, and true
--- when nothing else can be meant; nil for any other line
function bodies.formula(text, i, j)
  if j - i > LONGEST_LINE then return nil end
  local line = sub(text, i, j)
  local body = known(line)
  if body then return body, j, find(line, ",$") ~= nil end
  body = unknown(line)
  if body then return body, j, false end
end

--- Iterates over the places within bytes `i` to `j` where a known body may name
--- itself: the first byte of its name and the one of the words behind it.
function bodies.formulas_within(text, i, j)
  local range, at = sub(text, i, j), 1
  return function()
    while true do
      local first = find(range, "The ", at, true)
      if not first then return nil end
      at = first + 4
      for _, body in ipairs(KNOWN) do
        local name = body.formula
        local behind = range:match("^,?%s+()%u", first + #name)
        if behind and sub(range, first, first + #name - 1) == name then
          return i + first - 1, i + behind - 1
        end
      end
    end
  end
end

--- The known body that is the subject of the sentence at byte `i`, as in "The
--- Security Council requests". @return the byte behind its name; nil if none is
function bodies.subject(text, i)
  local start = lower(sub(text, i, i + 60)):gsub("%s+", " ")
  for _, body in ipairs(KNOWN) do
    local formula = lower(body.formula)
    if start:find(formula, 1, true) == 1 then
      local _, last = find(text, formula:gsub("%a", function(c)
        return "[" .. c .. c:upper() .. "]"
      end):gsub(" ", "%%s+"), i)
      return last and last + 1
    end
  end
end

--- The known body that bytes `i` to `j` name first; nil when they name none.
function bodies.mentioned(text, i, j)
  local found, nearest
  local range = sub(text, i, j):gsub("%s+", " ")
  for _, body in ipairs(KNOWN) do
    local at = find(range, body.name, 1, true)
    if at and (not nearest or at < nearest) then found, nearest = body, at end
  end
  return found
end

return bodies
