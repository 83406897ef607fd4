--- Chooses the sentences whose words are frequent in the document.

local plugin = {}

local counter = sheaf.word_counter { min = 3, stop = "en" }
local wanted

--- Called once in each worker.
function plugin.init(options)
  wanted = options.sentences
end

--- Called for each document.
function plugin.process(doc)
  counter:count(doc.text)
  local sentences, scores = counter:best(doc.text, { count = wanted, min = 4 })
  for i, sentence in ipairs(sentences) do
    doc:add("summary", sentence.from, sentence.to, { rank = i, score = scores[i] })
  end
end

return plugin
