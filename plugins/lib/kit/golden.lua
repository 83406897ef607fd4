--- Golden documents: texts beside a plugin, and what it makes of them.
---
---     my-plugin/tests/letter.txt          a document
---     my-plugin/tests/letter.json         what is expected, once it is known
---     my-plugin/tests/letter.input.json   spans and metadata that earlier steps
---                                         would have made; may be missing

local files = require "sheaf.kit.files"

local golden = {}

local function read_json(path)
  local content = files.read(path)
  if not content then return nil end
  local fine, value = pcall(sheaf.json.decode, content)
  if not fine then error(path .. ": " .. value, 0) end
  return value
end

-- Documents -------------------------------------------------------------------

--- Adds what earlier steps would have made.
local function prepare(doc, input)
  for kind, spans in pairs(input.spans or {}) do
    for _, span in ipairs(spans) do
      local attributes = {}
      for key, value in pairs(span) do
        if key ~= "start" and key ~= "end" and key ~= "text" then attributes[key] = value end
      end
      doc:add(kind, span.start, span["end"], attributes)
    end
  end
  for key, value in pairs(input.metadata or {}) do doc:set_metadata(key, value) end
  return doc
end

--- The golden documents of the plugin in `folder`, each `{ name, open, run,
--- expected }`: `open()` gives the document anew each time, `run(plugin)` what the
--- plugin makes of it.
function golden.documents(folder)
  local list, root = {}, folder .. "/tests"
  local bundle = sheaf.open(root)
  if not bundle then return list end
  for member in bundle:members() do
    local stem = member.name:match "^(.*)%.[^./]*$" or member.name
    if member.type == "file" and not member.name:find "%.json$" then
      local document = {
        name = member.name,
        path = root .. "/" .. stem .. ".json",
        expected = read_json(root .. "/" .. stem .. ".json"),
        open = function()
          local text = assert(bundle:document(member.ordinal)).text
          local doc = sheaf.document(text, member.name)
          return prepare(doc, read_json(root .. "/" .. stem .. ".input.json") or {})
        end,
      }
      function document.run(plugin) return golden.outcome(plugin, document.open()) end
      list[#list + 1] = document
    end
  end
  return list
end

-- Outcomes --------------------------------------------------------------------

--- Mistakes come with a traceback: in Lua, in Python, in JavaScript.
local function is_mistake(why)
  return why:find "stack traceback" ~= nil or why:find "Traceback %(most" ~= nil
    or why:find "\n    at " ~= nil
end

--- What the plugin makes of a document, as a table that JSON can say: `status`,
--- and `reason`, or `spans`, `metadata` and `records`; in the place of these, of a
--- plugin with a spool, `part`: what goes there; of a reader the `text`, too.
function golden.outcome(plugin, doc)
  local kinds = {}
  local result, records, code = plugin:process(doc)
  if not result then
    local reason = records:match "^dropped: (.*)"
    if reason then return { status = "skipped", reason = reason } end
    return { status = "failed", reason = records:match "^[^\n]*", code = code,
      mistake = is_mistake(records) or nil }
  end
  local info = plugin:info()
  local name, spools = info.name, info.stage == "reduce" or info.spool
  for _, kind in ipairs(result:kinds()) do
    for span in result:spans(kind) do
      if span.plugin == name then
        kinds[kind] = kinds[kind] or {}
        local entry = { start = span.from, ["end"] = span.to, text = tostring(span.text) }
        for key, value in pairs(span.attributes) do entry[key] = value end
        table.insert(kinds[kind], entry)
      end
    end
  end
  local text = info.stage == "read" and tostring(result.text) or nil
  return { status = "ok", text = text, spans = next(kinds) and kinds,
    metadata = next(result.metadata) and result.metadata,
    records = not spools and next(records) and records or nil, part = spools and records }
end

-- Writing ---------------------------------------------------------------------

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- A line an item, so that changes are easy to read in a diff.
local function write_lists(out, key, lists, line_of)
  local blocks = {}
  for _, name in ipairs(sorted_keys(lists)) do
    local lines = {}
    for i, item in ipairs(lists[name]) do lines[i] = "      " .. line_of(item) end
    blocks[#blocks + 1] = ("    %s: [\n%s\n    ]"):format(sheaf.json.encode(name),
      table.concat(lines, ",\n"))
  end
  out[#out + 1] = ('  "%s": {\n%s\n  }'):format(key, table.concat(blocks, ",\n"))
end

--- A span as JSON: its place and text come first. A line of an output is itself.
function golden.line(span)
  if type(span) == "string" then return span end
  local fields = { "start", "end", "text" }
  for _, key in ipairs(sorted_keys(span)) do
    if key ~= "start" and key ~= "end" and key ~= "text" then fields[#fields + 1] = key end
  end
  return sheaf.json.encode(span, fields)
end

--- An outcome as JSON, in lines.
function golden.write(outcome)
  local out = { '  "status": ' .. sheaf.json.encode(outcome.status) }
  for _, key in ipairs { "reason", "text", "metadata", "records", "part" } do
    if outcome[key] ~= nil then
      out[#out + 1] = ('  "%s": %s'):format(key, sheaf.json.encode(outcome[key]))
    end
  end
  if outcome.spans then write_lists(out, "spans", outcome.spans, golden.line) end
  if outcome.outputs then write_lists(out, "outputs", outcome.outputs, sheaf.json.encode) end
  return "{\n" .. table.concat(out, ",\n") .. "\n}\n"
end

-- Comparing -------------------------------------------------------------------

--- What is missing stands before what is new.
local function compare_lists(differences, kind, wanted, got)
  local counts, new = {}, {}
  for _, span in ipairs(wanted) do
    local line = golden.line(span)
    counts[line] = (counts[line] or 0) + 1
  end
  for _, span in ipairs(got) do
    local line = golden.line(span)
    if (counts[line] or 0) > 0 then
      counts[line] = counts[line] - 1
    else
      new[#new + 1] = ("+ %s %s"):format(kind, line)
    end
  end
  for _, span in ipairs(wanted) do
    local line = golden.line(span)
    if counts[line] > 0 then
      counts[line] = counts[line] - 1
      differences[#differences + 1] = ("- %s %s"):format(kind, line)
    end
  end
  table.move(new, 1, #new, #differences + 1, differences)
end

--- Compares two maps of lists, of spans by kind or of lines by output.
local function compare_maps(differences, wanted, got)
  local names = {}
  for name in pairs(wanted) do names[name] = true end
  for name in pairs(got) do names[name] = true end
  for _, name in ipairs(sorted_keys(names)) do
    compare_lists(differences, name, wanted[name] or {}, got[name] or {})
  end
end

--- The same lines in another order are other outputs.
local function compare_order(differences, wanted, got)
  if #differences == 0 and sheaf.json.encode(wanted) ~= sheaf.json.encode(got) then
    differences[1] = "the lines of the outputs come in another order"
  end
end

--- What differs, as lines: "-" is expected and missing, "+" is new. Empty when
--- nothing does.
function golden.differences(wanted, got)
  local differences = {}
  for _, key in ipairs { "status", "reason", "text", "metadata", "records", "part" } do
    local before, after = sheaf.json.encode(wanted[key]), sheaf.json.encode(got[key])
    if before ~= after then
      differences[#differences + 1] = ("- %s %s"):format(key, before)
      differences[#differences + 1] = ("+ %s %s"):format(key, after)
    end
  end
  compare_maps(differences, wanted.spans or {}, got.spans or {})
  compare_maps(differences, wanted.outputs or {}, got.outputs or {})
  compare_order(differences, wanted.outputs, got.outputs)
  return differences
end

return golden
