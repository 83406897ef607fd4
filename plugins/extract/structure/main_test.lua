local test = require "sheaf.test"

local structure = sheaf.plugin("extract.structure")

--- The texts of the spans of a kind, with the level of headings.
local function spans(doc, kind)
  local found = {}
  for span in doc:spans(kind) do
    found[#found + 1] = (span.level and span.level .. " " or "") .. tostring(span.text)
  end
  return found
end

local LONG = "This paragraph is long enough to show that the line above it may well be its heading."

test("structure: blank lines part paragraphs", function(t)
  local wrapped = LONG:gsub(" the ", "\nthe ")
  local doc = structure:process(wrapped .. "\n\n\nThe second.\n")
  t.equal(spans(doc, "paragraph"), { wrapped, "The second." })
end)

test("structure: sentences are parts of paragraphs", function(t)
  local doc = structure:process("The U.N. met. It decided.\n\nNothing more.")
  t.equal(spans(doc, "sentence"), { "The U.N. met.", "It decided.", "Nothing more." })
end)

test("structure: Markdown headings have the level of their marks", function(t)
  local doc = structure:process("# Title\n\nText.\n\n## Part\nMore text.")
  t.equal(spans(doc, "heading"), { "1 # Title", "2 ## Part" })
  t.equal(spans(doc, "paragraph"), { "Text.", "More text." })
end)

test("structure: numbered headings have the level of their numbers", function(t)
  local doc = structure:process("1. Introduction\n\nText.\n\n1.1 Methods\n\nText.\n\nIV. Results")
  t.equal(spans(doc, "heading"), { "1 1. Introduction", "2 1.1 Methods", "1 IV. Results" })
end)

test("structure: capital letters make a heading in any script", function(t)
  local doc = structure:process("ВСЕОБЩАЯ ДЕКЛАРАЦИЯ\n\nТекст.\n\nANNEX\n\nText.")
  t.equal(spans(doc, "heading"), { "1 ВСЕОБЩАЯ ДЕКЛАРАЦИЯ", "1 ANNEX" })
end)

test("structure: title case needs a paragraph below", function(t)
  local doc = structure:process("People on the Move\n\n" .. LONG .. "\n\nJohn Smith\n\n12 May")
  t.equal(spans(doc, "heading"), { "1 People on the Move" })
end)

test("structure: what ends like a sentence is no heading", function(t)
  local doc = structure:process("1. Decides to meet;\n\nSTOP.\n\nThe General Assembly,\n\n" .. LONG)
  t.equal(doc:count("heading"), 0)
  t.equal(doc:count("paragraph"), 4)
end)

test("structure: headings and sentences can be left out", function(t)
  local plain = sheaf.plugin("extract.structure", { headings = false, sentences = false })
  local doc = plain:process("# Title\n\nText.")
  t.equal(spans(doc, "paragraph"), { "# Title", "Text." })
  t.equal(doc:count("heading") + doc:count("sentence"), 0)
end)

test("structure: an empty text has no spans", function(t)
  local doc = structure:process("")
  t.equal(doc:count("paragraph") + doc:count("heading") + doc:count("sentence"), 0)
end)
