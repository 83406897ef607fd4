--- Marks the sentences that say most: verbatim, with their places and ranks.
--- Of a resolution, as `extract.resolution` has read it, whole operative clauses
--- are taken; of any other text, sentences.

local coverage = require "coverage"
local resolution = require "resolution"

local plugin = {}

--- The best of the candidates first; of equals, the earlier.
local function sort(candidates)
  table.sort(candidates, function(a, b)
    if a.score ~= b.score then return a.score > b.score end
    return a.from < b.from
  end)
end

--- Scores are given to a thousandth.
local function rounded(score)
  return math.floor(score * 1000 + 0.5) / 1000
end

function plugin.process(doc, ctx)
  local count = ctx.options.sentences
  local chosen = resolution.candidates(doc)
  if #chosen > 0 then sort(chosen) else chosen = coverage.choose(doc, count) end
  for rank = 1, math.min(count, #chosen) do
    local one = chosen[rank]
    doc:add("summary", one.from, one.to, { rank = rank, score = rounded(one.score) })
  end
end

return plugin
