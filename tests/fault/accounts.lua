-- The accounts of a complete run: rows, run.json, status and exports say the
-- same, each document has one row, and each member of a bundle is a document.
--
-- usage: SHEAF=PROGRAM sheaf accounts.lua FOLDER

local folder = arg[1]

local function check(fine, what, ...)
  if fine then return end
  io.stderr:write(folder, ": ", what:format(...), "\n")
  os.exit(1)
end

local function same(what, a, b)
  check(a == b, "%s: %s and %s", what, tostring(a), tostring(b))
end

local function read(name)
  local file <close> = assert(io.open(folder .. "/" .. name))
  return file:read "a"
end

local report = sheaf.json.decode(read "run.json")

-- Rows ------------------------------------------------------------------------

-- A document's id begins with the numbers of its bundle and its member.
local function members_of(rows)
  local counts, seen = {}, {}
  for _, row in ipairs(rows) do
    local bundle, member = row.id:match "^(%d+)/(%d+)/"
    local key = bundle .. "/" .. member
    if not seen[key] then
      bundle = math.tointeger(bundle)
      counts[bundle] = (counts[bundle] or 0) + 1
    end
    seen[key] = true
  end
  return counts
end

local function read_rows()
  local rows, ids, place = {}, {}, {0, 0}
  for line in read("ledger.jsonl"):gmatch "([^\n]*)\n" do
    local row = sheaf.json.decode(line)
    check(not ids[row.id], "%s has two rows", row.id)
    ids[row.id] = true
    local bundle, member = row.id:match "^(%d+)/(%d+)/"
    bundle, member = math.tointeger(bundle), math.tointeger(member)
    check(bundle > place[1] or bundle == place[1] and member >= place[2],
      "%s is out of order", row.id)
    place = {bundle, member}
    rows[#rows + 1] = row
  end
  return rows
end

local function sums_of(rows)
  local sums = {documents = #rows, ok = 0, partial = 0, skipped = 0, failed = 0,
    killed = 0, bytes_in = 0, bytes_out = 0}
  for _, row in ipairs(rows) do
    sums[row.status] = sums[row.status] + 1
    sums.bytes_in = sums.bytes_in + row.bytes_in
    sums.bytes_out = sums.bytes_out + row.bytes_out
  end
  return sums
end

local rows = read_rows()
local sums = sums_of(rows)
for key, sum in pairs(sums) do same("run.json: " .. key, report.counts[key], sum) end

-- Status ----------------------------------------------------------------------

local function quote(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function ask_status()
  local command = quote(os.getenv "SHEAF") .. " status --json " .. quote(folder)
  local stream <close> = assert(io.popen(command))
  return sheaf.json.decode(stream:read "a")
end

local status = ask_status()
for key, sum in pairs(sums) do same("status: " .. key, status[key], sum) end
same("status: complete", status.complete, true)

-- Exports ---------------------------------------------------------------------

-- What was made of all documents has another size than what they have exported.
local bytes, finished = 0, #report.unfinished > 0
for _, output in ipairs(report.outputs) do
  local size = #read(output.name)
  same(output.name .. ": bytes", output.bytes, size)
  bytes = bytes + size - output.header
  finished = finished or output.finish
end
if not finished then same("bytes of all exports", sums.bytes_out, bytes) end

local function check_documents()
  local file = io.open(folder .. "/documents.jsonl")
  if not file then return end
  local place = 0
  for line in file:lines() do
    local id = sheaf.json.decode(line).id
    repeat
      place = place + 1
      local row = rows[place]
      check(row, "%s is exported and has no row, or not there", id)
      local due = row.status == "ok" or row.status == "partial"
      same("exported: " .. row.id, row.id == id, due)
    until row.id == id
  end
  file:close()
  for i = place + 1, #rows do
    local left = rows[i].status
    check(left ~= "ok" and left ~= "partial", "%s is not exported", rows[i].id)
  end
end

check_documents()

-- Timings ---------------------------------------------------------------------

for _, timing in ipairs(report.timings) do
  local calls = 0
  for i = 2, #timing.histogram_us, 2 do
    calls = calls + timing.histogram_us[i]
  end
  same(timing.plugin .. ": calls", timing.calls, calls)
  check(timing.p50_ms <= timing.p99_ms and timing.p99_ms <= timing.max_ms,
    "%s: %.3f, %.3f, %.3f ms", timing.plugin, timing.p50_ms, timing.p99_ms,
    timing.max_ms)
end

local timed = false
for _, timing in ipairs(report.timings) do timed = timed or timing.finish_ms ~= nil end
for _, output in ipairs(report.outputs) do
  check(not output.finish or timed, "%s: no time of its finish", output.name)
end

-- Bundles ---------------------------------------------------------------------

local kinds = {folder = true, record = true}

-- The members that are documents; nil where not all can be listed.
local function count_members(path)
  local bundle = sheaf.open(path)
  if not bundle then return nil end
  local count = 0
  local fine = pcall(function()
    for member in bundle:members() do
      if not kinds[member.type] then count = count + 1 end
    end
  end)
  bundle:close()
  return fine and count or nil
end

local function is_whole_run()
  local choice = report.choice
  return report.shards == 0 and report.counts.bundles_failed == 0 and
    #choice.filters == 0 and choice.limit == 0 and choice.sample == 0
end

if is_whole_run() then
  local counts = members_of(rows)
  for i, bundle in ipairs(report.bundles) do
    -- A stream cannot be listed again.
    local listed = type(bundle.modified) == "string"
    local found = listed and count_members(bundle.path)
    if found then same(bundle.path .. ": documents", counts[i] or 0, found) end
  end
end
