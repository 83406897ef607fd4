--- Counts values over all documents: what the corpus cites most, and the like.
--- A document amounts to a map of maps, `{ ["citation.symbol"] = { ["A/58/98"] =
--- 2 } }`, the total to maps of pairs: documents, occurrences.
local csv = require "sheaf.csv"

local plugin = {}

--- What is to be counted: a list of { name, kind, attribute }.
local wanted = {}

function plugin.init(options)
  for i, name in ipairs(options.of) do
    local kind, attribute = name:match("^([^.]+)%.(.+)$")
    wanted[i] = { name = name, kind = kind or name, attribute = attribute }
  end
end

--- The value that a span counts for, if it has one.
local function value_of(span, attribute)
  local value = span.text
  if attribute then value = span.attributes[attribute] end
  if value ~= nil and value ~= sheaf.null then return tostring(value) end
end

function plugin.process(doc)
  local part
  for _, one in ipairs(wanted) do
    for span in doc:spans(one.kind) do
      local value = value_of(span, one.attribute)
      if value then
        part = part or {}
        part[one.name] = part[one.name] or {}
        part[one.name][value] = (part[one.name][value] or 0) + 1
      end
    end
  end
  return part
end

function plugin.merge(total, part)
  for name, counts in pairs(part) do
    total[name] = total[name] or {}
    for value, count in pairs(counts) do
      local pair = total[name][value]
      if pair then
        pair[1], pair[2] = pair[1] + 1, pair[2] + count
      else
        total[name][value] = { 1, count }
      end
    end
  end
end

--- The values, those of most documents first; of equals the more frequent, then
--- by their bytes.
local function ranked(counts)
  local values = {}
  for value in pairs(counts) do values[#values + 1] = value end
  table.sort(values, function(a, b)
    local left, right = counts[a], counts[b]
    if left[1] ~= right[1] then return left[1] > right[1] end
    if left[2] ~= right[2] then return left[2] > right[2] end
    return a < b
  end)
  return values
end

function plugin.finish(total, ctx)
  local top = ctx.options.top
  for _, one in ipairs(wanted) do
    local counts = total[one.name] or {}
    local values = ranked(counts)
    for i = 1, top > 0 and math.min(top, #values) or #values do
      local pair = counts[values[i]]
      ctx:write(csv.row(4, one.name, values[i], pair[1], pair[2]))
    end
  end
end

return plugin
