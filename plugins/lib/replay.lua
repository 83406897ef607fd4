--- A plugin at work on the document on which it fails, in the shell.
---
--- `require "sheaf.replay" { step = …, row = …, fresh = … }` makes the globals
--- of which help() tells. The plugin runs in the shell's own state, so that
--- what it leaves behind can be looked at: in a coroutine, which stays as it
--- was when it died.

local HELP = [[
doc          the document, as it came to the plugin; after retry(), as that left it
plugin       the plugin's table, with its functions
options      what it was given; ctx, as a plugin has it
retry()      reads the document and the plugin's files anew, and runs it
where()      where it failed: the calls, and the lines around
locals(n)    the local variables of call n, as where() counts them; the first]]

--- What plugins may use of Lua.
local ALLOWED = {
  "assert", "error", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget",
  "rawlen", "rawset", "select", "tonumber", "tostring", "type", "xpcall", "math",
  "string", "table", "utf8", "coroutine", "_VERSION", "setmetatable",
  "getmetatable", "sheaf",
}

--- Instructions between two looks at the limits.
local LOOK = 10000

--- The globals of the shell, which a person sees.
local shell = _G

local replay = {}

-- The plugin's surroundings ---------------------------------------------------

local function log(name, text)
  io.stderr:write(name, ": ", text, "\n")
end

