local test = require "sheaf.test"

--- The values of the dates in a text, in its order.
local function values(text, options)
  local found = {}
  local doc = sheaf.plugin("extract.dates", options):process(text)
  for _, span in ipairs(doc:span_list("date")) do found[#found + 1] = span.value end
  return found
end

local CASES = {
  ["days"] = { "of 23 December 2003, on December 24, 2003 and the 25th of December 2003",
    "2003-12-23", "2003-12-24", "2003-12-25" },
  ["a line may end within a date"] = { "on 23\nDecember 2003", "2003-12-23" },
  ["ranges say the month or year once"] = {
    "5-13 September 1994; 29 June to 3 July 1998; July 4–8, 1999; 1 August 2012–31 July 2013",
    "1994-09-05/1994-09-13", "1998-06-29/1998-07-03", "1999-07-04/1999-07-08",
    "2012-08-01/2013-07-31" },
  ["two days next to each other are a range"] = { "16 and 17 October 2001",
    "2001-10-16/2001-10-17" },
  ["other days are dates of their own"] = { "of 4 and 14 July 1967", "1967-07-04", "1967-07-14" },
  ["a note's number is no day"] = { "13 August 1948 5 and 5 January 1949",
    "1948-08-13", "1949-01-05" },
  ["months"] = { "in July 2003, for January and March 1976", "2003-07", "1976-01", "1976-03" },
  ["years that are announced"] = { "in 2006, since 1967 and by 2030", "2006", "1967", "2030" },
  ["ranges of years"] = { "the biennium 2002-2003, from 1998 to 2002, 2001–2010",
    "2002/2003", "1998/2002", "2001/2010" },
  ["numbers that are no years"] = {
    "in 2000 (2012), by 2000 soldiers, resolution 1999/12, the 2030 Agenda, A/2003/5" },
  ["what is no month"] = { "they may 2000 times march 1990" },
  ["days that do not exist"] = { "on 31 June 2003 and 30 February 2004" },
  ["ISO 8601"] = { "2003-12-16 and 2003-12-16/2003-12-18", "2003-12-16", "2003-12-16/2003-12-18" },
  ["numbers where the order is clear"] = { "23/12/2003, 12/24/2003, 8.10.2012 and 8/10/2012",
    "2003-12-23", "2003-12-24", "2012-10-08" },
  ["Chinese"] = { "2003年12月23日, 二〇〇三年十二月二十三日, ２００３年９月", "2003-12-23", "2003-12-23",
    "2003-09" },
}

for name, case in pairs(CASES) do
  test("dates: " .. name, function(t)
    t.equal(values(case[1], { languages = { "en" } }), table.move(case, 2, #case, 1, {}))
  end)
end

local LANGUAGES = {
  fr = { "du 5 au 13 septembre 1994, le 1er août 2003", "1994-09-05/1994-09-13", "2003-08-01" },
  es = { "el 23 de diciembre de 2003, en septiembre de 1994", "2003-12-23", "1994-09" },
  ru = { "23 декабря 2003 года, в 2006 году", "2003-12-23", "2006" },
  ar = { "23 كانون الأول/ديسمبر 2003", "2003-12-23" },
  de = { "am 10. August 2012", "2012-08-10" },
}

for language, case in pairs(LANGUAGES) do
  test("dates: in " .. language, function(t)
    t.equal(values(case[1], { languages = { language } }), table.move(case, 2, #case, 1, {}))
  end)
end

test("dates: all languages where the text does not show its own", function(t)
  t.equal(values("12 juil. 2012, 10 augustus 2012"), { "2012-07-12", "2012-08-10" })
end)

test("dates: a span has its place and precision", function(t)
  local doc = sheaf.plugin("extract.dates"):process("Done in July 2003.")
  local span = doc:span_list("date")[1]
  t.equal({ span.from, span.to, span.precision }, { 8, 17, "month" })
end)

test("dates: the order of numbers can be told", function(t)
  t.equal(values("8/10/2012", { numeric = "mdy" }), { "2012-08-10" })
  t.equal(values("8/10/2012", { numeric = "dmy" }), { "2012-10-08" })
  t.equal(values("23/12/2003", { numeric = "none" }), {})
end)

test("dates: years can be left out", function(t)
  t.equal(values("in 2006, in July 2003", { years = false }), { "2003-07" })
end)
