--- Writes a line of JSON a document: the text, the metadata and all spans.
local dolma = require "dolma"

local plugin = {}

local how

function plugin.init(options)
  how = { offsets = options.offsets, line = options.format == "sheaf" }
end

function plugin.encode(doc)
  local line = doc:json(how)
  if how.line then return line end
  return sheaf.json.encode(dolma.line(sheaf.json.decode(line))) .. "\n"
end

return plugin
