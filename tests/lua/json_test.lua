--- JSON as Lua sees it.
local test = require "sheaf.test"

local encode, decode = sheaf.json.encode, sheaf.json.decode

test("json: keys are written sorted", function(t)
  t.equal(encode { b = 1, a = { z = true, y = "x" } }, '{"a":{"y":"x","z":true},"b":1}')
end)

test("json: an empty table is a map unless it is marked as a list", function(t)
  t.equal(encode {}, "{}")
  t.equal(encode(sheaf.list {}), "[]")
end)

test("json: empty lists and maps stay what they were", function(t)
  t.equal(encode(decode '{"a":[],"b":{}}'), '{"a":[],"b":{}}')
end)

test("json: integers and floats stay what they were", function(t)
  t.equal(encode(decode "[1,1.0,9223372036854775807]"), "[1,1.0,9223372036854775807]")
  t.equal(math.type(decode "1"), "integer")
  t.equal(math.type(decode "1.0"), "float")
end)

test("json: null is a value of its own", function(t)
  t.equal(decode '{"a":null}'.a, sheaf.null)
  t.equal(encode { 1, sheaf.null, 3 }, "[1,null,3]")
end)

test("json: strings are bytes with escapes", function(t)
  t.equal(encode 'a\n"é"\0', '"a\\n\\"é\\"\\u0000"')
  t.equal(decode '"\\u00e9\\ud834\\udd1e"', "é𝄞")
end)

test("json: what is no JSON says where", function(t)
  t.error(function() decode "[1,\n" end, "line 2, column 1: the text ends too early")
  t.error(function() decode "[1] x" end, "line 1, column 5")
end)

test("json: what JSON cannot say is refused", function(t)
  t.error(function() encode(print) end, "function")
  t.error(function() encode { [{}] = 1 } end, "")
  t.error(function() encode { "one", ["1"] = "another" } end, "as a number and as a string")
  local circle = {}
  circle[1] = circle
  t.error(function() encode(circle) end, "deep")
end)
