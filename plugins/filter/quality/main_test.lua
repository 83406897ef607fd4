local test = require "sheaf.test"

local PROSE = [[
The committee met in the spring and took note of the report that had been sent to it.
Members were of the view that more has to be done, and that it should be done with care.
A draft was read, and the chair asked those who have not yet spoken to send their remarks
in writing before the end of the month. The meeting rose when all of them had agreed.
]]

--- Why a text is left out; nil when it is kept.
local function verdict(text, options)
  local doc, why = assert(sheaf.plugin(test.folder, options)):process(text)
  return not doc and why or nil
end

test("quality: prose is kept", function(t)
  t.equal(verdict(PROSE), nil)
end)

test("quality: so is prose in a language without white space", function(t)
  t.equal(verdict(("委员会在春天开会。"):rep(30)), nil)
end)

test("quality: a short text is not", function(t)
  t.equal(verdict "The end of it.", "dropped: 4 words, fewer than 50")
  t.equal(verdict("The end of it, with that.", { min_words = 4 }), nil)
  t.equal(verdict "", "dropped: 0 words, fewer than 50")
end)

test("quality: nor a long one, where that is asked", function(t)
  t.equal(verdict(PROSE, { max_words = 60 }), "dropped: 72 words, more than 60")
  t.equal(verdict(PROSE, { max_words = 0 }), nil)
end)

test("quality: words have a usual length", function(t)
  t.equal(verdict(("a b "):rep(40)), "dropped: words of 1.0 characters, fewer than 3.0")
  t.equal(verdict((("é"):rep(11) .. " "):rep(60)),
    "dropped: words of 11.0 characters, more than 10.0")
end)

test("quality: tables of numbers are left out", function(t)
  t.equal(verdict(("1234 5678 word\n"):rep(30)),
    "dropped: 33 % of its words have a letter, fewer than 80 %")
end)

test("quality: words without stop words are a list", function(t)
  t.equal(verdict(PROSE, { min_stop_words = 8 }), nil)
  t.equal(verdict((PROSE:gsub("with", "in")), { min_stop_words = 8 }),
    "dropped: 7 kinds of English stop words, fewer than 8")
end)

test("quality: hash signs and ellipses are few", function(t)
  t.equal(verdict(PROSE .. ("#tag "):rep(20)), "dropped: 0.22 hash signs a word, more than 0.10")
  t.equal(verdict((PROSE:gsub("%.", "... ...") .. ("and so on ... "):rep(3))),
    "dropped: 0.12 ellipses a word, more than 0.10")
end)

test("quality: lists and teasers are known by their lines", function(t)
  local options = { max_repeated_lines = 1 }
  t.equal(verdict(("- one of the things that have to be done\n"):rep(10), options),
    "dropped: 100 % of its lines begin with a bullet, more than 90 %")
  t.equal(verdict(("one of the very many things that have to be done...\n"):rep(10), options),
    "dropped: 100 % of its lines end with an ellipsis, more than 30 %")
end)

test("quality: lines that come again count, wherever they are", function(t)
  t.equal(verdict(PROSE .. PROSE), "dropped: 50 % of its lines were there before, more than 30 %")
  t.equal(verdict(PROSE .. PROSE, { max_repeated_lines = 1 }),
    "dropped: 49 % of its text is in repeated lines, more than 20 %")
end)
