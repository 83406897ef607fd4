--- The conformance plugin in Lua. Each document is called after what to do.

local plugin, behaviours = {}, {}

--- What the option `text` asks for in `init`, `merge` and `finish`.
local told

function behaviours.options(doc, ctx)
  for name, value in pairs(ctx.options) do doc:set_metadata(name, value) end
end

function behaviours.values(doc)
  doc:add("value", 0, 1, {
    yes = true, no = false, small = -7, odd = 9007199254740993, largest = math.maxinteger,
    smallest = math.mininteger, float = 0.1, large = 1e300, text = "a\0b\u{1F600}\n\"\\",
    empty = "", list = { 1, "two", { 3.5 } }, nothing = sheaf.list {}, map = { a = { b = 1 } },
    null = sheaf.null,
  })
end

function behaviours.offsets(doc)
  for from, to in doc.text:each "[^\1-\127]+" do doc:add("letter", from, to) end
end

function behaviours.spans(doc)
  for span in doc:spans "word" do
    doc:add("copy", span.from, span.to, { text = tostring(span.text), rank = span.rank })
  end
end

function behaviours.metadata(doc)
  doc:set_metadata("first", { 1, 2 })
  doc:set_metadata("first", "again")
  doc:set_metadata("second", 1.5)
end

function behaviours.drop(doc)
  doc:add("lost", 0, 1)
  doc:drop "not wanted"
end

function behaviours.mistake(doc)
  doc:add("lost", 0, 1)
  error "a mistake"
end

function behaviours.failure(doc)
  doc:add("lost", 0, 1)
  return nil, "an expected failure"
end

function behaviours.outside(doc)
  doc:add("value", 0, 1000000)
end

function behaviours.kind(doc)
  doc:add("No Kind", 0, 1)
end

function behaviours.undeclared(doc)
  doc:add("other", 0, 1)
end

function behaviours.unread(doc)
  doc:set_metadata("secrets", #doc:span_list "secret")
end

function behaviours.missing(doc)
  doc:set_metadata("headings", #doc:span_list "heading")
end

function behaviours.reserved(doc)
  doc:add("value", 0, 1, { start = 1 })
end

function behaviours.many(doc)
  for i = 0, 9999 do doc:add("item", 10000 - i - 1, 10000 - i) end
end

function behaviours.order(doc)
  doc:add("item", 4, 5, { n = 1 })
  doc:add("item", 0, 2, { n = 2 })
  doc:add("item", 0, 3, { n = 3 })
  doc:add("item", 0, 2, { n = 4 })
end

function behaviours.size(doc)
  doc:set_metadata("bytes", #doc.text)
end

behaviours.empty = behaviours.size
behaviours.nul = behaviours.size

function behaviours.facts(doc, ctx)
  doc:set_metadata("facts", { doc.id, doc.bundle, doc.member, doc.media_type, doc.language })
  doc:set_metadata("name", ctx.name)
end

function behaviours.log(_, ctx)
  ctx.log "a line"
end

function behaviours.loop()
  while true do end
end

--- Comes to the limit of memory long before that of CPU time.
function behaviours.memory()
  local all = "x"
  while true do all = all:rep(16) end
end

function behaviours.after(doc)
  doc:set_metadata("after", true)
end

function behaviours.part(doc)
  return { member = doc.member, odd = 9007199254740993, list = sheaf.list {} }
end

function plugin.init(options)
  told = options.text
  if told == "fail" then error "it cannot begin" end
end

function plugin.process(doc, ctx)
  local run = behaviours[doc.member:match "^%d+%-(%a+)"]
  if run then return run(doc, ctx) end
end

local records = {}

function records.both(doc)
  return { ["one.txt"] = doc.member .. "\n", ["two.bin"] = "\xff\0\xfe" }
end

function records.one(doc)
  return { ["two.bin"] = doc.text:sub(1, 3) .. "" }
end

function records.none() end

function records.mistake()
  error "a mistake"
end

function records.part(doc)
  return doc.member .. "\0\n"
end

function plugin.encode(doc)
  local run = records[doc.member:match "^%d+%-(%a+)"]
  return run and run(doc)
end

function plugin.merge(total, part)
  if told == "merge fails" then error "a mistake" end
  while told == "merge loops" do end
  total[#total + 1] = ("%s %d %d\n"):format(part.member, part.odd, #part.list)
end

function plugin.finish(all, ctx)
  if told == "finish fails" then return nil, "it cannot finish" end
  while told == "finish floods" do ctx:write(("x"):rep(1000), "one.txt") end
  for _, line in ipairs(all) do ctx:write(line, "one.txt") end
  if all.records then
    for record in all:records() do ctx:write(record, "one.txt") end
  end
  ctx:write("\xff\0\xfe", "two.bin")
end

function plugin.check(ctx)
  if ctx.options.text == "missing" then return nil, "something is missing" end
  return true
end

return plugin
