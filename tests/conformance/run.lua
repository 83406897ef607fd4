-- Runs the same plugin, written in each language, and compares what comes out.
--
-- usage: SHEAF=PROGRAM sheaf tests/conformance/run.lua [--check|--update]
--
-- Prints a table: what a plugin does, by language. With --check it must also be
-- the one in plugins/LANGUAGES.md, where all languages are installed. --update
-- writes down what the plugin in Lua does as what is expected of all, and the
-- table into that page, for you to read and commit.

local files = require "sheaf.kit.files"

package.path = "tests/conformance/?.lua;" .. package.path
local languages = require "languages"
local shell = require "shell"
local tables = require "tables"

local quote, run = shell.quote, shell.run
local program = assert(os.getenv "SHEAF", "SHEAF is the program to test, its whole path")
local update = arg[1] == "--update"
local here = "tests/conformance/"

--- What the documents are called after, in their order; and what is in them
--- where that matters.
local BEHAVIOURS = {
  "options", "values", "offsets", "spans", "metadata", "drop", "mistake", "failure", "outside",
  "kind", "undeclared", "unread", "missing", "reserved",
  "many", "order", "size", "empty", "nul", "facts", "log",
  "loop", "after",
  "memory", "after",
}
local TEXTS = {
  offsets = "a\u{e9}\u{20ac}\u{1F600}z \u{dc}n\u{ef} \u{6587}",
  many = ("x"):rep(10000),
  size = ("The quick brown fox. "):rep(250000),
  empty = "",
  nul = "a\0b\1c",
}
local RECORDS = { "both", "one", "none", "mistake", "both" }
--- For plugins that make their outputs when all documents are done.
local PARTS = { "part", "metadata", "mistake", "drop", "part" }
local TOLD = { "merge fails", "merge loops", "finish fails", "finish floods" }

--- What a limit is called depends on who notices it.
local SAME_CODE = { ["worker-died"] = "limit" }

-- Files -------------------------------------------------------------------

