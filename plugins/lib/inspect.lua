--- Shows values to a person: `require "sheaf.inspect"(value)` is a string.
---
--- Long lists and deep tables are cut; what is cut is said.

local DEPTH, ITEMS, WIDTH = 4, 40, 72

local show

local function is_name(key)
  return type(key) == "string" and key:find "^[%a_][%w_]*$"
end

local function show_key(key, depth)
  if is_name(key) then return key end
  return "[" .. show(key, depth) .. "]"
end

--- Keys in a steady order: numbers first, then everything by its text.
local function sorted_keys(value, from)
  local keys = {}
  for key in pairs(value) do
    if not (math.type(key) == "integer" and key >= 1 and key < from) then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    if type(a) == "number" and type(b) == "number" then return a < b end
    if type(a) ~= type(b) then return type(a) < type(b) end
    return tostring(a) < tostring(b)
  end)
  return keys
end

local function show_items(value, depth)
  local items, size = {}, #value
  for i = 1, size do
    if #items == ITEMS then break end
    items[#items + 1] = show(value[i], depth + 1)
  end
  local keys = sorted_keys(value, size + 1)
  for _, key in ipairs(keys) do
    if #items == ITEMS then break end
    items[#items + 1] = show_key(key, depth + 1) .. " = " .. show(value[key], depth + 1)
  end
  local left = size + #keys - #items
  if left > 0 then items[#items + 1] = ("… %d more"):format(left) end
  return items
end

local function show_table(value, depth)
  if next(value) == nil then return "{}" end
  if depth >= DEPTH then return "{…}" end
  local items = show_items(value, depth)
  local line = "{ " .. table.concat(items, ", ") .. " }"
  if #line + 2 * depth <= WIDTH and not line:find "\n" then return line end
  local indent = ("  "):rep(depth + 1)
  return "{\n" .. indent .. table.concat(items, ",\n" .. indent) .. ",\n"
    .. ("  "):rep(depth) .. "}"
end

function show(value, depth)
  if type(value) == "string" then return ("%q"):format(value):gsub("\\\n", "\\n"), nil end
  local meta = getmetatable(value)
  if type(value) == "table" and not (type(meta) == "table" and meta.__tostring) then
    return show_table(value, depth)
  end
  return tostring(value)
end

return function(value) return (show(value, 0)) end
