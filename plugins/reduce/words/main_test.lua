local test = require "sheaf.test"

local function count(options, ...)
  local plugin, parts = assert(sheaf.plugin(test.folder, options)), {}
  for i, text in ipairs { ... } do parts[i] = select(2, assert(plugin:process(text))) end
  return (assert(plugin:finish(parts))["words.csv"]:gsub("\r", ""))
end

test("words: those of most documents come first, behind a row of all", function(t)
  t.equal(count({ documents = 1 }, "One two two.", "Two, three!", "two"), "word,documents,"
    .. "occurrences\n,3,6\ntwo,3,4\none,1,1\nthree,1,1\n")
end)

test("words: rare and short ones are left out", function(t)
  t.equal(count(nil, "a rare word", "a word"), "word,documents,occurrences\n,2,3\nword,2,2\n")
end)

test("words: of every language, folded", function(t)
  t.equal(count(nil, "\u{c9}tat", "\u{e9}tat"),
    "word,documents,occurrences\n,2,2\n\u{e9}tat,2,2\n")
end)

test("words: of nothing is a table with a row", function(t)
  t.equal(count(nil), "word,documents,occurrences\n,0,0\n")
end)