local function read_lines(path)
  local list = {}
  for line in files.read(path):gmatch "[^\n]+" do list[#list + 1] = sheaf.json.decode(line) end
  return list
end

local work = shell.folder()

local function make_bundle(name, behaviours)
  assert(run("mkdir " .. quote(work .. name)) == 0)
  for i, behaviour in ipairs(behaviours) do
    files.write(("%s%s/%02d-%s.txt"):format(work, name, i, behaviour),
      TEXTS[behaviour] or "The quick brown fox\n")
  end
end

local MANIFEST = [[
{ "name": "conformance", "version": "1.0.0", "api": 1, "stage": "%s", "language": "%s",
  %s "main": "%s", "summary": "Does what documents are called after.",
  "reads": ["word", "heading?"], "writes": ["value", "letter", "copy", "lost", "item"], %s
  "options": {
    "flag": { "type": "bool", "default": true, "doc": "A flag." },
    "count": { "type": "int", "default": 9007199254740993, "doc": "A number." },
    "part": { "type": "float", "default": 0.5, "doc": "A part." },
    "text": { "type": "string", "default": "\u00e9", "doc": "A text." },
    "list": { "type": "list", "default": [1, "a"], "doc": "A list." },
    "map": { "type": "map", "default": { "a": 1 }, "doc": "A map." } },
  "limits": { "memory_mb": 200, "cpu_ms": 1000, "wall_ms": 10000,
    "finish_ms": 1000, "finish_output_mb": 1 } }
]]

local OUTPUTS = '"outputs": [{ "name": "one.txt" }, { "name": "two.bin" }],'

local function make_plugin(each, stage, more)
  local folder = work .. each.name .. "-" .. stage .. (more and "-spool" or "")
  languages.build(each, here, folder)
  files.write(folder .. "/plugin.json", MANIFEST:format(stage, each.language,
    each.command and ('"command": ["%s"],'):format(each.command) or "", each.main,
    (stage == "extract" and "" or OUTPUTS) .. (more or "")))
  return folder
end

local function make_finder()
  assert(run("mkdir " .. quote(work .. "finder")) == 0)
  files.write(work .. "finder/plugin.json", [[{ "name": "finder", "version": "1.0.0", "api": 1,
    "stage": "extract", "language": "lua", "main": "main.lua", "summary": "Finds words.",
    "writes": ["word", "secret"] }]])
  files.write(work .. "finder/main.lua", [[return { process = function(doc)
    if #doc.text > 100 then return end
    local n = 0
    for from, to in doc.text:each "%a+" do
      n = n + 1
      doc:add("word", from, to, { rank = n })
      doc:add("secret", from, to)
    end
  end }]])
end

-- Results -----------------------------------------------------------------

--- The results of a run by document: what of its row and its export all
--- languages must have in common.
local function collect(out)
  local results, documents = {}, {}
  for _, doc in ipairs(read_lines(out .. "/documents.jsonl")) do documents[doc.member] = doc end
  for i, row in ipairs(read_lines(out .. "/ledger.jsonl")) do
    local doc = documents[row.member]
    local code = row.code ~= sheaf.null and (SAME_CODE[row.code] or row.code) or nil
    results[i] = { member = row.member, status = row.status, code = code,
      spans = doc and doc.spans, metadata = doc and doc.metadata }
  end
  return results
end

local function sheaf_run(plugin, bundle, out, more)
  return run(("cd %s && %s run --progress none -j 1 %s -p %s %s %s -o %s 2>>err"):format(
    quote(work), quote(program), bundle == "documents" and "-p ./finder" or "", quote(plugin),
    more or "", bundle, quote(out)))
end

local function check_plugin(folder, option)
  local script = ("local p = sheaf.plugin(%q, { text = %q }) print(p:check() and 'ok')"):format(
    folder, option)
  local output = assert(io.popen(quote(program) .. " -e " .. quote(script) .. " 2>&1"))
  local said = output:read "a"
  output:close()
  return said:find("ok", 1, true) ~= nil, said
end

--- What is in the two outputs of a run; the second as hexadecimal numbers.
local function read_outputs(out)
  return { files.read(out .. "/one.txt"), (files.read(out .. "/two.bin"):gsub(".", function(c)
    return ("%02x"):format(c:byte())
  end)) }
end

--- How the finish of a run failed.
local function unfinished(out)
  local report = sheaf.json.decode(files.read(out .. "/run.json"))
  local first = report.unfinished[1]
  return first and (SAME_CODE[first.code] or first.code)
end

--- Outputs that are made when all documents are done.
local function try_all_documents(each, note)
  local out = work .. each.name .. "-all"
  local reduce = make_plugin(each, "reduce")
  local spool = make_plugin(each, "export", '"spool": true,')
  note("reduce", sheaf_run(reduce, "parts", out))
  note("merged", read_outputs(out))
  note("spool", sheaf_run(spool, "parts", out .. "-spool"))
  note("finished", read_outputs(out .. "-spool"))
  for i, told in ipairs(TOLD) do
    local failed = ("%s-%d"):format(out, i)
    local plugin = ('%s:{"text":%q}'):format(reduce, told)
    note(told, { sheaf_run(plugin, "parts", failed), unfinished(failed) })
  end
end

--- Everything that is compared, by the name of what was done.
local function try_language(each)
  local found, order = {}, {}
  local function note(name, value)
    while found[name] do name = name .. " again" end
    found[name] = sheaf.json.encode(value)
    order[#order + 1] = name
  end
  local extract, export = make_plugin(each, "extract"), make_plugin(each, "export")
  local out = work .. each.name
  sheaf_run(extract, "documents", out .. "-out", "-p export.jsonl")
  for i, result in ipairs(collect(out .. "-out")) do note(BEHAVIOURS[i], result) end
  sheaf_run(export, "records", out .. "-records")
  for i, row in ipairs(read_lines(out .. "-records/ledger.jsonl")) do
    note("record " .. RECORDS[i], { row.status, row.code })
  end
  note("outputs", read_outputs(out .. "-records"))
  try_all_documents(each, note)
  note("init fails", sheaf_run(extract .. ":text=fail", "records", out .. "-fail"))
  note("check passes", check_plugin(extract, "fine"))
  note("check fails", check_plugin(extract, "missing"))
  return found, order
end

-- The table ---------------------------------------------------------------

--- Each as JSON again, so that it is compared as it was written.
local function read_expected(path)
  local expected = sheaf.json.decode(files.read(path))
  for name, value in pairs(expected) do expected[name] = sheaf.json.encode(value) end
  return expected
end

make_bundle("documents", BEHAVIOURS)
make_bundle("records", RECORDS)
make_bundle("parts", PARTS)
make_finder()

local expected_file = here .. "expected.json"
local expected = not update and read_expected(expected_file)
local columns, order, failures = {}, nil, {}

local function compare(each)
  local found, names = try_language(each)
  order, expected = order or names, expected or found
  local marks = {}
  for _, name in ipairs(names) do
    marks[name] = found[name] == expected[name] and "yes" or "**no**"
    if found[name] ~= expected[name] then
      failures[#failures + 1] = ("%s: %s\n  wanted %s\n  got    %s"):format(each.name, name,
        tostring(expected[name]):sub(1, 400), found[name]:sub(1, 400))
    end
  end
  columns[#columns + 1] = { name = each.name, marks = marks }
end

languages.each(languages.list, compare)
if arg[1] == "--check" then failures[#failures + 1] = tables.differs("done", order, columns) end

local result = tables.write("done", order, columns)
print(result)
print(table.concat(failures, "\n"))
if update then
  local lines = {}
  for i, name in ipairs(order) do
    lines[i] = ("  %s: %s"):format(sheaf.json.encode(name), expected[name])
  end
  files.write(expected_file, "{\n" .. table.concat(lines, ",\n") .. "\n}\n")
  tables.update("done", result)
end
run("rm -rf " .. quote(work))
os.exit(#failures == 0)
