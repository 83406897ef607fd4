--- Explains what Lua code is given by Sheaf: `require "sheaf.help"(x)` is a
--- string about the value `x`, or about what is called `x`, such as "doc:add".

local INTRODUCTION = [[
help(x) explains a value, or what is called x: help(doc), help "doc:add".

  sheaf.open(path)          opens a bundle
  bundle:documents()        iterates over its documents
  sheaf.plugin(name)        opens a plugin, to try it on a document

More: help "doc", "text", "span", "counter", "bundle", "plugin", "ctx", "sheaf"]]

local NOTHING = "Nothing is known about this; help() tells where to begin."

local function full_name(type, entry)
  if not entry.name:find "^[%a_][%w_]*$" then return entry.name end  -- an operator
  if not entry.parameters then return type.variable .. "." .. entry.name end
  return ("%s%s%s(%s)"):format(type.variable, type.separator, entry.name, entry.parameters)
end

local function first_sentence(text)
  return text:match "^(.-%.)%s" or text
end

local function pad(text, width)
  return text .. (" "):rep(width - utf8.len(text))
end

local function overview(type)
  local lines = { type.doc }
  for _, entry in ipairs(type.entries) do
    local name = full_name(type, entry):gsub("%(.+", "(…)")
    lines[#lines + 1] = ("  %s %s"):format(pad(name, 22), first_sentence(entry.doc))
  end
  return table.concat(lines, "\n")
end

local function details(type, entry)
  local gives = entry.gives ~= "" and " → " .. entry.gives or ""
  return full_name(type, entry) .. gives .. "\n  " .. entry.doc
end

local function by_name(name)
  local found = {}
  local owner, last = name:match "^(.*)[.:]([%w_]+)$"
  for _, type in ipairs(sheaf.api()) do
    if name == type.variable or name == type.name then found[#found + 1] = overview(type) end
    for _, entry in ipairs(type.entries) do
      local owned = not owner or owner == type.variable or owner == type.name
      if owned and entry.name == (last or name) then found[#found + 1] = details(type, entry) end
    end
  end
  return found[1] and table.concat(found, "\n\n")
end

local function by_type(name)
  for _, type in ipairs(sheaf.api()) do
    if type.name == name then return overview(type) end
  end
end

return function(...)
  local value = ...
  if value == nil then return INTRODUCTION end
  if rawequal(value, sheaf) then return by_name "sheaf" end
  if type(value) == "string" then return by_name(value) or NOTHING end
  return by_type(getmetatable(value)) or NOTHING
end
