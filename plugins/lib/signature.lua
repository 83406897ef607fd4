--- Reads the types in the registry that `sheaf.api()` gives.

local signature = {}

--- Splits `text` at the commas that are within no brackets.
local function split(text)
  local parts, depth, start = {}, 0, 1
  for i = 1, #text do
    local c = text:sub(i, i)
    if c:find "[%(<{%[]" then
      depth = depth + 1
    elseif c:find "[%)>}%]]" then
      depth = depth - 1
    elseif c == "," and depth == 0 then
      parts[#parts + 1] = text:sub(start, i - 1)
      start = i + 1
    end
  end
  parts[#parts + 1] = text:sub(start)
  return parts
end

--- Reads "name: type, other?: type" as a list of `{ name, type, optional }`.
--- A part that is a type alone has no name.
function signature.list(text)
  local list = {}
  if text == nil or text == "" then return list end
  for _, part in ipairs(split(text)) do
    local name, optional, type = part:match "^%s*([%w_.]+)(%??):%s*(.-)%s*$"
    if name then
      list[#list + 1] = { name = name, type = type, optional = optional == "?" }
    else
      list[#list + 1] = { type = part:match "^%s*(.-)%s*$", optional = false }
    end
  end
  return list
end

return signature
