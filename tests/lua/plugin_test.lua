--- Plugins as scripts run them: their limits, and what comes after one was hit.
local test = require "sheaf.test"

local function write_file(path, text)
  local file = assert(io.open(path, "w"))
  assert(file:write(text))
  assert(file:close())
end

--- Makes a folder with a plugin for as long as `run` runs.
local function with_plugin(limits, code, run)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
  write_file(folder .. "/plugin.json", sheaf.json.encode {
    name = "test.plugin", version = "1.0.0", api = 1, stage = "extract", language = "lua",
    main = "main.lua", summary = "Is tried out.", limits = limits,
  })
  write_file(folder .. "/main.lua", code)
  local fine, message = xpcall(run, debug.traceback, folder)
  assert(os.execute("rm -r " .. folder))
  if not fine then error(message, 0) end
end

local adds_spans = [[
return { process = function(doc)
  for _ = 1, %d do doc:add("mark", 0, 1) end
end }]]

test("plugin: what others added to a document does not count as its memory", function(t)
  with_plugin({ memory_mb = 64 }, adds_spans:format(100000), function(first)
    with_plugin({ memory_mb = 1 }, adds_spans:format(1), function(second)
      local doc = assert(sheaf.plugin(first):process("text"))
      doc = assert(sheaf.plugin(second):process(doc))
      t.equal(doc:count "mark", 100001)
    end)
  end)
end)

test("plugin: spans count as the memory of the one that adds them", function(t)
  with_plugin({ memory_mb = 1 }, adds_spans:format(100000), function(folder)
    local doc, _, code = sheaf.plugin(folder):process("text")
    t.equal({ doc, code }, { nil, "limit" })
  end)
end)

test("plugin: options without names are refused", function(t)
  t.error(function() sheaf.plugin("extract.dates", { "a" }) end, "a map, not a list")
end)

test("plugin: one that was collected is refused", function(t)
  local plugin = sheaf.plugin "extract.dates"
  debug.getmetatable(plugin).__gc(plugin)
  t.error(function() plugin:process "12 May 1999" end, "closed")
end)

local runs_out_of_memory = [[
return { process = function(doc)
  if doc.text:equals "bomb" then return ("x"):rep(1 << 24) end
end }]]

test("plugin: one that cannot be started again tells why, each time", function(t)
  with_plugin({ memory_mb = 4 }, runs_out_of_memory, function(folder)
    local plugin = sheaf.plugin(folder)
    t.ok(plugin:process("text"))
    t.equal(select(3, plugin:process("bomb")), "limit")
    t.ok(plugin:process("text"))
    t.equal(select(3, plugin:process("bomb")), "limit")
    write_file(folder .. "/main.lua", "error 'this is broken'")
    for _ = 1, 2 do
      local doc, message = plugin:process("text")
      t.equal(doc, nil)
      t.ok(message:find "this is broken", message)
    end
    write_file(folder .. "/main.lua", runs_out_of_memory)
    t.ok(plugin:process("text"))
  end)
end)

local logs = [[
string.format = function() end
string = nil
return { process = function(_, ctx) ctx.log("%s", "a line") end }]]

test("plugin: one that spoils its libraries can still log", function(t)
  with_plugin({}, logs, function(folder) t.ok(sheaf.plugin(folder):process("text")) end)
end)
