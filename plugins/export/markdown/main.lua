--- Writes a report for readers: of each document its title, what it is, its
--- summary, and what it cites.

local plugin = {}

--- The text on one line, with what Markdown would take for marks escaped.
local function plain(text)
  local line = tostring(text):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  return (line:gsub("[\\`*_%[%]<>|#]", "\\%0"):gsub("^(%d+)%.", "%1\\."):gsub("^([-+])", "\\%1"))
end

--- The first span of a kind, or nil.
local function first(doc, kind)
  return doc:spans(kind)()
end

local function heading(doc)
  local title, symbol = first(doc, "title"), first(doc, "symbol")
  local name = title and plain(title.text) or plain(doc.member)
  return symbol and ("## %s: %s"):format(plain(symbol.symbol), name) or "## " .. name
end

--- "- `text/plain`, 12878 bytes, language en: `1/1/a.txt`"
local function about(doc)
  local language = doc.language ~= "" and ", language " .. plain(doc.language) or ""
  return ("%s, %d bytes%s. %s"):format(plain(doc.media_type), #doc.text, language, plain(doc.id))
end

--- The values of the spans of a kind, each once, with how often it occurs when
--- that is more than once.
local function values_of(doc, kind, key)
  local values, counts = {}, {}
  for span in doc:spans(kind) do
    local value = span[key]
    if value then
      if not counts[value] then values[#values + 1] = value end
      counts[value] = (counts[value] or 0) + 1
    end
  end
  for i, value in ipairs(values) do
    values[i] = plain(value) .. (counts[value] > 1 and (" (%d)"):format(counts[value]) or "")
  end
  return values
end

--- "**Cites** A, B and 3 more." or nothing.
local function listed(name, values, most)
  if #values == 0 or most == 0 then return nil end
  local rest = #values > most and (" and %d more"):format(#values - most) or ""
  return ("**%s** %s%s."):format(name, table.concat(values, ", ", 1, math.min(most, #values)), rest)
end

--- The summary as quotations, in the text's order.
local function summary_of(doc)
  local quotations = {}
  for span in doc:spans("summary") do quotations[#quotations + 1] = "> " .. plain(span.text) end
  return #quotations > 0 and table.concat(quotations, "\n>\n") or nil
end

local function faults_of(doc)
  local faults = {}
  for span in doc:spans("fault") do
    local suggestion = span.suggestion and (" (%s?)"):format(plain(span.suggestion)) or ""
    faults[#faults + 1] = plain(span.text) .. suggestion
  end
  return faults
end

function plugin.encode(doc, ctx)
  local options = ctx.options
  local parts = { "", heading(doc), about(doc) }
  local function add(part) parts[#parts + 1] = part end
  add(summary_of(doc))
  add(listed("Cites", values_of(doc, "citation", "symbol"), options.citations))
  add(listed("Dates", values_of(doc, "date", "value"), options.dates))
  add(listed("Likely faults", faults_of(doc), options.dates))
  return table.concat(parts, "\n\n"):sub(2) .. "\n"
end

return plugin
