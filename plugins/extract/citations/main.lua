--- Finds citations of United Nations resolutions, decisions, documents and
--- publications, and writes their symbols as the UN Digital Library does.
---
--- `tokens.lua` says what a citation may look like, `reader.lua` what it means
--- in its context, `words.lua` holds the words that give the context.

local reader = require "reader"

local plugin = {}

local wanted = {}

function plugin.init(options)
  for _, kind in ipairs(options.types) do wanted[kind] = true end
end

function plugin.process(doc)
  for _, citation in ipairs(reader.read(doc.text)) do
    if wanted[citation.type] then
      doc:add("citation", citation.from, citation.to,
        { type = citation.type, symbol = citation.symbol, date = citation.date })
    end
  end
end

return plugin
