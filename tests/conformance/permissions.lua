-- Tries from each language what a permission is needed for, without and with it.
--
-- usage: SHEAF=PROGRAM sheaf tests/conformance/permissions.lua [--check|--update]
--
-- The same plugin, written in each language, reads /etc/passwd, writes a file
-- outside of the run's folder, connects to a listener on this machine, and starts
-- a shell. It runs four times, each time with all permissions but one: what that
-- is for is to be refused, and the rest to be done. Prints a table; with --check it
-- must also be the one in plugins/LANGUAGES.md, --update writes it there.

local files = require "sheaf.kit.files"

package.path = "tests/conformance/?.lua;" .. package.path
local languages = require "languages"
local shell = require "shell"
local tables = require "tables"

local program = assert(os.getenv "SHEAF", "SHEAF is the program to test, its whole path")
local work = shell.folder()

--- What is tried, and what comes of it where it is allowed.
local ATTEMPTS = {
  { permission = "read", what = "read /etc/passwd", allow = "read=/etc/passwd", got = "root" },
  { permission = "write", what = "write a file", allow = "write=" .. work .. "place",
    got = "written" },
  { permission = "net", what = "connect to a listener", allow = "net", got = "welcome" },
  { permission = "spawn", what = "start a shell", allow = "spawn", got = "from a shell" },
}

--- How it is refused: by Sheaf's functions, or by the system.
local REFUSALS = { "permission '%l+' was not granted", "[Pp]ermission denied",
  "[Oo]peration not permitted", " EPERM" }

local MANIFEST = [[
{ "name": "reach", "version": "1.0.0", "api": 1, "stage": "extract", "language": "%s",
  %s "main": "%s", "summary": "Tries what documents are called after.",
  "options": {
    "language": { "type": "string", "default": "%s", "doc": "What it is written in." },
    "place": { "type": "string", "default": "%splace", "doc": "A folder to write to." },
    "port": { "type": "int", "default": %d, "doc": "Of the listener." } },
  "permissions": { "read": true, "write": true, "net": true, "spawn": ["sh", "bash", "head"] },
  "limits": { "wall_ms": 20000 } }
]]

--- Greets whoever connects, and writes down how they called themselves; until its
--- standard input ends.
local LISTENER = [[
import select, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
    connection = listener.accept()[0]
    print(connection.makefile().readline().strip(), flush=True)
    connection.sendall(b"welcome\n")
    connection.close()
]]

-- The listener ------------------------------------------------------------

--- Gives what keeps it there, and its port.
local function start_listener()
  files.write(work .. "listener.py", LISTENER)
  local life = assert(io.popen(("cd %s && exec python3 listener.py >heard"):format(
    shell.quote(work)), "w"))
  for _ = 1, 1000 do
    local port = (files.read(work .. "heard") or ""):match "^(%d+)\n"
    if port then return life, port end
    shell.run "sleep 0.01"
  end
  error "the listener does not listen"
end

--- How often that language has connected.
local function connections(name)
  local count = 0
  for line in files.read(work .. "heard"):gmatch "[^\n]+" do
    if line == name then count = count + 1 end
  end
  return count
end

-- A language --------------------------------------------------------------

local function make_plugin(each, port)
  local folder = work .. each.name
  languages.build(each, "tests/conformance/reach", folder)
  files.write(folder .. "/plugin.json", MANIFEST:format(each.language,
    each.command and ('"command": ["%s"],'):format(each.command) or "", each.main, each.name,
    work, port))
end

local function run(each, without)
  local command = { ("cd %s && rm -rf out && %s run --progress none -j 1"):format(
    shell.quote(work), shell.quote(program)) }
  for _, attempt in ipairs(ATTEMPTS) do
    if attempt ~= without then command[#command + 1] = "--allow " .. attempt.allow end
  end
  command[#command + 1] = ("-p ./%s -p export.jsonl tried -o out 2>>log"):format(each.name)
  shell.run(table.concat(command, " "))
end

local function each_line(name, visit)
  for line in files.read(work .. "out/" .. name):gmatch "[^\n]+" do
    visit(sheaf.json.decode(line))
  end
end

--- Runs with all permissions but that of `without`. Gives the rows by what was
--- tried, with what was got, and what was left behind.
local function try_without(each, without)
  local rows, written, heard = {}, work .. "place/" .. each.name, connections(each.name)
  os.remove(written)
  run(each, without)
  each_line("ledger.jsonl", function(row) rows[row.member:match "^%a+"] = row end)
  each_line("documents.jsonl", function(doc)
    rows[doc.member:match "^%a+"].got = doc.metadata.got
  end)
  rows.write.left = files.read(written) ~= nil
  rows.net.left = connections(each.name) > heard
  return rows
end

local function is_refused(row)
  if row.status ~= "failed" or row.left then return false end
  for _, pattern in ipairs(REFUSALS) do
    if row.reason:find(pattern) then return true end
  end
  return false
end

local function is_done(row, attempt)
  return row.got == attempt.got and row.left ~= false
end

local failures, columns, order = {}, {}, {}
for _, attempt in ipairs(ATTEMPTS) do
  order[#order + 1] = attempt.what .. ": refused"
  order[#order + 1] = attempt.what .. ": allowed"
end

local function note(each, marks, name, fine, row)
  if marks[name] ~= "**no**" then marks[name] = fine and "yes" or "**no**" end
  if fine then return end
  failures[#failures + 1] = ("%s: %s: %s"):format(each.name, name, sheaf.json.encode(row))
end

--- In Lua the program that connects has to be started.
local function depends_on(each, attempt, other)
  return each.language == "lua" and attempt.permission == "net" and other.permission == "spawn"
end

local function try_language(each, port)
  local marks = {}
  make_plugin(each, port)
  for _, without in ipairs(ATTEMPTS) do
    local rows = try_without(each, without)
    for _, attempt in ipairs(ATTEMPTS) do
      local row = rows[attempt.permission]
      if attempt == without then
        note(each, marks, attempt.what .. ": refused", is_refused(row), row)
      elseif not depends_on(each, attempt, without) then
        note(each, marks, attempt.what .. ": allowed", is_done(row, attempt), row)
      end
    end
  end
  columns[#columns + 1] = { name = each.name, marks = marks }
end

-- All of them -------------------------------------------------------------

local function make_documents()
  shell.run(("mkdir %stried %splace"):format(shell.quote(work), shell.quote(work)))
  for _, attempt in ipairs(ATTEMPTS) do
    files.write(work .. "tried/" .. attempt.permission .. ".txt", "To be tried.\n")
  end
end

if not shell.is_installed "python3" then
  print "nothing is tried: python3, which is to listen, is not installed"
  return
end
if shell.run(shell.quote(program) .. " doctor | grep -q 'landlock *version'") ~= 0 then
  print "nothing is tried: this kernel has no Landlock"
  return
end
make_documents()
local life, port = start_listener()
languages.each(languages.all, function(each) try_language(each, port) end)
life:close()

if arg[1] == "--check" then failures[#failures + 1] = tables.differs("tried", order, columns) end
local result = tables.write("tried", order, columns)
print(result)
print(table.concat(failures, "\n"))
if arg[1] == "--update" then tables.update("tried", result) end
shell.run("rm -rf " .. shell.quote(work))
os.exit(#failures == 0)
