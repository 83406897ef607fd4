--- `sheaf plugin check FOLDER`: what a careful reader would say about a plugin.
--- True when there is nothing.

local files = require "sheaf.kit.files"

local problems = 0

local function say(where, what, advice)
  problems = problems + 1
  print(("%s: %s%s"):format(where, what, advice and "\n    " .. advice or ""))
end

-- plugin.json -----------------------------------------------------------------

local function check_facts(info)
  if not info.version:find "^%d+%.%d+%.%d+$" then
    say("plugin.json", ("the version '%s' is not three numbers with dots"):format(info.version))
  end
  if not info.license then
    say("plugin.json", "it names no license", 'such as "license": "MIT"')
  end
  if not info.summary:find "%S.*[.]$" or #info.summary > 100 then
    say("plugin.json", "'summary' is to be one sentence that ends with a dot and fits a line")
  end
  if not info.limits then
    say("plugin.json", "it sets no limits of its own", "the defaults are 256 MB and 10 s of CPU "
      .. "time a document; 'sheaf plugin bench' tells what it needs")
  end
end

local function check_options(info)
  for name, option in pairs(info.options or {}) do
    if not option.doc or not option.doc:find "%S" then
      say("plugin.json", ("option '%s' has no 'doc'"):format(name))
    end
  end
end

-- Lua -------------------------------------------------------------------------

local function line_of(source, position)
  return select(2, source:sub(1, position):gsub("\n", "")) + 1
end

--- Calls `visit(match, place)` with each match of a pattern outside of comments.
local function each_match(sources, pattern, visit)
  for name, source in pairs(sources) do
    local bare = source:gsub("%-%-[^\n]*", function(comment) return (" "):rep(#comment) end)
    for position, found in bare:gmatch("()" .. pattern) do
      visit(found, ("%s:%d"):format(name, line_of(bare, position)))
    end
  end
end

local function set_of(list)
  local set = {}
  for _, each in ipairs(list or {}) do set[each] = true end
  return set
end

--- Kinds of spans that stand as strings in the code must be declared.
local function check_kinds(info, sources)
  local reads, writes = set_of(info.reads), set_of(info.writes)
  each_match(sources, ':add%s*%(%s*"([%w_.]+)"', function(kind, place)
    if not writes[kind] then
      say(place, ("adds spans '%s', which \"writes\" in plugin.json does not list"):format(kind))
    end
  end)
  local function check_read(kind, place)
    if not reads[kind] and not writes[kind] then
      say(place, ("looks at spans '%s', which \"reads\" in plugin.json does not list"):format(kind))
    end
  end
  for _, method in ipairs { "spans", "span_list", "count" } do
    each_match(sources, ":" .. method .. '%s*%(?%s*"([%w_.]+)"', check_read)
  end
end

--- What the sandbox does not have, or only with a permission.
local MISSING = {
  io = "a plugin reads and writes no files by itself",
  os = "not even the time: the same document gives the same result",
  debug = "it would open the sandbox",
  package = "use require",
  dofile = "use require",
  loadfile = "use require",
  collectgarbage = "memory is looked after",
}

local function check_globals(sources)
  each_match(sources, "%f[%w_.:]([%a_][%w_]*)%f[.(]", function(name, place)
    if MISSING[name] then
      say(place, ("'%s' is not there in a plugin: %s"):format(name, MISSING[name]))
    end
  end)
end

local function check_syntax(sources)
  for name, source in pairs(sources) do
    local chunk, why = load(source, "=" .. name, "t")
    if not chunk then say(name, why) end
  end
end

--- luacheck knows much more, where it is installed.
local function run_luacheck(folder)
  local probe = io.popen "command -v luacheck 2>/dev/null"
  local found = probe and probe:read "l"
  if probe then probe:close() end
  if not found then return false end
  local quoted = "'" .. folder:gsub("'", "'\\''") .. "'"
  local pipe = assert(io.popen("luacheck --no-config --no-color --std lua54 --read-globals sheaf "
    .. "--formatter plain " .. quoted))
  for line in pipe:lines() do
    local file, number, message = line:match "^(.-):(%d+):%d+: (.*)$"
    if file then say(("%s:%s"):format(file:sub(#folder + 2), number), message) end
  end
  pipe:close()
  return true
end

local function lua_sources(folder)
  local sources = {}
  for member in assert(sheaf.open(folder)):members() do
    if member.name:find "%.lua$" and not member.name:find "_test%.lua$" then
      sources[member.name] = files.read(folder .. "/" .. member.name)
    end
  end
  return sources
end

-- Beside it -------------------------------------------------------------------

local function check_tests(folder)
  for member in assert(sheaf.open(folder)):members() do
    if member.name == "main_test.lua" or member.name:find "^tests/" then return end
  end
  say("tests", "there are none", "a document in 'tests', and 'sheaf plugin test --update'")
end

return function(name)
  local info = sheaf.plugin_info(name)
  check_facts(info)
  check_options(info)
  check_tests(info.folder)
  local looked = true
  if info.language == "lua" then
    local sources = lua_sources(info.folder)
    check_syntax(sources)
    check_kinds(info, sources)
    check_globals(sources)
    looked = run_luacheck(info.folder)
  end
  if not looked then print "(luacheck is not installed: it would look at names and unused code)" end
  print(("%s %s: %s"):format(info.name, info.version, problems == 0 and "nothing to complain of"
    or problems == 1 and "1 thing to look at" or problems .. " things to look at"))
  return problems == 0
end
