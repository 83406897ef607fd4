--- A small library for tests in Lua: `local test = require "sheaf.test"`.
---
---     test("dates: reads a day", function(t)
---       t.equal(value, "2003-12-16")
---     end)
---
--- Prints a line a test (TAP). `sheaf tests/lua/run.lua FILE` runs a script of
--- tests and exits with 1 when one failed.

local count, failures = 0, 0

-- Comparing -------------------------------------------------------------------

local function sorted_keys(value)
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if math.type(a) and math.type(b) then return a < b end
    return tostring(a) < tostring(b)
  end)
  return keys
end

--- Writes a value on one line, so that equal values look the same.
local function render(value)
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts, list = {}, #value
  for _, key in ipairs(sorted_keys(value)) do
    local is_item = math.type(key) == "integer" and key >= 1 and key <= list
    local name = is_item and "" or tostring(key) .. " = "
    parts[#parts + 1] = name .. render(value[key])
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function name_of(key)
  return type(key) == "string" and "." .. key or ("[%s]"):format(tostring(key))
end

--- Describes the first place where two values differ; nil where none does.
local function difference(got, wanted, place)
  if type(got) ~= "table" or type(wanted) ~= "table" then
    if got == wanted then return nil end
    return ("%s\n  got    %s\n  wanted %s"):format(place, render(got), render(wanted))
  end
  local all = {}
  for key in pairs(got) do all[key] = true end
  for key in pairs(wanted) do all[key] = true end
  for _, key in ipairs(sorted_keys(all)) do
    local found = difference(got[key], wanted[key], place .. name_of(key))
    if found then return found end
  end
end

-- What a test has ---------------------------------------------------------------

local t = {}

--- Fails unless both are the same, tables in depth.
function t.equal(got, wanted)
  local found = difference(got, wanted, "value")
  if found then error(found, 2) end
end

--- Fails unless `value` is true.
function t.ok(value, message)
  if not value then error(message or "not true", 2) end
end

--- Fails unless `run` raises an error that has `pattern` in it.
function t.error(run, pattern)
  local fine, message = pcall(run)
  if fine then error("no error was raised", 2) end
  if pattern and not tostring(message):find(pattern) then
    error(("the error is %q, without %q"):format(tostring(message), pattern), 2)
  end
end

-- Running -----------------------------------------------------------------------

--- Without the runner's own calls, and those of this library. Errors that are no
--- strings speak for themselves.
local function traceback(message)
  if type(message) ~= "string" then return message end
  local calls = debug.traceback(message, 2):gsub("\n\t%[C%]: in function 'xpcall'.*", "")
  return (calls:gsub("\n\t%[C%]: in function 'error'", "")
    :gsub("\n\tsheaf/test.lua:[^\n]*", ""))
end

local function report(passed, name, message)
  print(("%s %d - %s"):format(passed and "ok" or "not ok", count, name))
  if not passed then
    failures = failures + 1
    print("  " .. tostring(message):gsub("\n", "\n  "))
  end
end

local test = {
  --- The folder of the script of tests, as sheaf.plugin() takes it.
  folder = (arg[0]:match "^(.*)/[^/]*$" or ".") .. "/",
}

--- How many tests there were, and how many failed.
function test.count()
  return count, failures
end

--- Says how many tests failed, and fails itself when any did. The runner
--- calls it when the script has ended.
function test.finish()
  print(("1..%d"):format(count))
  if count == 0 then error("the script has no test", 0) end
  if failures > 0 then
    error(("%d of %d tests failed"):format(failures, count), 0)
  end
end

--- Runs a test and keeps its failure for the end.
return setmetatable(test, {
  __call = function(_, name, body)
    count = count + 1
    local passed, message = xpcall(body, traceback, t)
    report(passed, name, message)
  end,
})
