--- Lines of the kind that Dolma's tools read: id, text, source, metadata and
--- attributes. A kind of span becomes an attribute, a list of
--- [from, to, score]; what else a span says goes into `KIND.ATTRIBUTE`
--- attributes that list the values in the same order.

local dolma = {}

-- What a span has beside its attributes.
local OWN = { start = true, ["end"] = true, score = true }

local function is_number(value)
  return math.type(value) ~= nil
end

--- The attributes' names of a list of spans, sorted.
local function names_of(spans)
  local names, seen = {}, {}
  for _, span in ipairs(spans) do
    for name in pairs(span) do
      if not OWN[name] and not seen[name] then
        seen[name] = true
        names[#names + 1] = name
      end
    end
  end
  table.sort(names)
  return names
end

--- Adds the spans of a kind to `attributes`. A span without a score of its own
--- is certain: 1.
local function add_kind(attributes, kind, spans)
  local places = sheaf.list {}
  for i, span in ipairs(spans) do
    local score = is_number(span.score) and span.score or 1.0
    places[i] = sheaf.list { span.start, span["end"], score }
  end
  attributes[kind] = places
  for _, name in ipairs(names_of(spans)) do
    local values = sheaf.list {}
    for i, span in ipairs(spans) do
      local value = span[name]
      values[i] = value == nil and sheaf.null or value
    end
    attributes[kind .. "." .. name] = values
  end
end

--- @param record a document as `doc:json` gives it, decoded
--- @return the table of a Dolma line
function dolma.line(record)
  local attributes = {}
  for kind, spans in pairs(record.spans) do
    add_kind(attributes, kind, spans)
  end
  local metadata = record.metadata
  metadata.member, metadata.media_type = record.member, record.media_type
  metadata.language, metadata.sha256 = record.language, record.sha256
  return { id = record.id, text = record.text, source = record.bundle,
    metadata = metadata, attributes = attributes }
end

return dolma
