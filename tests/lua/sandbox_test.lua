--- Plugins have functions of our own in place of some of Lua's. They give what Lua's give: each
--- expression here is evaluated by a plugin in its sandbox and by Lua itself.
local test = require "sheaf.test"

local folder = os.getenv "FIXTURES" .. "/plugins/evaluate"
local evaluate = dofile(folder .. "/evaluate.lua")
local plugin = sheaf.plugin(folder)

--- Versions of Lua 5.4 differ in these words.
local function normalize(result)
  result = result:gsub("thread expected", "coroutine expected")
  return (result:gsub("#%d to 'remove'", "to 'remove'"))
end

local function check(t, cases)
  local results = assert(plugin:process(table.concat(cases, "\n\n"))).metadata.results
  t.equal(#results, #cases)
  for i, case in ipairs(cases) do
    local got, wanted = normalize(results[i]), normalize(evaluate(case))
    if got ~= wanted then
      error(("%s\n  in the sandbox %s\n  by Lua         %s"):format(case, got, wanted), 2)
    end
  end
end

--- The paragraphs of a text.
local function list(text)
  local cases = {}
  for case in (text .. "\n\n"):gmatch "%s*(.-)\n%s*\n" do cases[#cases + 1] = case end
  return cases
end

--- Puts each of `values` in the place of `$`.
local function each(templates, values)
  local cases = {}
  for _, template in ipairs(templates) do
    for _, value in ipairs(values) do
      cases[#cases + 1] = (template:gsub("%$", { ["$"] = value }))
    end
  end
  return cases
end

local function quote(text)
  local quoted = text:gsub("[%c\"\\\x80-\xff]", function(byte)
    return ("\\%03d"):format(byte:byte())
  end)
  return '"' .. quoted .. '"'
end

-- Strings ---------------------------------------------------------------------

local subjects = {
  "", "a", "abc", "aaa", "hello world", "  x  y ", "a.b-c", "key = value", "\0a\0", "x^y$z",
  "(a(b)c)", "THE (quick) fox", "äö", "12 34-56", "%d", "a\nb\n", "[x]", "\xff\xfe",
}

local patterns = {
  "", "a", ".", "^", "$", "^$", "^a", "a$", "^a*", "a*", "a+", "a-", "a?", ".-", ".*", "(.)", "()",
  "(a*)", "(a)(b)", "(()a())", "%a+", "%s*", "(%w+)%s*=%s*(%w+)", "%f[%w]%w+", "%f[%W]", "%f[%z]",
  "%b()", "%bxx", "[%a_][%w_]*", "[^%s]+", "[a-c]", "[]]", "[^]]", "[a-]", "[%a-z]", "[-a]",
  "(.)%1", "%", "[a", "[%", "[]", "[^", "%f", "%b", "%bx", "%1", "(%1)", "()%1", "%0", "x^", "a^b",
  "^^", "$$", "%$", "a**", "*a", "+", "^*", "^-", "-", "[%z]", "\0", ".\0", "[^\0]", "%x%x", "%p",
  "%g+", "%C", "%u%l*", "[%D]", "[%w%s]+", "(%s*)(%S*)", "a-$", ".-b", "^(.-)%s*$", "%(", "[(]",
  "((a))", "\xff", "[\x80-\xff]", "[%]]", "[a-%]", "[%a-%d]", "[a-c-e]", "[]-a]", "[^^]", "%d-%d",
}

local calls = list [[
string.find($)

string.find($, 2)

string.find($, -2)

string.find($, 1, true)

string.match($)

string.match($, 3)

string.gsub($, "<%0>")

string.gsub($, "%1", 1)

string.gsub($, "%2")

string.gsub($, { a = "X", b = false, c = 1, [""] = "E", [1] = "one", [2] = "two" })

string.gsub($, function(...) return table.concat({ ... }, ";") .. select("#", ...) end)

string.gsub($, function() end)

(function() local r = {} for x, y in string.gmatch($) do r[#r + 1] = { x, y } end return r end)()

(function() local r = {} for x in string.gmatch($, 2) do r[#r + 1] = x end return r end)()
]]


test("sandbox: patterns match as Lua's do", function(t)
  local arguments = {}
  for _, subject in ipairs(subjects) do
    for _, pattern in ipairs(patterns) do
      arguments[#arguments + 1] = quote(subject) .. ", " .. quote(pattern)
    end
  end
  check(t, each(calls, arguments))
end)

local numbers = {
  "0", "-1", "-3", "-10", "2", "4", "5", "100", "math.mininteger", "math.maxinteger", "2.0", "2.5",
  "'2'", "'x'", "nil", "{}",
}

test("sandbox: places in strings count as Lua's do", function(t)
  check(t, each(list [[
string.find("abc", "", $)

string.find("abc", "b", $)

string.find("abc", "", $, true)

string.match("abc", ".", $)

string.gmatch("abc", ".", $)()

string.gsub("abc", ".", "x", $)
]], numbers))
end)

test("sandbox: strings are made as Lua makes them", function(t)
  check(t, list [[
string.rep()

string.rep("x")

string.rep("ab", 3), string.rep("ab", 3, ","), string.rep("ab", 1, ","), string.rep("ab", 0, ",")

string.rep("x", -1), string.rep("x", math.mininteger), ("x"):rep(2.0)

#("ab"):rep(1000003, "c"), (("ab"):rep(1000003, "c")):sub(2999900)

string.rep("abc", math.maxinteger)

string.rep("x", 2.5)

(12):rep(3)

string.find("a", {})

string.find({}, "a")

string.gsub("a", "b")

string.gsub("a", "b", nil)

string.gsub("a", "a", true)

string.gsub("a", "a", "%")

string.gsub("a", "a", "%x")

string.gsub("a", "a", "%%"), string.gsub("a", "a", 5), string.gsub("a", "a", 5.5)

string.gsub("a", "a", { a = {} })

string.gsub("a", "a", function() return {} end)

string.gsub("a", "a", function() return true end)

string.gsub("x", "x", error)

string.gsub("abc", "b", "%9")

string.gsub(12321, 2, "x")

string.gsub("ab", "%w", setmetatable({}, { __index = function(_, key) return key .. key end }))

string.gsub("abc", "(b)()", "%2"), string.gsub("hello", "", "-"), string.gsub("aaa", "^a", "x")

string.gmatch("abc")

string.gmatch("abc", "^a")(), string.gmatch("a^a", "^a")()

(function() local g = string.gmatch("abc", "b") return g(), g(), g() end)()

string.find("a.b", ".", 1, false), string.find("a.b", ".", 1, 1), string.find("", "", 1)

string.find("abc", ("("):rep(33))

string.find(("a"):rep(100) .. "b", ("(a)"):rep(31))

string.match(("x"):rep(50), ".-.-.-b"), string.match(("("):rep(300) .. (")"):rep(300), "%b()")
]])
end)

-- Tables ------------------------------------------------------------------------

test("sandbox: places in tables count as Lua's do", function(t)
  check(t, each(list [[
(function() local t = { 1, 2, 3 } table.insert(t, $, "x") return t end)()

(function() local t = { 1, 2, 3 } local r = table.pack(table.remove(t, $)) return t, r end)()

(function() local t = {} local r = table.pack(table.remove(t, $)) return t, r end)()

(function() local t = { [0] = "z" } local r = table.pack(table.remove(t, $)) return t, r end)()

table.move({ 1, 2, 3 }, 1, 3, $)
]], numbers))
  local ends = { "0", "-1", "2", "3", "4", "'3'", "{}", "nil" }
  check(t, each({ "table.concat({ 1, 2, 3 }, ',', 2, $)" }, ends))
end)

test("sandbox: elements move as in Lua", function(t)
  check(t, list [[
table.insert()

table.insert(nil, 1)

table.insert("x", 1)

table.insert({})

table.insert({}, nil)

table.insert({}, 1, 2, 3)

table.insert(setmetatable({}, { __len = function() return math.maxinteger end }), 1)

table.insert(setmetatable({}, { __len = function() return math.maxinteger end }), 1, 2)

(function() local t = setmetatable({}, { __len = function() return -5 end })
table.insert(t, "x") return t end)()

table.insert(setmetatable({}, { __len = function() return -5 end }), 1, "x")

table.insert(setmetatable({}, { __len = function() return "x" end }), 1)

table.remove()

table.remove(setmetatable({}, { __len = function() return -5 end }), -9)

(function() local log = {}
local t = setmetatable({}, {
  __len = function() return 3 end,
  __index = function(_, key) log[#log + 1] = key return key end,
  __newindex = function(_, key, value) log[#log + 1] = { key, value } end })
table.insert(t, 1, "x") table.insert(t, "e") table.remove(t, 1) table.move(t, 1, 2, 5)
return log end)()

table.move()

table.move({ 1, 2, 3 }, 1, 3)

table.move({ 1, 2, 3 }, 1, 3, 2), table.move({ 1, 2, 3 }, 2, 3, 1), table.move({ 1 }, 1, 0, 3)

table.move({ 1, 2, 3 }, 1, 3, 1, {}), table.move({ 1, 2 }, "1", 2.0, 1)

(function() local t = { 1, 2, 3 } return table.move(t, 1, 3, 2, t) end)()

(function() local t = { 1, 2, 3 } return table.move(t, 1, 3, 3, t) end)()

(function() local same = { __eq = function() return true end }
local a, b = setmetatable({ 1, 2, 3 }, same), setmetatable({}, same)
return table.move(a, 1, 3, 2, b) end)()

table.move({}, 0, math.maxinteger, 2)

table.move({}, 1, math.maxinteger, 2)

table.move({}, math.mininteger, math.maxinteger, 1)

table.move({}, 1, 2, 1, 5)

table.move(1, 1, 2, 1)
]])
end)

test("sandbox: tables are put together as in Lua", function(t)
  check(t, list [[
table.concat()

table.concat("abc")

table.concat({}), table.concat({ 1, 2.5, "x" }, "-"), table.concat({ 1, 2, 3 }, ",", 2, 3)

table.concat({ 1, {}, 3 })

table.concat({ 1, 2, nil, 4 })

table.concat({ true })

table.concat({ 1, 2 }, {})

table.concat({ [math.maxinteger] = "e" }, ",", math.maxinteger, math.maxinteger)

table.concat({}, ",", math.maxinteger, math.maxinteger - 1)

table.concat({}, ",", 1, 1)

table.concat(setmetatable({}, { __index = function(_, i) return i end,
__len = function() return 5 end }), " ")
]])
end)

test("sandbox: tables are sorted as in Lua", function(t)
  check(t, list [[
table.sort()

table.sort({ 3, 1, 2 }, 1)

table.sort({}), table.sort({ 1 }, 5)

table.sort({ {}, {} })

table.sort(setmetatable({}, { __len = function() return math.maxinteger end }))

(function() local t = { "b", "a", "c", "A" } table.sort(t) return t end)()

(function() local t = { 5, 3, 9, 1, 7, 2, 8, 6, 4, 0 } table.sort(t, nil) return t end)()

(function() local t = { 3, 1, 2 } table.sort(t, function(a, b) return a > b end) return t end)()

(function() local t = {} for i = 1, 300 do t[i] = i * 7919 % 301 end table.sort(t) return t end)()
]])
end)

-- Calls -------------------------------------------------------------------------

test("sandbox: protected calls end as in Lua", function(t)
  check(t, list [[
pcall()

pcall(nil), pcall(error), pcall(error, "x"), pcall(error, { 1 }), pcall(pcall, error, 1)

pcall(function(...) return ... end, 1, nil, 3)

pcall(function() local function f() return 1 + f() end return f() end)

xpcall()

xpcall(print)

xpcall(error, 1)

xpcall(nil, function(m) return m end), xpcall(5, function(m) return { m } end)

xpcall(error, function(m) return m, 2 end, "x"), xpcall(error, function() end, "x")

xpcall(error, function(...) return select("#", ...) end, "a", 0)

xpcall(function(...) return ... end, error, 1, 2, nil)

xpcall(error, function() error("again") end, "x")

xpcall(error, error, "x")

xpcall(function() local x = nil; x() end, function(m) return "H " .. m end)

xpcall(function()
  return xpcall(error, function(m) return m .. "!" end, "in") end, function(m) return m .. "?" end)

xpcall(function() error(setmetatable({}, { __tostring = function() return "T" end })) end, tostring)
]])
end)

test("sandbox: protected calls can be left and entered again as in Lua", function(t)
  check(t, list [[
(function() local f = coroutine.wrap(function() return pcall(function()
  local a = coroutine.yield(1) error("x" .. a, 0) end) end)
return f(), { f("y") } end)()

(function() local f = coroutine.wrap(function() return pcall(coroutine.yield, 1, 2) end)
return { f() }, { f("y", nil) } end)()

(function() local f = coroutine.wrap(function() return xpcall(function(...)
  local a = coroutine.yield(...) error(a) end, function(m) return { m } end, 1, 2) end)
return { f() }, { f("y") } end)()

(function() local f = coroutine.wrap(function() return xpcall(coroutine.yield, print, 1, 2) end)
return { f() }, { f("y", nil, 3) } end)()

pcall(coroutine.wrap(function() return xpcall(error, coroutine.yield, 1) end))

pcall(coroutine.wrap(function() table.sort({ 1, 2, 3 }, coroutine.yield) end))

pcall(coroutine.wrap(function() string.gsub("a", "a", coroutine.yield) end))
]])
end)

test("sandbox: what is loaded, and metatables, are as in Lua", function(t)
  check(t, list [[
load("return 1")(), load("return ...", "n")(5), load("return x", "n", "t", { x = 5 })()

load("return 1", nil, nil, {})(), pcall(load("local a = 1 return a", "x", "bt", {}))

load("x =")

load("x =", "=n")

load("x =", "@n")

load("line1\nline2 =")

load(5)

load("return 1", {})

pcall(load("error('m')"))

setmetatable({})

setmetatable({}, 1)

setmetatable(1, {})

setmetatable(setmetatable({}, { __metatable = false }), {})

getmetatable()

getmetatable(setmetatable({}, { __metatable = 5 })), getmetatable({}), getmetatable(nil)

getmetatable(setmetatable({}, { __metatable = false })), getmetatable(setmetatable({}, { 1 }))
]])
end)

-- Coroutines --------------------------------------------------------------------

test("sandbox: coroutines run as in Lua", function(t)
  check(t, list [[
coroutine.create(5)

coroutine.resume()

coroutine.status(5)

coroutine.wrap()

coroutine.isyieldable(5)

coroutine.yield(1)

coroutine.isyieldable(), coroutine.isyieldable(coroutine.create(print))

select(2, coroutine.running())

coroutine.wrap(function() return coroutine.isyieldable(), select(2, coroutine.running()) end)()

(function() local co = coroutine.create(function(a, b)
  local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d, e end)
return { coroutine.resume(co, 1, 2) }, { coroutine.resume(co, 10) }, coroutine.status(co),
  { coroutine.resume(co, "x", "y") }, coroutine.status(co), { coroutine.resume(co) } end)()

(function() local r = {}
for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do r[i] = i end
return r end)()

coroutine.wrap(function(...) return select("#", ...), ... end)(nil, nil)

select("#", coroutine.resume(coroutine.create(function() return table.unpack({}, 1, 5000) end)))

coroutine.resume(coroutine.running())

(function() local f f = coroutine.wrap(function() return f() end) return pcall(f) end)()

(function() local co co = coroutine.create(function() return coroutine.resume(co) end)
return coroutine.resume(co) end)()

coroutine.wrap(function() local t = setmetatable({}, { __index = coroutine.yield })
  return t.x end)() ~= nil
]])
end)

test("sandbox: coroutines fail and are closed as in Lua", function(t)
  check(t, each(list [[
(function() local co = coroutine.create(function() $ end)
return { coroutine.resume(co) }, coroutine.status(co), { coroutine.close(co) },
  coroutine.status(co), { coroutine.close(co) }, { coroutine.resume(co) } end)()

(function() local f = coroutine.wrap(function() $ end) return { pcall(f) }, { pcall(f) } end)()

pcall(coroutine.close, coroutine.create(function() $ end))

(function() local log = {}
local function closing(what) return setmetatable({}, { __close = function(_, message)
  log[#log + 1] = type(message) return what and what(message) end }) end
local function run(what) return coroutine.wrap(function()
  local x <close> = closing(what) $ end) end
return { pcall(run()) }, { pcall(run(function(m) error("second " .. type(m), 0) end)) },
  { pcall(run(function() error({ 7 }) end)) }, log end)()

(function()
local function run(what) return coroutine.create(function()
  local x <close> = setmetatable({}, { __close = what }) $ end) end
local fails, yields = run(function() error("second", 0) end), run(coroutine.yield)
return { coroutine.resume(fails) }, { coroutine.close(fails) }, coroutine.status(fails),
  { coroutine.resume(yields) }, { coroutine.close(yields) }, coroutine.status(yields) end)()
]], { "return 1", "error('first')", "error('first', 0)", "error({ 1 })", "error()", "error(5)",
    "coroutine.yield(1)", "coroutine.yield() error('late')" }))
  check(t, list [[
coroutine.close(coroutine.running())

(function() local co co = coroutine.create(function() return coroutine.close(co) end)
return coroutine.resume(co) end)()

(function() local co co = coroutine.create(function() return coroutine.wrap(function()
  return coroutine.status(co), pcall(coroutine.close, co) end)() end)
return coroutine.resume(co) end)()
]])
end)
