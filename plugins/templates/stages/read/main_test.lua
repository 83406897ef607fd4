local test = require "sheaf.test"

local function read(text, options)
  local doc = assert(sheaf.plugin(test.folder, options):process(text))
  local rows = {}
  for row in doc:spans "table_row" do rows[#rows + 1] = tostring(row.text) end
  return tostring(doc.text), rows
end

test("makes a line of each row", function(t)
  local text, rows = read "year,place\n1995,Rio\n"
  t.equal(text, "year\tplace\n1995\tRio\n")
  t.equal(rows, { "year\tplace", "1995\tRio" })
end)

test("takes quotation marks away", function(t)
  t.equal(read '"a, b",c\n', "a, b\tc\n")
end)

test("parts cells by what it is told", function(t)
  t.equal(read("a;b,c\n", { separator = ";" }), "a\tb,c\n")
end)
