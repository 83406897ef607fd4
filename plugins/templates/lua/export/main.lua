--- Writes a table of dates.

local plugin = {}

--- A field of the table: on one line, without tabs.
local function field(value)
  return (tostring(value):gsub("%s+", " "))
end

--- Called for each document: gives its lines of the table.
function plugin.encode(doc)
  local lines = {}
  for date in doc:spans("date") do
    lines[#lines + 1] = ("%s\t%s\t%s\n"):format(field(doc.id), field(date.value), field(date.text))
  end
  return table.concat(lines)
end

return plugin
