--- Marks keywords: words that a document has often and others seldom (TF-IDF).
--- How many documents have a word is told by the table of reduce.words, of an
--- earlier run over the corpus.

local plugin = {}

--- What is known of the corpus: in how many documents each word is, and how many
--- documents there are; nil without a table.
local documents, all

--- Reads the table: WORD,DOCUMENTS,OCCURRENCES, with all documents in the first
--- row. No word has a comma.
local function read_table(text)
  documents, all = {}, nil
  for word, count in text:gmatch "\n([^,\n]*),(%d+),%d+" do
    if word == "" then all = tonumber(count) else documents[word] = tonumber(count) end
  end
  return all and all > 0
end

function plugin.init(options, ctx)
  documents, all = nil, nil
  if options.words == "" then return end
  local text, why = ctx:read_file(options.words)
  if not text then error(why, 0) end
  if not read_table(text) then error(options.words .. " is no table of reduce.words", 0) end
end

--- How much a word tells. One that the table leaves out is in one document.
local function weight(word)
  return all and math.log((all + 1) / (documents[word] or 1)) or 1
end

--- A counter for each language, whose stop words do not count.
local counters = {}

local function counter_for(language, options)
  local counter = counters[language]
  if not counter then
    counter = sheaf.word_counter { min = options.min, stop = language }
    counters[language] = counter
  end
  return counter
end

--- The words with the highest scores, best first; of equals, by their bytes.
local function best_words(doc, options)
  local counter, scored = counter_for(doc.language, options), {}
  counter:count(doc.text)
  for _, pair in ipairs(counter:top()) do
    scored[#scored + 1] = { word = pair[1], score = pair[2] * weight(pair[1]) }
  end
  table.sort(scored, function(a, b)
    if a.score ~= b.score then return a.score > b.score end
    return a.word < b.word
  end)
  return table.move(scored, 1, math.min(options.count, #scored), 1, {})
end

--- Each is marked where it first occurs. Scores are given to a thousandth.
function plugin.process(doc, ctx)
  local scores = {}
  for _, one in ipairs(best_words(doc, ctx.options)) do scores[one.word] = one.score end
  for from, to in doc.text:words() do
    local word = doc.text:slice(from, to):lower()
    if scores[word] then
      doc:add("keyphrase", from, to, { score = math.floor(scores[word] * 1000 + 0.5) / 1000 })
      scores[word] = nil
    end
    if not next(scores) then break end
  end
end

return plugin
