local test = require "sheaf.test"

local resolution = sheaf.plugin("extract.resolution")

--- Clauses as "type number phrase", or what `show` makes of a span.
local function spans(doc, kind, show)
  local found = {}
  for span in doc:spans(kind) do found[#found + 1] = show(span) end
  return found
end

local function outline(text)
  return spans(resolution:process(text), "clause", function(clause)
    return ("%s %s %s"):format(clause.type:sub(1, 3), clause.number or "-", clause.phrase or "-")
  end)
end

local function texts(text, kind)
  return spans(resolution:process(text), kind, function(span) return tostring(span.text) end)
end

local SHORT = [[
58/208. International Migration and Development

The General Assembly,

Recalling its resolution 57/270 B of 23 June 2003,

1. Takes note of the report;

2. Decides to meet again.

78th plenary meeting
23 December 2003
]]

test("resolution: title, symbol and organ stand above the clauses", function(t)
  local doc = resolution:process(SHORT)
  t.equal(texts(SHORT, "title"), { "International Migration and Development" })
  t.equal(spans(doc, "symbol", function(s) return s.symbol end), { "A/RES/58/208" })
  t.equal(spans(doc, "organ", function(s) return s.name end), { "General Assembly" })
end)

test("resolution: clauses have type, number and phrase", function(t)
  t.equal(outline(SHORT), { "pre - Recalling", "ope 1 Takes note", "ope 2 Decides" })
end)

test("resolution: the text of a clause has its number and its closing mark", function(t)
  t.equal(texts(SHORT, "clause")[2], "1. Takes note of the report;")
end)

test("resolution: a document that is none has no spans", function(t)
  local doc = resolution:process("Minutes\n\nThe General Assembly met.\n\n1. Opening of it.")
  t.equal(doc:count("clause") + doc:count("organ") + doc:count("symbol") + doc:count("title"), 0)
end)

test("resolution: a line that names a body is not enough", function(t)
  local doc = resolution:process("To:\n\nThe Security Council,\n\nNew York\n\nDear all,")
  t.equal(doc:count("organ"), 0)
end)

test("resolution: hard-wrapped text without blank lines", function(t)
  t.equal(outline([[
73/8.
Necessity of ending the
embargo
The General Assembly,
Recalling its resolutions 47/19 of
24 November 1992,
Concerned about the laws of
2 March 1996,
1.
Takes note of the report of
the Secretary-General;
2.
Once again urges States to refrain.
]]), { "pre - Recalling", "pre - Concerned", "ope 1 Takes note", "ope 2 Once again urges" })
end)

test("resolution: a page break within a clause does not end it", function(t)
  local found = texts("The General Assembly,\nRecalling its resolution of 12 November\n\n"
    .. "18-18418 (E)\n\n071118\n\n\fA/RES/73/8\n\n2002 and all that followed,\n"
    .. "1. Decides to go on.", "clause")
  t.equal(#found, 2)
  t.ok(found[1]:find("^Recalling.*followed,$"))
end)

local ITEMS = [[
Resolution 514 (1982)
of 12 July 1982

The Security Council,

Acting under Chapter VII,

1. Decides that all States shall prevent:

(a) The import of goods;

(6) The export of goods:

(i) By sea;

(ii) By air;

notwithstanding any contract;

2. Calls again upon all States to comply.
]]

test("resolution: items are numbered below their clauses, also when misread", function(t)
  t.equal(outline(ITEMS), { "pre - Acting", "ope 1 Decides", "ite 1(a) -", "ite 1(b) -",
    "ite 1(b)(i) -", "ite 1(b)(ii) -", "ite - -", "ope 2 Calls again upon" })
end)

test("resolution: items know their parents, and clauses end before them", function(t)
  local doc = resolution:process(ITEMS)
  local parents = spans(doc, "clause", function(clause) return clause.parent or "-" end)
  t.equal(parents, { "-", "-", "1", "1", "1(b)", "1(b)", "1", "-" })
  t.equal(texts(ITEMS, "clause")[2], "1. Decides that all States shall prevent:")
end)

test("resolution: phrases are read in spite of typing faults", function(t)
  t.equal(outline("The Security Council,\n\nTakingnote of the letter,\n\nfaking note of it,\n\n"
    .. "A firming its intent,\n\n1. Re affirms its call;\n\n2, Galls upon all."), {
    "pre - Taking note", "pre - Taking note", "pre - Affirming", "ope 1 Reaffirms",
    "ope 2 Calls upon" })
end)

test("resolution: phrases have their adverbs and what belongs to them", function(t)
  t.equal(outline([[
The Human Rights Council,
Guided by the purposes of the Charter,
Having also considered the report,
Noting with grave concern the news,
Expressing once again its deep appreciation to all,
Bearing in mind its mandate,
1. Strongly condemns all violence;
2. Encourages further efforts by all;
3. Decides further to go on;
4. Expresses the hope that all is well;
5. Takes note with appreciation of the report;
6. Condemns in the strongest terms all acts.
]]), { "pre - Guided by", "pre - Having also considered", "pre - Noting with grave concern",
    "pre - Expressing once again its deep appreciation", "pre - Bearing in mind",
    "ope 1 Strongly condemns", "ope 2 Encourages", "ope 3 Decides further",
    "ope 4 Expresses the hope", "ope 5 Takes note with appreciation",
    "ope 6 Condemns in the strongest terms" })
end)

test("resolution: later phrases follow commas and conjunctions", function(t)
  local doc = resolution:process("The General Assembly,\n\nReaffirming the duties of all, "
    .. "reaffirming also the Declaration and in this context inviting all to act, including "
    .. "States, preventing harm,\n\n1. Encourages the demands and requests of all, and notes with "
    .. "appreciation the meetings.")
  t.equal(spans(doc, "clause", function(clause) return clause.phrases end),
    { { "reaffirming also", "inviting" }, { "notes with appreciation" } })
end)

test("resolution: once operative is never preambular again", function(t)
  t.equal(outline("The Security Council,\n\nNoting the report,\n\nFinds that this is so;\n\n"
    .. "Further noting that it is not,\n\nCalls upon all to wait."), {
    "pre - Noting", "ope - Finds", "ope - Further noting", "ope - Calls upon" })
end)

test("resolution: a part may begin with a preamble of its own", function(t)
  local text = "RESOLUTION 820 (1993)\n\nThe Security Council,\n\nA\n\n1. Commends the plan;\n\n"
    .. "B\n\nDetermined to go on,\n\nActing under Chapter VII,\n\n2. Decides to go on."
  t.equal(outline(text), { "ope 1 Commends", "pre - Determined", "pre - Acting", "ope 2 Decides" })
  local doc = resolution:process(text)
  t.equal(spans(doc, "clause", function(clause) return clause.part end), { "A", "B", "B", "B" })
end)

test("resolution: the body may be the subject of the clauses", function(t)
  t.equal(outline("1 (1946) Resolution of 25 January 1946\n\nBy Article 47 of the Charter, the "
    .. "United Nations have agreed that there shall be a committee;\n\nTherefore\n\n1. The "
    .. "Security Council requests its members to meet;\n\n2. The Security Council directs "
    .. "them to report."), {
    "pre - -", "ope 1 Requests", "ope 2 Directs" })
end)

test("resolution: an annex has no clauses", function(t)
  t.equal(#outline(SHORT .. "\nAnnex\n\nDeclaration\n\n1. Decides nothing;\n\n2. Requests it."), 3)
end)

test("resolution: a collection has several resolutions", function(t)
  local text = SHORT .. "\n58/209. Another Matter\n\nThe General Assembly,\n\nNoting it,\n\n"
    .. "1. Takes note of it.\n\n78th plenary meeting\n"
  local doc = resolution:process(text)
  t.equal(spans(doc, "symbol", function(s) return s.symbol end), { "A/RES/58/208", "A/RES/58/209" })
  t.equal(texts(text, "title"), { "International Migration and Development", "Another Matter" })
  t.equal(#outline(text), 5)
end)

--- Footnotes as "number: text before its marker".
local function notes(text)
  local doc = resolution:process(text)
  return spans(doc, "footnote", function(note)
    local marker = note.marker
    local before = marker and text:sub(1, marker[1]):match("%S+%s*$") or "-"
    return note.number .. ": " .. before:gsub("%s+$", "")
  end)
end

test("resolution: footnotes in brackets, and one with a star", function(t)
  t.equal(notes([[
Resolution adopted by the General Assembly*

The General Assembly,

Recalling the Programme adopted at Cairo[1] and the Declaration[2],

1. Takes note of the report;[3]
*78th plenary meeting
[1] Sales No. E.95.XIII.18.
[2] Ibid.
[3] A/58/98.]]), { "*: Assembly", "1: Cairo", "2: Declaration", "3: report;" })
end)

test("resolution: bare numbers are markers where the words allow it", function(t)
  t.equal(notes([[
Resolution 550 (1984)

The Security Council,

Recalling its resolutions 46 (1948) and 365 (1974) and paragraph 46 of the report of 5 January
1949, 46 and the letter of 47 States,

1. Reaffirms the views of Seychelles 47 for ever.

Adopted unanimously at the 2539th meeting. 48
46 Ibid., Thirty-ninth Year,
2531st meeting.
47 See Official Records.
48 One member was absent.]]), { "46: 1949,", "47: Seychelles", "48: meeting." })
end)

test("resolution: notes at the foot of a page, set apart from their numbers", function(t)
  local text = "The General Assembly,\nRecalling the Agenda 1 and the outcome, 2\n\n_________\n\n"
    .. "Resolution 70/1.\nResolution 69/283.\n3\n\nSee A/73/85.\n\n1\n2\n\n2/10\n\n"
    .. "1. Takes note of the report. 3"
  t.equal(notes(text), { "1: Agenda", "2: outcome,", "3: report." })
end)

test("resolution: a text without line ends", function(t)
  t.equal(outline("Resolution 550 (1984) of 11 May 1984 The Security Council, Recalling its "
    .. "resolution, 46 Gravely concerned, 1. Reaffirms its resolution of 5 May; 2. Decides: "
    .. "(a) To go on; (b) To remain seized."), {
    "pre - Recalling", "pre - Gravely concerned", "ope 1 Reaffirms", "ope 2 Decides",
    "ite 2(a) -", "ite 2(b) -" })
end)

test("resolution: drafts call their paragraphs PP and OP", function(t)
  local text = "United Nations   A/C.3/73/L.20\n\nBrazil: draft resolution\n\n"
    .. "The right to privacy\n\nThe General Assembly,\n\nPP1 Recalling it,\n\nOP1 Decides to go on."
  t.equal(outline(text), { "pre - Recalling", "ope 1 Decides" })
  t.equal(texts(text, "title"), { "The right to privacy" })
  t.equal(texts(text, "symbol"), { "A/C.3/73/L.20" })
end)

test("resolution: the Human Rights Council numbers on lines of their own", function(t)
  local text = "A/HRC/RES/22/6\n\n22/6\nProtecting human rights defenders\n\n"
    .. "The Human Rights Council,\n\nGuided by the Charter,\n\n1. Urges States to act."
  t.equal(texts(text, "title"), { "Protecting human rights defenders" })
  t.equal(texts(text, "symbol"), { "22/6" })
end)

test("resolution: empty and huge texts are no resolutions", function(t)
  t.equal(outline(""), {})
  t.equal(outline(("The General Assembly,\n\n"):rep(10)), {})
end)
