--- Tables of what was tried, by language, as they stand in plugins/LANGUAGES.md.

local files = require "sheaf.kit.files"

local tables = {}

local PAGE = "plugins/LANGUAGES.md"

--- A table in Markdown: a row for each name of `order`, a column for each of
--- `columns`, `{ name, marks }`. `title` is what the first column is called.
function tables.write(title, order, columns)
  local head, line = { title }, { "---" }
  for _, column in ipairs(columns) do
    head[#head + 1], line[#line + 1] = column.name, "---"
  end
  local out = { "| " .. table.concat(head, " | ") .. " |", "|" .. table.concat(line, "|") .. "|" }
  for _, name in ipairs(order) do
    local cells = { name }
    for _, column in ipairs(columns) do cells[#cells + 1] = column.marks[name] end
    out[#out + 1] = "| " .. table.concat(cells, " | ") .. " |"
  end
  return table.concat(out, "\n") .. "\n"
end

--- Puts the table into the page, in the place of the one with that title.
function tables.update(title, text)
  local page = files.read(PAGE)
  local from = assert(page:find("| " .. title .. " |", 1, true), "the page has no such table")
  local _, to = page:find("\n\n", from, true)
  files.write(PAGE, page:sub(1, from - 1) .. text .. (to and page:sub(to) or ""))
end

local function cells_of(line)
  local cells = {}
  for cell in line:gmatch "| ([^|]*) %f[|]" do cells[#cells + 1] = cell end
  return cells
end

--- The table with that title as the page has it: marks by row and column.
local function read_page(title)
  local rows, head = {}, nil
  for line in files.read(PAGE):gmatch "[^\n]*" do
    local cells = cells_of(line)
    if cells[1] == title then
      head = cells
    elseif head and cells[1] then
      rows[cells[1]] = {}
      for i, name in ipairs(head) do rows[cells[1]][name] = cells[i] end
    elseif line == "" then
      head = nil
    end
  end
  return rows
end

--- Nil when the page says the same of these columns, else what is wrong. It may
--- have others: of languages that are not installed here.
function tables.differs(title, order, columns)
  local rows = read_page(title)
  for _, name in ipairs(order) do
    for _, column in ipairs(columns) do
      if (rows[name] or {})[column.name] ~= column.marks[name] then
        return ("%s is not up to date: '%s' in %s"):format(PAGE, name, column.name)
      end
    end
  end
end

return tables
