--- Tables as RFC 4180 has them: fields between commas, rows end with CR LF.

local csv = {}

--- A field; in quotes where it must be. Nil and null are empty ones.
function csv.field(value)
  if value == nil or value == sheaf.null then return "" end
  local text = tostring(value)
  if not text:find('[",\r\n]') and not text:find("^%s") and not text:find("%s$") then
    return text
  end
  return '"' .. text:gsub('"', '""') .. '"'
end

--- A row of the first `count` fields; any of them may be nil.
function csv.row(count, ...)
  local fields = { ... }
  for i = 1, count do fields[i] = csv.field(fields[i]) end
  return table.concat(fields, ",", 1, count) .. "\r\n"
end

return csv