local function is_beneath(path, folders)
  for _, folder in ipairs(folders or {}) do
    if path == folder or path:sub(1, #folder + 1) == folder .. "/" or folder == "/" then
      return true
    end
  end
  return false
end

local function refuse(permission, what)
  return nil, ("permission '%s' was not granted for '%s'"):format(permission, what), "permission"
end

--- What a plugin has as `ctx`; it does not wait, and starts no programs.
local function make_context(step)
  local methods = {}
  local context = { name = step.plugin, options = step.options }
  function methods:log(...) log(self.name, string.format(...)) end
  function methods.sleep() end
  function methods.env(_, name)
    if not is_beneath(name, step.grants.env) then return refuse("env", name) end
    return os.getenv(name)
  end
  function methods.read_file(_, path)
    if not is_beneath(path, step.grants.read) then return refuse("read", path) end
    local file, why = io.open(path, "rb")
    if not file then return nil, why end
    local content = file:read "a"
    file:close()
    return content
  end
  function methods.write_file(_, path)
    return refuse("write", path .. " (in this shell)")
  end
  function methods.spawn(_, program)
    return refuse("spawn", tostring(program) .. " (in this shell)")
  end
  return setmetatable(context, { __index = methods })
end

local function load_in(path, surroundings)
  local chunk, why = loadfile(path, "t", surroundings)
  if not chunk then error(why, 0) end
  return chunk
end

--- The globals of a plugin, with a `require` that knows its folder.
local function make_surroundings(step)
  local globals, modules = {}, {}
  for _, name in ipairs(ALLOWED) do globals[name] = _G[name] end
  globals._G = globals
  function globals.print(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    log(step.plugin, table.concat(words, "\t"))
  end
  function globals.load(text, name, _, env)
    return load(text, name, "t", env or globals)
  end
  function globals.require(name)
    if name:find "^sheaf%." then return require(name) end
    if modules[name] == nil then
      local path = step.folder .. "/" .. name:gsub("%.", "/") .. ".lua"
      local module = load_in(path, globals)(name)
      modules[name] = module == nil and true or module
    end
    return modules[name]
  end
  return globals
end

local function load_plugin(step)
  local globals = make_surroundings(step)
  local loaded = load_in(step.folder .. "/" .. step.main, globals)()
  if loaded.init then loaded.init(shell.options, shell.ctx) end
  return loaded
end

-- Running -------------------------------------------------------------------

--- Stops the coroutine where a limit of the plugin is reached.
local function watch(co, limits)
  local began, held = os.clock(), collectgarbage "count"
  local ms = limits.cpu_ms ~= 0 and limits.cpu_ms or limits.wall_ms
  debug.sethook(co, function()
    if ms ~= 0 and (os.clock() - began) * 1000 > ms then
      error(("stopped here: it took longer than %d ms"):format(ms), 2)
    end
    local grown = (collectgarbage "count" - held) / 1024
    if limits.memory_mb ~= 0 and grown > limits.memory_mb then
      error(("stopped here: it took more than %d MB"):format(limits.memory_mb), 2)
    end
  end, "", LOOK)
end

--- Runs a hook; gives true, or false and what it failed with.
local function run_hook(state, hook)
  local co = coroutine.create(hook)
  watch(co, state.step.limits)
  local fine, first, second = coroutine.resume(co, shell.doc, shell.ctx)
  if fine and coroutine.status(co) == "suspended" then
    return false, "it waits, which it cannot in this shell"
  end
  state.dead = not fine and co or nil
  if not fine then return false, first end
  if first == nil and second ~= nil then return false, tostring(second) end
  return true, first
end

-- Where it failed -------------------------------------------------------------

--- The calls of what died, the innermost first: those with Lua code.
local function find_calls(co)
  local calls, level = {}, 0
  while true do
    local info = debug.getinfo(co, level, "Slnf")
    if not info then return calls end
    if info.currentline > 0 and info.short_src ~= replay.source then
      info.level = level
      calls[#calls + 1] = info
    end
    level = level + 1
  end
end

local function file_lines(path)
  local lines, file = {}, io.open(path)
  if not file then return lines end
  for line in file:lines() do lines[#lines + 1] = line end
  file:close()
  return lines
end

local function print_lines(call)
  local lines = file_lines(call.source:gsub("^@", ""))
  for i = math.max(1, call.currentline - 3), math.min(#lines, call.currentline + 2) do
    print(("   %s %4d  %s"):format(i == call.currentline and ">" or " ", i, lines[i]))
  end
end

local function print_call(state, index, call)
  local name = call.source:gsub("^@", ""):gsub("^.*/", state.step.plugin .. "/")
  print(("%4d  %s:%d: in %s"):format(index, name, call.currentline,
    call.name and ("'" .. call.name .. "'") or "its function"))
end

local function no_failure()
  print "Nothing has died: retry() runs the plugin."
end

local function print_where(state)
  if not state.dead then return no_failure() end
  local calls = find_calls(state.dead)
  for i, call in ipairs(calls) do print_call(state, i, call) end
  if calls[1] then print_lines(calls[1]) end
end

local function find_locals(state, index)
  if not state.dead then return no_failure() end
  local call = find_calls(state.dead)[index or 1]
  if not call then
    print "There is no such call: where() counts them."
    return
  end
  local found, i = {}, 1
  while true do
    local name, value = debug.getlocal(state.dead, call.level, i)
    if not name then return found end
    if not name:find "^%(" then found[name] = value end
    i = i + 1
  end
end

-- The globals ---------------------------------------------------------------

local function report(state, fine, what)
  if fine then
    print "It is well: the plugin did not fail."
    return
  end
  local text, folder = tostring(what), state.step.folder .. "/"
  local from, to = text:find(folder, 1, true)
  if from == 1 then text = state.step.plugin .. "/" .. text:sub(to + 1) end
  print("failed: " .. text)
  if state.dead then print_where(state) end
end

local function take_document(state)
  local made, why = state.fresh()
  if not made then print("It does not come so far: " .. why) end
  shell.doc = made
  return made ~= nil
end

--- Other languages have a process or a library of their own.
local function retry_elsewhere(state)
  local opened = sheaf.plugin(state.step.folder, state.step.options)
  local done, why = opened:process(shell.doc)
  report(state, done ~= nil, why)
end

local function retry_here(state)
  shell.ctx = make_context(state.step)
  shell.options = state.step.options
  state.dead = nil
  shell.plugin = load_plugin(state.step)
  local fine, what = true, nil
  for _, name in ipairs { "process", "encode" } do
    local hook = shell.plugin[name]
    if fine and hook then fine, what = run_hook(state, hook) end
  end
  report(state, fine, what)
end

return function(given)
  local state = given
  replay.source = debug.getinfo(1, "S").short_src
  function shell.retry()
    if not take_document(state) or not state.step then return end
    if state.step.language == "lua" then return retry_here(state) end
    return retry_elsewhere(state)
  end
  function shell.where() return print_where(state) end
  function shell.locals(index) return find_locals(state, index) end
  local explain = require "sheaf.help"
  function shell.help(...)
    print(select("#", ...) == 0 and HELP or explain(...))
  end
  shell.retry()
end
