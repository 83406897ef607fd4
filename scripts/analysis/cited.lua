-- Lists what the documents of runs cite most often.
--
-- usage: sheaf scripts/analysis/cited.lua FOLDER…
--
-- Each FOLDER is what `sheaf run … -o FOLDER` wrote with extract.citations.

if #arg == 0 then error("usage: sheaf cited.lua FOLDER…", 0) end

local MOST = 20
local citations, documents = {}, {}

--- Adds the citations of one document: how often, and by how many documents.
local function count(doc)
  local seen = {}
  for _, span in ipairs(doc.spans.citation or {}) do
    local symbol = span.symbol
    if symbol then
      citations[symbol] = (citations[symbol] or 0) + 1
      if not seen[symbol] then
        documents[symbol] = (documents[symbol] or 0) + 1
      end
      seen[symbol] = true
    end
  end
end

for _, folder in ipairs(arg) do
  for line in io.lines(folder .. "/documents.jsonl") do
    count(sheaf.json.decode(line))
  end
end

local symbols = {}
for symbol in pairs(citations) do symbols[#symbols + 1] = symbol end
table.sort(symbols, function(a, b)
  if documents[a] ~= documents[b] then return documents[a] > documents[b] end
  if citations[a] ~= citations[b] then return citations[a] > citations[b] end
  return a < b
end)

print("documents  citations  symbol")
for i = 1, math.min(MOST, #symbols) do
  local symbol = symbols[i]
  print(("%9d  %9d  %s"):format(documents[symbol], citations[symbol], symbol))
end
