--- The registry of the API holds everything that there is, and nothing else.

local test = require "sheaf.test"
local signature = require "sheaf.signature"

local registry = {}
for _, type in ipairs(sheaf.api()) do registry[type.name] = type end

--- The functions of a value: its metatable's `__index`, or the table among the
--- upvalues of the function that this is.
local function functions_of(value)
  local index = debug.getmetatable(value).__index
  if type(index) == "table" then return index end
  for i = 1, math.huge do
    local name, upvalue = debug.getupvalue(index, i)
    if not name then return {} end
    if type(upvalue) == "table" then return upvalue end
  end
end

local function is_name(name)
  return name:find "^[%a_][%w_]*$" ~= nil
end

local function names(list)
  table.sort(list)
  return list
end

--- The names in the registry that are functions, or those that are not.
local function registered(type, functions)
  local list = {}
  for _, entry in ipairs(registry[type].entries) do
    if is_name(entry.name) and (entry.parameters ~= nil) == functions then
      list[#list + 1] = entry.name
    end
  end
  return names(list)
end

local function existing(functions)
  local list = {}
  for name, value in pairs(functions) do
    if type(value) == "function" then list[#list + 1] = name end
  end
  return names(list)
end

local bundle = assert(sheaf.open(os.getenv "FIXTURES" .. "/resolutions.zip"))
local doc = bundle:document(1)
doc:add("word", 0, 3, { length = 3 })
local values = {
  ["sheaf.doc"] = doc,
  ["sheaf.span"] = doc:spans("word")(),
  ["sheaf.text"] = doc.text,
  ["sheaf.word_counter"] = sheaf.word_counter(),
  ["sheaf.bundle"] = bundle,
  ["sheaf.plugin"] = assert(sheaf.plugin "extract.dates"),
}

for type, value in pairs(values) do
  test("api: the functions of " .. type .. " are those in the registry", function(t)
    t.equal(existing(functions_of(value)), registered(type, true))
  end)

  test("api: the fields of " .. type .. " in the registry are there", function(t)
    for _, name in ipairs(registered(type, false)) do t.ok(value[name] ~= nil, name) end
  end)
end

test("api: the library is that in the registry", function(t)
  local wanted = registered("sheaf", true)
  table.move(registered("sheaf.script", true), 1, 99, #wanted + 1, wanted)
  t.equal(existing(sheaf), names(wanted))
  t.equal(existing(sheaf.json), registered("sheaf.json", true))
end)

test("api: every entry says what it does", function(t)
  for name, type in pairs(registry) do
    for _, entry in ipairs(type.entries) do
      t.ok(entry.doc:find "%.$" or entry.doc:find "`$", name .. " " .. entry.name)
    end
  end
end)

test("api: signatures are read as lists", function(t)
  t.equal(signature.list "a: table<string, any>, b?: { c: string, d: integer }, ...: any", {
    { name = "a", type = "table<string, any>", optional = false },
    { name = "b", type = "{ c: string, d: integer }", optional = true },
    { name = "...", type = "any", optional = false },
  })
  t.equal(signature.list "", {})
end)
