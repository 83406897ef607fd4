--- Completes a name that is being typed: `require "sheaf.complete"(text)` is a
--- sorted list of the names that begin with `text`, such as `doc.te`.

--- What the objects of Sheaf have, by the name of their type.
local members = {}
for _, type in ipairs(sheaf.api()) do
  local names = {}
  for _, entry in ipairs(type.entries) do
    if entry.name:find "^[%a_][%w_]*$" then names[#names + 1] = entry.name end
  end
  members[type.name] = names
end

local KEYWORDS = "and break do else elseif end false for function goto if in local nil not "
  .. "or repeat return then true until while"

local function names_of(value)
  if type(value) == "table" then
    local names = {}
    for name in pairs(value) do
      if type(name) == "string" then names[#names + 1] = name end
    end
    return names
  end
  if type(value) == "string" then return names_of(string) end
  return members[getmetatable(value)] or {}
end

--- Follows `a.b.` from the globals. Only tables are looked into: completing
--- must not run anything.
local function follow(path)
  local value = _G
  for name in path:gmatch "[^.:]+" do
    if type(value) == "table" then
      value = rawget(value, name)
    elseif getmetatable(value) == "sheaf.doc" and name == "text" then
      return value.text
    else
      return nil
    end
  end
  return value
end

return function(text)
  local path, start = text:match "^(.*[.:])([%w_]*)$"
  if not path then path, start = "", text end
  local found = {}
  local function offer(name)
    if name:sub(1, #start) == start then found[#found + 1] = path .. name end
  end
  for _, name in ipairs(names_of(follow(path))) do offer(name) end
  if path == "" then
    for word in KEYWORDS:gmatch "%S+" do offer(word) end
  end
  table.sort(found)
  return found
end
