--- Reads CSV: a line a row, with tabs between the cells.

local plugin = {}

--- The cells of a line. Within quotation marks a separator is one of the letters.
local function cells_of(line, separator)
  local cells, cell, quoted = {}, "", false
  for letters, mark in (line .. separator):gmatch('([^"' .. separator .. ']*)(.)') do
    cell = cell .. letters
    if mark == '"' then
      quoted = not quoted
    elseif quoted then
      cell = cell .. mark
    else
      cells[#cells + 1], cell = cell, ""
    end
  end
  return cells
end

--- Called for each document: gives it its text, then adds spans.
function plugin.process(doc, ctx)
  local rows = {}
  for line in tostring(doc.content):gmatch "[^\r\n]+" do
    rows[#rows + 1] = table.concat(cells_of(line, ctx.options.separator), "\t")
  end
  doc:set_text(table.concat(rows, "\n") .. (#rows > 0 and "\n" or ""))
  local from = 0
  for _, row in ipairs(rows) do
    doc:add("table_row", from, from + #row)
    from = from + #row + 1
  end
end

return plugin
