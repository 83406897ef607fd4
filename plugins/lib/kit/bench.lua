--- `sheaf plugin bench FOLDER [BUNDLE]`: what a plugin costs a document.

local golden = require "sheaf.kit.golden"

local SECONDS = 0.5  -- At least so long, so that small bundles give steady numbers.

local function percentile(times, part)
  return times[math.max(1, math.ceil(#times * part))]
end

--- Calls `visit(doc)` with the documents of the bundle, or those in `tests`.
local function each_document(info, path, visit)
  if path then
    for doc in assert(sheaf.open(path)):documents() do visit(doc) end
  else
    for _, document in ipairs(golden.documents(info.folder)) do visit(document.open()) end
  end
end

local function measure(plugin, info, path)
  local m = { documents = 0, bytes = 0, failed = 0, spans = 0, memory = 0, times = {} }
  local began = os.clock()
  repeat
    each_document(info, path, function(doc)
      local before = os.clock()
      local result = plugin:process(doc)
      m.times[#m.times + 1] = os.clock() - before
      m.documents = m.documents + 1
      m.bytes = m.bytes + #doc.text
      if not result then m.failed = m.failed + 1 end
      if info.language == "lua" then m.memory = math.max(m.memory, plugin:memory()) end
    end)
  until m.documents == 0 or os.clock() - began >= SECONDS
  table.sort(m.times)
  return m
end

local function milliseconds(seconds)
  return ("%.3f ms"):format(seconds * 1000)
end

return function(name, path)
  local plugin = sheaf.plugin(name)
  local info = plugin:info()
  local m = measure(plugin, info, path)
  if m.documents == 0 then
    print(path and path .. ": no document in it"
      or "no documents in its folder 'tests': name a bundle")
    return false
  end
  local total = 0
  for _, seconds in ipairs(m.times) do total = total + seconds end
  print(("%s %s: %d documents, %.1f kB each"):format(info.name, info.version, m.documents,
    m.bytes / m.documents / 1000))
  print(("  a document   %s, half of them within %s, 99 of 100 within %s, the slowest %s"):format(
    milliseconds(total / m.documents), milliseconds(percentile(m.times, 0.5)),
    milliseconds(percentile(m.times, 0.99)), milliseconds(m.times[#m.times])))
  print(("  throughput   %.0f documents, %.1f MB a second"):format(m.documents / total,
    m.bytes / total / 1e6))
  if info.language == "lua" then
    print(("  memory       %.1f MB after a document, at most"):format(m.memory / 1e6))
  end
  if m.failed > 0 then print(("  failed       %d of them"):format(m.failed)) end
  return true
end
