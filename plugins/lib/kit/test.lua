--- `sheaf plugin test FOLDER [--update]`: the plugin's own tests, its golden
--- documents, and injected faults. True when all is well.

local golden = require "sheaf.kit.golden"
local faults = require "sheaf.kit.faults"
local files = require "sheaf.kit.files"
local outputs = require "sheaf.kit.outputs"
local test

--- A failure that explains itself: without a traceback.
local function fail(text)
  error(setmetatable({}, { __tostring = function() return text end }))
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- Runs main_test.lua, which may end with test.finish().
local function run_script(path)
  local fine, why = pcall(dofile, path)
  if not fine and select(2, test.count()) == 0 then
    test("main_test.lua", function() fail(tostring(why)) end)
  end
end

local function write_expected(document)
  files.write(document.path, golden.write(document.outcome))
  print("# written: " .. document.path)
end

local function compare(document)
  test(document.name, function()
    if not document.expected then
      fail "nothing is expected of it yet: --update writes down what comes out, for you to read"
    end
    local differences = golden.differences(document.expected, document.outcome)
    if #differences > 0 then fail(table.concat(differences, "\n")) end
  end)
end

local function update(document)
  local expected = document.expected
  if not expected or #golden.differences(expected, document.outcome) > 0 then
    write_expected(document)
  end
end

local function try_fault(kind, open, things)
  test(kind.name, function()
    for _, one in ipairs(things) do
      local places, why = kind.try(open, one)
      if not places then fail(one.name .. ": " .. why) end
    end
  end)
end

local function try_faults(open, documents, all, language)
  local things = table.move(documents, 1, #documents, 1, {})
  things[#things + 1] = all
  for _, kind in ipairs(faults.kinds) do
    if not kind.language or kind.language == language then try_fault(kind, open, things) end
  end
  test("documents come in another order", function()
    local fine, why = faults.shuffle(open, documents)
    if not fine then fail(why) end
  end)
  if not all then return end
  test("the outputs depend on what documents amount to alone", function()
    local fine, why = faults.leak(open, documents, all)
    if not fine then fail(why) end
  end)
end

return function(folder, mode)
  local function open() return sheaf.plugin(folder) end
  local function judge(one)
    one.outcome = one.run(open());
    (mode == "update" and update or compare)(one)
  end
  local info = sheaf.plugin_info(folder)
  -- One that cannot be opened, since it was not built, has no test to fail.
  local fine, why = pcall(sheaf.plugin, folder)
  if not fine then
    print(why)
    return false
  end
  local script = info.folder .. "/main_test.lua"
  arg = { [0] = script }
  test = require "sheaf.test"
  if exists(script) then run_script(script) end
  local documents, parts = golden.documents(info.folder), {}
  for _, document in ipairs(documents) do
    judge(document)
    parts[#parts + 1] = document.outcome.part
  end
  local all = #documents > 0 and outputs.of(info, parts) or nil
  if all then judge(all) end
  if #documents > 0 then try_faults(open, documents, all, info.language) end
  local count, failed = test.count()
  if count == 0 then
    print "it has no tests: make a folder 'tests' in it, with a document"
    return false
  end
  print(("%s %s: %d tests, %s"):format(info.name, info.version, count,
    failed == 0 and "all well" or failed .. " failed"))
  return failed == 0
end
