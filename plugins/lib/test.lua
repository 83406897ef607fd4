--- A small library for tests in Lua: `local test = require "sheaf.test"`.
---
---     test("dates: reads a day", function(t)
---       t.equal(value, "2003-12-16")
---     end)
---
--- Prints a line a test (TAP). `sheaf tests/lua/run.lua FILE` runs a script of
--- tests and exits with 1 when one failed.

local count, failures = 0, 0

--- Renders a value so that equal values look the same.
local function render(value, indent)
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local keys, lines = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    lines[#lines + 1] = ("%s  %s = %s"):format(
      indent, tostring(key), render(value[key], indent .. "  "))
  end
  if #lines == 0 then return "{}" end
  return "{\n" .. table.concat(lines, ",\n") .. "\n" .. indent .. "}"
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local t = {}

--- Fails unless both are the same, tables in depth.
function t.equal(got, wanted)
  if same(got, wanted) then return end
  error(("got    %s\nwanted %s"):format(render(got, ""), render(wanted, "")), 2)
end

--- Fails unless `value` is true.
function t.ok(value, message)
  if not value then error(message or "not true", 2) end
end

--- Fails unless `run` raises an error that has `pattern` in it.
function t.error(run, pattern)
  local fine, message = pcall(run)
  if fine then error("no error was raised", 2) end
  if not tostring(message):find(pattern) then
    error(("the error is %q, without %q"):format(tostring(message), pattern), 2)
  end
end

local function report(passed, name, message)
  print(("%s %d - %s"):format(passed and "ok" or "not ok", count, name))
  if not passed then
    failures = failures + 1
    print("  " .. tostring(message):gsub("\n", "\n  "))
  end
end

local test = {}

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
    local passed, message = xpcall(body, debug.traceback, t)
    report(passed, name, message)
  end,
})
