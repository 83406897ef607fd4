--- Bundles and their documents as scripts see them.
local test = require "sheaf.test"

local path = os.getenv "FIXTURES" .. "/resolutions.zip"

test("bundle: members come in order", function(t)
  local bundle = assert(sheaf.open(path))
  t.equal(bundle:format(), "zip")
  local names = {}
  for member in bundle:members() do
    names[member.ordinal] = member.name
    t.equal(member.type, "file")
    t.ok(member.packed_size < member.size)
  end
  t.equal(#names, 12)
  t.equal(names[1], "A_RES_58_208.txt")
  t.equal(names[12], "S_RES_0827_1993.txt")
end)

test("bundle: documents have text and say where they are from", function(t)
  local bundle = assert(sheaf.open(path))
  local count, bytes = 0, 0
  for doc in bundle:documents() do
    count, bytes = count + 1, bytes + #doc.text
    t.equal(doc.bundle, path)
    t.equal(doc.id, ("1/%d/%s"):format(count, doc.member))
  end
  t.equal(count, 12)
  t.equal(bytes, 56463)
end)

test("bundle: a document can be had by its ordinal", function(t)
  local bundle = assert(sheaf.open(path))
  local doc = bundle:document(4)
  t.equal(doc.member, "S_RES_0116_1956.txt")
  t.equal(doc.language, "en")
  t.ok(doc.text:starts_with "116 (1956)")
end)

test("bundle: a document outlives the loop that made it", function(t)
  local kept
  do
    local bundle = assert(sheaf.open(path))
    for doc in bundle:documents() do kept = kept or doc end
  end
  collectgarbage()
  t.equal(kept.member, "A_RES_58_208.txt")
  t.equal(#kept.text, 12878)
end)

test("bundle: what is not there is nil, a message and a code", function(t)
  local bundle, message, code = sheaf.open "/nowhere.zip"
  t.equal(bundle, nil)
  t.ok(message:find("/nowhere.zip", 1, true))
  t.equal(code, "cannot-open")
  local doc, _, reason = assert(sheaf.open(path)):document(13)
  t.equal(doc, nil)
  t.equal(reason, "no-member")
end)

test("bundle: a closed one is refused", function(t)
  local bundle = assert(sheaf.open(path))
  bundle:close()
  t.error(function() bundle:members() end, "closed")
end)
