--- Counting words, and lists made in one go.
local test = require "sheaf.test"

local text = sheaf.text [[
The committee met. The committee of the whole met again; it adopted the report.
A report on peace, PEACE and the PEACE-building commission was noted!
Ärger, ärger and naïve words stand here.]]

local function strings(texts)
  local list = {}
  for i, piece in ipairs(texts) do list[i] = tostring(piece) end
  return list
end

test("words: counted by frequency, then in the order of their bytes", function(t)
  local counter = sheaf.word_counter { min = 4, stop = { "The", "stand" } }
  t.equal(counter:count(text), 33)
  t.equal(counter:top(3), { { "peace", 3 }, { "committee", 2 }, { "report", 2 } })
  t.equal(counter:frequency "Ärger", 2)
  t.equal(counter:frequency "stand", 0)
  t.equal(#counter:top(), #counter)
  t.equal(#counter:top(0), 0)
end)

test("words: count forgets, add does not", function(t)
  local counter = sheaf.word_counter()
  counter:count "one two"
  counter:add "two"
  t.equal(counter:top(), { { "two", 2 }, { "one", 1 } })
  counter:count "three"
  t.equal(counter:top(), { { "three", 1 } })
end)

test("words: letters are a class of a pattern, stop words those of a language", function(t)
  local counter = sheaf.word_counter { letters = "[%a-]", stop = "en" }
  t.equal(counter:count "The Co-operation of 12 na\u{EF}ve co-operators", 6)
  t.equal(counter:top(), {
    { "co-operation", 1 }, { "co-operators", 1 }, { "na", 1 }, { "ve", 1 },
  })
  t.error(function() sheaf.word_counter { letters = "%a+" } end, "no class")
  t.error(function() sheaf.word_counter { shortest = 3 } end, "no option 'shortest'")
  t.error(function() sheaf.word_counter { min = "many" } end, "'min'")
end)

test("words: a text scores the mean frequency of its words", function(t)
  local counter = sheaf.word_counter { stop = { "the" } }
  counter:count "a a a b the"
  t.equal({ counter:score "the a b c" }, { 4 / 3, 3 })
  t.equal({ counter:score "the" }, { 0.0, 0 })
end)

test("words: the best sentences come in the order of the text", function(t)
  local counter = sheaf.word_counter { stop = "en" }
  counter:count(text)
  local best, scores = counter:best(text, { count = 2, min = 3 })
  t.equal(strings(best), {
    "The committee of the whole met again; it adopted the report.",
    "A report on peace, PEACE and the PEACE-building commission was noted!",
  })
  t.equal(scores, { 8 / 5, 14 / 7 })
  t.equal({ best[1].from, best[1].to }, { 19, 79 })
end)

test("words: sentences can be cut anew, and taken from ranges", function(t)
  local counter = sheaf.word_counter { letters = "%a" }
  counter:count(text)
  local options = { cut = ";( +)", count = 9, within = { 19, 79, 0, 18 } }
  t.equal(strings(counter:best(text, options)), {
    "The committee met.", "The committee of the whole met again;",
    "it adopted the report.",
  })
  t.equal(strings(counter:best(text, { count = 1, cut = sheaf.regex "\\s+" })), { "The" })
  t.error(function() counter:best(text, { within = { 5, 1000 } }) end, "index 2")
  t.error(function() counter:best(text, { within = { 5, 4 } }) end, "ends before")
end)

test("words: what was counted is not looked at again, with the same scores", function(t)
  local counter = sheaf.word_counter { min = 2, stop = { "and" } }
  counter:count(text)
  -- Ranges that cut words, too.
  for from = 0, #text - 1, 7 do
    for to = from, #text, 13 do
      local options = { within = { from, to }, cut = "\1" }
      local _, scores = counter:best(text, options)
      t.equal(scores[1], (counter:score(text:slice(from, to))))
    end
  end
end)

test("text: split gives the pieces and where they begin", function(t)
  local line = sheaf.text " a , b,,c "
  t.equal({ line:split "," }, { { " a ", " b", "", "c " }, { 0, 4, 7, 8 } })
  t.equal({ line:split(",", { trim = "%s", empty = false }) },
    { { "a", "b", "c" }, { 1, 5, 8 } })
  t.equal((line:slice(3, 10):split ","), { "", " b", "", "c " })
  t.equal(select(2, line:slice(3, 10):split ","), { 3, 4, 7, 8 })
  t.equal((sheaf.text "x1y22z":split "%d+"), { "x", "y", "z" })
  t.equal((sheaf.text "x1y22z":split(sheaf.regex "[0-9]")), { "x", "y", "", "z" })
  t.equal((sheaf.text "1. A; b":split ";( +)"), { "1. A;", "b" })
  t.equal((sheaf.text "":split ","), { "" })
  t.equal((sheaf.text "ab":split ""), { "", "a", "b", "" })
  t.error(function() line:split(",", { Trim = true }) end, "no option 'Trim'")
end)

test("text: unique gives each match once, as it first appears", function(t)
  local list = sheaf.text "b1 a2 b1 c3 a2"
  t.equal(list:unique "%a%d", { "b1", "a2", "c3" })
  t.equal(list:unique(sheaf.regex "([a-z])[0-9]"), { "b", "a", "c" })
  t.equal(list:unique "x", {})
  t.equal(sheaf.json.encode(list:unique "x"), "[]")
end)

test("json: fields come in the order that is given", function(t)
  local record = { b = { y = 1, x = 2 }, a = "z", c = sheaf.null, d = 4 }
  t.equal(sheaf.json.encode(record, { "c", "b", "missing", "a" }),
    [[{"c":null,"b":{"x":2,"y":1},"a":"z"}]])
  t.equal(sheaf.json.encode(record, {}), "{}")
  t.equal(sheaf.json.line { 1, -2 }, "[1,-2]\n")
  t.equal(sheaf.json.line({ n = math.mininteger }, { "n" }),
    [[{"n":-9223372036854775808}]] .. "\n")
end)
