--- Texts, patterns and spans as Lua sees them.
local test = require "sheaf.test"

local text = sheaf.text "Ärger in Genf. 12 May 1999, and 3 June 2000.\n\nNew paragraph."

--- What an iterator of ranges gives, as strings.
local function pieces(iterate, ...)
  local list = {}
  for from, to in iterate, ... do list[#list + 1] = tostring(text:slice(from, to)) end
  return list
end

test("text: pieces know where they stand", function(t)
  local piece = text:sub(1, 7):trim()
  t.equal(tostring(piece), "Ärger")
  t.equal({ piece.from, piece.to, #piece }, { 0, 6, 6 })
  t.equal(tostring(text:slice(16, 18)), "12")
end)

test("text: patterns give document offsets", function(t)
  t.equal({ text:find_span "%d+" }, { 16, 18 })
  t.equal({ text:find_span("%d+", 18) }, { 23, 27 })
  t.equal({ text:find "%d+" }, { 17, 18 })
  t.equal(text:match "(%d+) June", "3")
  t.equal(pieces(text:each "%d%d%d%d"), { "1999", "2000" })
end)

test("text: patterns are gone through as in strings", function(t)
  local function all(subject, pattern)
    local list = {}
    for match in subject:gmatch(pattern) do list[#list + 1] = match end
    return list
  end
  for _, pattern in ipairs { "%a*", "", "^a", "a-", "()", "a?b?", "$", "%f[%w]", "x*" } do
    for _, subject in ipairs { "", "abc", "aab b", "a^a", "xaxx" } do
      t.equal(all(sheaf.text(subject), pattern), all(subject, pattern))
    end
  end
  t.equal(pieces(text:sub(1, 6):each "[^r]*"), { "Ä", "ge", "" })
end)

test("text: what is no text is not the same, and no error", function(t)
  t.ok(text:sub(1, 2) == sheaf.text "Ä")
  t.ok(text ~= sheaf.regex "a")
end)

test("text: regular expressions pass over characters that were cut", function(t)
  local cut = sheaf.text("ÄxÄ"):sub(2, 4)
  t.equal({ cut:find(sheaf.regex "x") }, { 2, 2 })
  t.equal(cut:find(sheaf.regex "Ä"), nil)
end)

test("text: a search may begin before the piece", function(t)
  t.equal({ text:slice(2, 6):find_span("r", math.mininteger) }, { 2, 3 })
end)

test("text: regular expressions work where patterns do", function(t)
  local date = sheaf.regex([[(\d+)\s+(may|june)]], "i")
  local found = {}
  for from, to, day, month in text:each(date) do
    found[#found + 1] = { from, to, day, month }
  end
  t.equal(found, { { 16, 22, "12", "May" }, { 33, 39, "3", "June" } })
  t.error(function() sheaf.regex "(" end, "parenthesis")
end)

test("text: it is cut into paragraphs, sentences and words", function(t)
  t.equal(#pieces(text:paragraphs()), 2)
  t.equal(pieces(text:sentences "en"), {
    "Ärger in Genf.", "12 May 1999, and 3 June 2000.", "New paragraph.",
  })
  t.equal(#pieces(text:words()), 12)
end)

test("text: case is that of Unicode", function(t)
  t.equal(text:sub(1, 6):lower(), "ärger")
  t.equal(sheaf.text("жук, é"):upper(), "ЖУК, É")
end)

test("text: what is not UTF-8 is no text", function(t)
  t.error(function() sheaf.text "a\xff" end, "not UTF%-8 at byte 2")
end)

test("span: attributes come back as they went in", function(t)
  local doc = assert(sheaf.open(os.getenv "FIXTURES" .. "/resolutions.zip")):document(4)
  doc:add("citation", 10, 20, { symbol = "S/3629", list = { 1, 2.5 } })
  doc:add("citation", 0, 4)
  t.equal(doc:count "citation", 2)
  local first, second = table.unpack(doc:span_list "citation")
  t.equal({ first.from, first.to, first.symbol }, { 0, 4 })
  t.equal({ second.from, second.kind, second.symbol }, { 10, "citation", "S/3629" })
  t.equal(second.list, { 1, 2.5 })
end)

test("span: what cannot be is refused", function(t)
  local doc = assert(sheaf.open(os.getenv "FIXTURES" .. "/resolutions.zip")):document(4)
  t.error(function() doc:add("date", 5, 1) end, "%[5, 1%)")
  t.error(function() doc:add("date", 0, 287) end, "286 bytes")
  t.error(function() doc:add("Date", 0, 1) end, "not a kind")
  t.error(function() doc:add("date", 0, 1, { start = 1 }) end, "'start'")
  t.equal(doc:count(), 0)
end)
