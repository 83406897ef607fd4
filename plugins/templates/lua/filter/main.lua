--- Leaves out short documents.

local plugin = {}

local counter = sheaf.word_counter()
local least

--- Called once in each worker.
function plugin.init(options)
  least = options.words
end

--- Called for each document.
function plugin.process(doc)
  local words = counter:count(doc.text)
  if words < least then doc:drop(("only %d words"):format(words)) end
end

return plugin
