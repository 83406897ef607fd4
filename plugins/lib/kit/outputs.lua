--- What a plugin makes of all golden documents together: the outputs of a `reduce`
--- plugin, or of an exporter with a spool.
---
---     my-plugin/tests/outputs.json        what is expected, once it is known

local files = require "sheaf.kit.files"

local outputs = {}

--- A text in lines, which are easy to read in a diff.
local function lines_of(text)
  local lines = {}
  for line in text:gmatch "([^\n]*)\n?" do lines[#lines + 1] = (line:gsub("\r$", "")) end
  if lines[#lines] == "" then lines[#lines] = nil end
  return sheaf.list(lines)
end

--- What `finish` makes of such parts, as a table that JSON can say.
local function outcome(plugin, parts)
  local made, reason, code = plugin:finish(parts)
  if not made then
    return { status = "failed", reason = reason:match "^[^\n]*", code = code,
      mistake = reason:find("stack traceback", 1, true) ~= nil or nil }
  end
  for name, text in pairs(made) do made[name] = lines_of(text) end
  return { status = "ok", outputs = made }
end

--- The outputs as a thing to test, as golden documents are; or nil where there
--- are none. `parts` are what the documents amount to.
function outputs.of(info, parts)
  if info.stage ~= "reduce" and not info.spool then return nil end
  local path = info.folder .. "/tests/outputs.json"
  local content = files.read(path)
  return {
    name = "all documents", path = path, expected = content and sheaf.json.decode(content),
    run = function(plugin) return outcome(plugin, parts) end,
  }
end

return outputs
