-- Makes the reference of the Lua API, and its types for editors, from the
-- registry in the program.
--
-- usage: sheaf scripts/reference.lua [--check]
--
-- Writes plugins/API.md, plugins/types/sheaf.lua (for the Lua language server),
-- plugins/types/sheaf.d.ts (for TypeScript) and plugins/types/plugin.schema.json
-- (for editors of plugin.json). With --check it only tells which of them are not
-- what the registry says.

local files = require "sheaf.kit.files"
local signature = require "sheaf.signature"

local function is_name(name)
  return name:find "^[%a_][%w_]*$" ~= nil
end

--- The functions and fields that scripts have in the library come behind those
--- that everyone has.
local function merged_types()
  local list, by_variable = {}, {}
  for _, type in ipairs(sheaf.api()) do
    local into = by_variable[type.variable]
    if into then
      for _, entry in ipairs(type.entries) do
        entry.script = true
        table.insert(into.entries, entry)
      end
    else
      by_variable[type.variable] = type
      list[#list + 1] = type
    end
  end
  return list
end

-- Markdown ----------------------------------------------------------------

local markdown = { file = "plugins/API.md" }

local HEAD = [[
# What Lua code is given

Made from the program's own registry by `scripts/reference.lua`; in `sheaf repl`
it is `help()`. How plugins are written is in README.md.

Where a number is called `from` or `to` it is a byte offset in the document,
zero-based, half-open `[from, to)`. `i`, `j` and `init` count from 1. A `?` marks
what may be left out, or be nil.
]]

local function heading(type, entry)
  if not is_name(entry.name) then return entry.name end
  if not entry.parameters then return type.variable .. "." .. entry.name end
  return ("%s%s%s(%s)"):format(type.variable, type.separator, entry.name, entry.parameters)
end

function markdown.write(types)
  local out = { HEAD }
  for _, type in ipairs(types) do
    out[#out + 1] = ("\n## %s\n\n%s\n"):format(type.name, type.doc)
    for _, entry in ipairs(type.entries) do
      local gives = entry.gives ~= "" and " → `" .. entry.gives .. "`" or ""
      out[#out + 1] = ("- `%s`%s%s\\\n  %s\n"):format(heading(type, entry), gives,
        entry.script and " (scripts)" or "", entry.doc)
    end
  end
  return table.concat(out)
end

-- Lua language server -----------------------------------------------------

local meta = { file = "plugins/types/sheaf.lua" }

local function meta_function(type, entry)
  local out, names = { "--- " .. entry.doc }, {}
  for _, parameter in ipairs(signature.list(entry.parameters)) do
    names[#names + 1] = parameter.name
    out[#out + 1] = ("---@param %s%s %s"):format(parameter.name,
      parameter.optional and "?" or "", parameter.type)
  end
  for _, given in ipairs(signature.list(entry.gives)) do
    out[#out + 1] = ("---@return %s%s"):format(given.type, given.name and " " .. given.name or "")
  end
  out[#out + 1] = ("function %s%s%s(%s) end\n"):format(type.variable:gsub("%.", "_"),
    type.separator, entry.name, table.concat(names, ", "))
  return table.concat(out, "\n")
end

function meta.write(types)
  local out = { "---@meta\n-- Made by scripts/reference.lua.\n" }
  for _, type in ipairs(types) do
    local variable = type.variable:gsub("%.", "_")
    out[#out + 1] = ("--- %s\n---@class %s"):format(type.doc, type.name)
    for _, entry in ipairs(type.entries) do
      if is_name(entry.name) and not entry.parameters then
        out[#out + 1] = ("---@field %s %s %s"):format(entry.name, entry.gives, entry.doc)
      elseif entry.name:sub(1, 1) == "#" then
        out[#out + 1] = "---@operator len: integer"
      end
    end
    local global = variable == "sheaf"
    out[#out + 1] = ("%s%s = {}\n"):format(global and "" or "local ", variable)
    for _, entry in ipairs(type.entries) do
      if is_name(entry.name) and entry.parameters then
        out[#out + 1] = meta_function({ variable = variable, separator = type.separator }, entry)
      end
    end
    if variable == "sheaf_json" then out[#out + 1] = "sheaf.json = sheaf_json\n" end
  end
  return table.concat(out, "\n")
end

-- TypeScript --------------------------------------------------------------

local typescript = { file = "plugins/types/sheaf.d.ts" }

local NAMES = { ["integer"] = "number", ["table"] = "object", ["lightuserdata"] = "unknown",
  ["nil"] = "undefined" }

local function class_name(name)
  return name:gsub("^sheaf%.", ""):gsub("^%l", string.upper):gsub("_(%l)", string.upper)
end

local convert

--- Function types in the registry are iterators.
local function convert_iterator(gives)
  local given = signature.list(gives)
  if #given == 1 then
    return ("LuaIterable<%s>"):format(convert((given[1].type:gsub("%?$", ""))))
  end
  local types = {}
  for i, each in ipairs(given) do
    local rest = each.type:match "^%.%.%.(.*)$"
    types[i] = rest and "..." .. convert(rest) .. "[]" or convert(each.type)
  end
  return ("LuaIterable<LuaMultiReturn<[%s]>>"):format(table.concat(types, ", "))
end

local function convert_fields(fields)
  local out = {}
  for i, field in ipairs(signature.list(fields)) do
    out[i] = ("%s%s: %s"):format(field.name, field.optional and "?" or "", convert(field.type))
  end
  return "{ " .. table.concat(out, "; ") .. " }"
end

local function convert_one(type)
  local gives = type:match "^fun%(%):%s*(.+)$"
  if gives then return convert_iterator(gives) end
  local fields = type:match "^{(.*)}$"
  if fields then return convert_fields(fields) end
  local element = type:match "^(.*)%[%]$"
  if element then
    local tuple = element:match "^%[(.*)%]$"
    return (tuple and "[" .. tuple:gsub("integer", "number") .. "]" or convert(element)) .. "[]"
  end
  local key, value = type:match "^table<(.-),%s*(.+)>$"
  if key then return ("Record<%s, %s>"):format(convert(key), convert(value)) end
  if type:find "^sheaf%." then return class_name(type) end
  return NAMES[type] or type
end

function convert(type)
  if type:find "^fun%(" then return convert_one(type) end
  local optional = type:match "^(.-)%?$"
  if optional == "nil" then return "undefined" end
  if optional then return convert(optional) .. " | undefined" end
  local parts = {}
  local bare = type:gsub("%b{}", function(braces) return (braces:gsub("|", "\1")) end)
  for part in bare:gmatch "[^|]+" do parts[#parts + 1] = convert_one((part:gsub("\1", "|"))) end
  return table.concat(parts, " | ")
end

--- What a hook may return: nothing, the first result alone, or all.
local function hook_result(result)
  local first = result:match "^LuaMultiReturn<%[([^,]+)"
  if result == "void" then return result end
  return first and ("void | %s | %s"):format(first, result) or "void | " .. result
end

local function result_type(entry)
  if entry.gives:find "^fun%(" then return convert(entry.gives) end
  local given = signature.list(entry.gives)
  if #given == 0 then return "void" end
  if #given == 1 then return convert(given[1].type) end
  local types = {}
  for i, each in ipairs(given) do
    types[i] = each.name == "..." and "..." .. convert(each.type) .. "[]" or convert(each.type)
  end
  return ("LuaMultiReturn<[%s]>"):format(table.concat(types, ", "))
end

local function parameter_list(entry)
  local out = {}
  for i, each in ipairs(signature.list(entry.parameters)) do
    local name = each.name == "..." and "...rest" or each.name
    local type = convert(each.type) .. (each.name == "..." and "[]" or "")
    out[i] = ("%s%s: %s"):format(name, each.optional and "?" or "", type)
  end
  return table.concat(out, ", ")
end

local function member(type, entry)
  local out = { ("  /** %s */"):format(entry.doc) }
  if not entry.parameters then
    out[2] = ("  readonly %s: %s;"):format(entry.name, convert(entry.gives))
  else
    -- Without a self where Lua calls with a dot, unless the first parameter is it.
    local parameters, this = parameter_list(entry), type.separator == "." and "this: void" or ""
    if type.name == "sheaf.ctx" and parameters:find "^ctx: Ctx" then
      parameters, this = parameters:gsub("^ctx: Ctx,? ?", ""), ""
    end
    if this ~= "" and parameters ~= "" then this = this .. ", " end
    local hook, result = type.name == "sheaf.hooks", result_type(entry)
    out[2] = ("  %s%s(%s%s): %s;"):format(entry.name, hook and "?" or "", this, parameters,
      hook and hook_result(result) or result)
  end
  return table.concat(out, "\n")
end

function typescript.write(types)
  local out = {
    "// Made by scripts/reference.lua, for typescript-to-lua and its language",
    "// extensions.", "",
  }
  for _, type in ipairs(types) do
    out[#out + 1] = ("/** %s */\ndeclare interface %s {"):format(type.doc,
      type.name == "sheaf" and "Sheaf" or class_name(type.name))
    for _, entry in ipairs(type.entries) do
      if is_name(entry.name) then out[#out + 1] = member(type, entry) end
      if entry.name:sub(1, 1) == "#" then
        out[#out + 1] = ("  /** %s Lua's `#`. */\n  length: LuaLengthMethod<number>;"):format(
          entry.doc)
      end
    end
    if type.name == "sheaf" then out[#out + 1] = "  readonly json: Json;" end
    if type.name == "sheaf.span" then
      out[#out + 1] = "  /** The attributes. */\n  readonly [attribute: string]: any;"
    end
    out[#out + 1] = "}\n"
  end
  out[#out + 1] = "declare const sheaf: Sheaf;"
  return table.concat(out, "\n") .. "\n"
end

-- JSON Schema ---------------------------------------------------------------

local schema = { file = "plugins/types/plugin.schema.json" }

local SCHEMA_TYPES = { bool = "boolean", int = "integer", float = "number", list = "array",
  map = "object", string = "string" }

local schema_of_rules

--- The schema of what stands under a key.
local function schema_of(rule)
  local out = { description = rule.doc, type = SCHEMA_TYPES[rule.type], default = rule.default,
    enum = rule.choices }
  if rule.type == "int" then
    out.minimum, out.maximum = rule.least, rule.most
  elseif rule.type == "list" then
    out.minItems, out.maxItems = not rule.only and rule.least or nil, rule.most
    out.items = rule.each and schema_of_rules(rule.each)
      or rule.pattern and { type = "string", pattern = rule.pattern }
  elseif rule.fields then
    out = schema_of_rules(rule.fields, out)
  elseif rule.each then
    out.additionalProperties = schema_of_rules(rule.each)
  else
    out.pattern = rule.pattern
  end
  if not rule.or_bool then return out end
  out.description = nil
  return { description = rule.doc, anyOf = { { type = "boolean" }, out } }
end

--- What a rule says of the whole map: a key that has its place with some values
--- of another one only.
local function condition(rule)
  local list = rule.type == "list"
  local place = { properties = { [rule.only] = { enum = rule.of } } }
  local filled = list and { [rule.key] = { minItems = 1 } } or nil
  return { ["if"] = place,
    ["then"] = rule.required and { required = { rule.key }, properties = filled } or nil,
    ["else"] = { properties = { [rule.key] = list and { maxItems = 0 } or false } } }
end

function schema_of_rules(rules, into)
  local out = into or { type = "object" }
  out.properties, out.additionalProperties = {}, false
  for _, rule in ipairs(rules) do
    out.properties[rule.key] = schema_of(rule)
    local list = rule.only and "allOf" or rule.required and "required"
    if list then
      out[list] = out[list] or {}
      table.insert(out[list], rule.only and condition(rule) or rule.key)
    end
  end
  return out
end

--- JSON in lines, keys sorted; what fits a line stays on it.
local function pretty(value, indent)
  local line = sheaf.json.encode(value)
  if type(value) ~= "table" or #line + #indent < 80 then return line end
  local inner, parts, keys = indent .. "  ", {}, {}
  if #value > 0 then
    for i, each in ipairs(value) do parts[i] = inner .. pretty(each, inner) end
    return "[\n" .. table.concat(parts, ",\n") .. "\n" .. indent .. "]"
  end
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do
    parts[i] = ("%s%s: %s"):format(inner, sheaf.json.encode(key), pretty(value[key], inner))
  end
  return "{\n" .. table.concat(parts, ",\n") .. "\n" .. indent .. "}"
end

function schema.write()
  local out = schema_of_rules(sheaf.manifest_rules())
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
  out.title = "plugin.json of a plugin for Sheaf"
  return pretty(out, "") .. "\n"
end

local check = arg[1] == "--check"
local stale = false
for _, format in ipairs { markdown, meta, typescript, schema } do
  local content = format.write(merged_types())
  if not check then
    files.write(format.file, content)
  elseif files.read(format.file) ~= content then
    print(format.file .. " is not what the program says: run sheaf scripts/reference.lua")
    stale = true
  end
end
os.exit(not stale)
