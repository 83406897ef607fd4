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

-- The code --------------------------------------------------------------------

--- By the ending of a file: what a comment is, what adds and reads spans, and
--- what takes which permission.
local LANGUAGES = {
  lua = {
    comment = "%-%-[^\n]*",
    adds = { ":add%s*%(%s*[\"']([%w_.]+)" },
    reads = { ":spans%s*%(?%s*[\"']([%w_.]+)", ":span_list%s*%(?%s*[\"']([%w_.]+)",
      ":count%s*%(?%s*[\"']([%w_.]+)" },
    permissions = { read = { ":read_file%s*%(" }, write = { ":write_file%s*%(" },
      env = { ":env%s*%(" }, spawn = { ":spawn%s*[%({]" } },
  },
  py = {
    comment = "#[^\n]*",
    adds = { "%.add%s*%(%s*[\"']([%w_.]+)" },
    reads = { "%.spans%s*%(%s*[\"']([%w_.]+)" },
    permissions = { net = { "import%s+socket", "import%s+urllib", "import%s+http" },
      spawn = { "import%s+subprocess", "os%.system%s*%(" }, env = { "os%.environ" } },
  },
  js = {
    comment = "//[^\n]*",
    adds = { "%.add%s*%(%s*[\"']([%w_.]+)" },
    reads = { "%.spans%s*%(%s*[\"']([%w_.]+)" },
    permissions = { net = { "[\"']node:https?[\"']", "[\"']node:net[\"']", "%f[%w_.]fetch%s*%(" },
      spawn = { "child_process" }, env = { "process%.env" } },
  },
  c = {
    comment = "//[^\n]*",
    adds = { "sheaf_doc_add%s*%([^,]*,%s*\"([%w_.]+)" },
    reads = { "sheaf_doc_span%s*%([^,]*,%s*\"([%w_.]+)",
      "sheaf_doc_span_count%s*%([^,]*,%s*\"([%w_.]+)" },
    permissions = { net = { "%f[%w_]socket%s*%(" }, spawn = { "%f[%w_]fork%s*%(" },
      env = { "%f[%w_]getenv%s*%(" } },
  },
}

local function line_of(source, position)
  return select(2, source:sub(1, position):gsub("\n", "")) + 1
end

--- Calls `visit(match, place)` with each match of a pattern outside of comments.
local function each_match(source, pattern, visit)
  local bare = source.text:gsub(source.language.comment, function(comment)
    return (" "):rep(#comment)
  end)
  for position, found in bare:gmatch("()" .. pattern) do
    visit(found, ("%s:%d"):format(source.name, line_of(bare, position)))
  end
end

local function set_of(list)
  local set = {}
  for _, each in ipairs(list or {}) do set[each:gsub("%?$", "")] = true end
  return set
end

--- Kinds of spans that stand as strings in the code must be declared.
local function check_kinds(info, source)
  local reads, writes = set_of(info.reads), set_of(info.writes)
  for _, pattern in ipairs(source.language.adds) do
    each_match(source, pattern, function(kind, place)
      if not writes[kind] then
        say(place, ("adds spans '%s', which \"writes\" in plugin.json does not list"):format(kind))
      end
    end)
  end
  for _, pattern in ipairs(source.language.reads) do
    each_match(source, pattern, function(kind, place)
      if info.reads and not reads[kind] and not writes[kind] then
        say(place, ("looks at spans '%s', which \"reads\" in plugin.json does not list"):format(
          kind))
      end
    end)
  end
end

local function check_permissions(info, source)
  for permission, patterns in pairs(source.language.permissions) do
    for _, pattern in ipairs((info.permissions or {})[permission] and {} or patterns) do
      each_match(source, pattern, function(_, place)
        say(place, ("takes the permission '%s', for which plugin.json does not ask"):format(
          permission), ('such as "permissions": { "%s": … }'):format(permission))
      end)
    end
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

local function check_globals(source)
  each_match(source, "%f[%w_.:]([%a_][%w_]*)%f[.(]", function(name, place)
    if MISSING[name] then
      say(place, ("'%s' is not there in a plugin: %s"):format(name, MISSING[name]))
    end
  end)
end

local function check_syntax(source)
  local chunk, why = load(source.text, "=" .. source.name, "t")
  if not chunk then say(source.name, why) end
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- luacheck knows much more, where it is installed. What a hook is given need not
--- be used.
local function run_luacheck(folder, sources)
  local probe = io.popen "command -v luacheck 2>/dev/null"
  local found = probe and probe:read "l"
  if probe then probe:close() end
  if not found then
    print "(luacheck is not installed: it would look at names and unused code)"
    return
  end
  local command = { "luacheck --no-config --no-color --std lua54 --read-globals sheaf "
    .. "--no-unused-args --formatter plain" }
  for _, source in ipairs(sources) do
    command[#command + 1] = quote(folder .. "/" .. source.name)
  end
  local pipe = assert(io.popen(table.concat(command, " ")))
  for line in pipe:lines() do
    local file, number, message = line:match "^(.-):(%d+):%d+: (.*)$"
    if file then say(("%s:%s"):format(file:sub(#folder + 2), number), message) end
  end
  pipe:close()
end

local function read_source(folder, name)
  local language = LANGUAGES[name:match "%.(%w+)$"]
  local text = language and files.read(folder .. "/" .. name)
  return text and { name = name, text = text, language = language }
end

--- The main file, and the plugin's own modules that it asks for, in Lua. Of a
--- shared library what it was likely made of.
local function sources_of(info)
  local first = info.language == "native" and info.main:gsub("%.so$", ".c") or info.main
  local list, seen = { read_source(info.folder, first) }, {}
  for _, source in ipairs(list) do
    for module in source.text:gmatch "require%s*%(?%s*[\"']([%w_.]+)[\"']" do
      local name = module:gsub("%.", "/") .. ".lua"
      if not seen[name] then list[#list + 1] = read_source(info.folder, name) end
      seen[name] = true
    end
  end
  return list
end

--- What the Lua code was made of, where it was not written by hand.
local function origin_of(info)
  for _, ending in ipairs { ".ts", ".fnl" } do
    local name = info.main:gsub("%.lua$", ending)
    if name ~= info.main and files.read(info.folder .. "/" .. name) then return name end
  end
end

local function check_code(info)
  local sources = sources_of(info)
  for _, source in ipairs(sources) do
    check_kinds(info, source)
    check_permissions(info, source)
    if info.language == "lua" then
      check_syntax(source)
      check_globals(source)
    end
  end
  if info.language == "lua" and #sources > 0 and not origin_of(info) then
    run_luacheck(info.folder, sources)
  end
end

-- Beside it -------------------------------------------------------------------

local function check_tests(folder, name)
  if files.read(folder .. "/main_test.lua") or sheaf.open(folder .. "/tests") then return end
  say("tests", "there are none", ("put a document there, and run 'sheaf plugin test --update "
    .. "%s'"):format(name))
end

--- A page beside it, or a few words at the top of the code.
local function check_page(info)
  local source = read_source(info.folder, info.main)
  if files.read(info.folder .. "/README.md") then return end
  if source and source.text:find '^%s*[%-/#"]' then return end
  say("README.md", "there is none, nor a word at the top of the code",
    "what it finds, and how it is run")
end

return function(name)
  local info = sheaf.plugin_info(name)
  check_facts(info)
  check_options(info)
  check_tests(info.folder, name)
  check_page(info)
  check_code(info)
  print(("%s %s: %s"):format(info.name, info.version, problems == 0 and "nothing to complain of"
    or problems == 1 and "1 thing to look at" or problems .. " things to look at"))
  return problems == 0
end
