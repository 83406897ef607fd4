--- Writes a line of JSON a document: the text, the metadata and all spans.
local dolma = require "dolma"

local plugin = {}

function plugin.encode(doc, ctx)
  local line = doc:json { offsets = ctx.options.offsets }
  if ctx.options.format == "dolma" then
    line = sheaf.json.encode(dolma.line(sheaf.json.decode(line)))
  end
  return line .. "\n"
end

return plugin
