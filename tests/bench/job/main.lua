--- The measured job: a line of facts about each resolution, as the peers in
--- other languages write it. Everything is defined in bytes and ASCII.
local plugin = {}

local byte, find, match, sub = string.byte, string.find, string.match, string.sub

local STOP_WORDS = sheaf.text([[
  the and for that with its this from has have was were are which will been
  their his her not but all any can may shall should would also into upon such
  other than these those who whom they them our out per via under over between
  among]]):unique "%a+"

local MONTHS = {}
for month in ("January February March April May June July August September"
  .. " October November December"):gmatch "%a+" do
  MONTHS[#MONTHS + 1] = month
end

local SYMBOL = sheaf.regex([[\b[AES]/[A-Z0-9](?:[A-Za-z0-9./]*[A-Za-z0-9])?]], "a")
local RESOLUTION = sheaf.regex([[(?<![\w/])\d\d/\d{1,3}(?![\w/])]], "a")
local OLD = sheaf.regex([[\bresolution \d{1,4} [A-D] \([IVX]+\)]], "a")
local DATE = sheaf.regex(
  [[\b\d++(?<!\d\d\d) (?:]] .. table.concat(MONTHS, "|") .. [[) \d{4}\b]], "a")
local SENTENCE_END = "[.!?;]( +)%f[A-Z(]"

local KEYS = {
  "id", "bytes", "words", "title", "preambular", "operative", "subitems",
  "footnotes", "symbols", "resolutions", "old", "dates", "top", "summary",
}

local counter = sheaf.word_counter { letters = "%a", min = 3, stop = STOP_WORDS }
local month_numbers = {}
for number, month in ipairs(MONTHS) do month_numbers[month] = ("-%02d-"):format(number) end

--- "2 August 2007" as "2007-08-02".
local function iso_date(date)
  local digits = byte(date, 2) == 32 and 1 or 2
  local day = digits == 2 and sub(date, 1, 2) or "0" .. sub(date, 1, 1)
  return sub(date, -4) .. month_numbers[sub(date, digits + 2, -6)] .. day
end

--- The dates in ISO 8601, each once.
local function read_dates(text)
  local found, dates, seen = text:unique(DATE), {}, {}
  for i = 1, #found do
    local iso = iso_date(found[i])
    if not seen[iso] then
      seen[iso] = true
      dates[#dates + 1] = iso
    end
  end
  return sheaf.list(dates)
end

--- Sorts the paragraphs by what they are. @return the parts, and the ranges that
--- a summary is taken from
local function read_paragraphs(text)
  local preambular, operative, units = {}, {}, {}
  local body, subitems, footnotes, title = false, 0, 0, ""
  local paragraphs, offsets = text:split("\n", { trim = "%s", empty = false })

  local function add_unit(from, content)
    local count = #units
    units[count + 1] = from
    units[count + 2] = from + #content
  end

  for i = 1, #paragraphs do
    local paragraph = paragraphs[i]
    local first = byte(paragraph)
    local number = first <= 57 and match(paragraph, "^(%d%d?%d?)%. [A-Z]")
    if paragraph == "The General Assembly," then
      body = true
    elseif number then
      local content = sub(paragraph, #number + 3)
      operative[#operative + 1] = { n = tonumber(number), text = content }
      add_unit(offsets[i] + #number + 2, content)
    elseif first == 40 and find(paragraph, "^%([a-z]%) ") then
      subitems = subitems + 1
      add_unit(offsets[i], paragraph)
    elseif first == 91 and find(paragraph, "^%[%d%d?%d?%] ") then
      footnotes = footnotes + 1
    elseif title == "" and find(paragraph, "^%d%d/%d%d?%d?%. ") then
      title = paragraph
    elseif body and #operative == 0 and byte(paragraph, -1) == 44 then
      preambular[#preambular + 1] = paragraph
      add_unit(offsets[i], paragraph)
    end
  end
  return {
    title = title,
    preambular = sheaf.list(preambular),
    operative = sheaf.list(operative),
    subitems = subitems,
    footnotes = footnotes,
  }, units
end

function plugin.encode(doc)
  if not doc.member:find "%.txt$" then return nil end
  local text = doc.text
  local record, units = read_paragraphs(text)
  record.id = doc.member
  record.bytes = #text
  record.words = counter:count(text)
  record.symbols = text:unique(SYMBOL)
  record.resolutions = text:unique(RESOLUTION)
  record.old = text:unique(OLD)
  record.dates = read_dates(text)
  record.top = counter:top(10)
  record.summary = counter:best(text, {
    within = units, cut = SENTENCE_END, count = 5, min = 6,
  })
  return sheaf.json.line(record, KEYS)
end

return plugin
