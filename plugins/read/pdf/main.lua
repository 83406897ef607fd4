--- Reads PDF by pdftotext, which ends each page with a form feed.

local pages = require "pages"

local plugin = {}

local function command_of(options)
  local words = { "pdftotext", "-enc", "UTF-8", "-eol", "unix" }
  if options.layout then words[#words + 1] = "-layout" end
  words[#words + 1] = "-"
  words[#words + 1] = "-"
  return words
end

--- The last line that the program wrote on standard error tells most.
local function complaint(result)
  local last = result.errors:gsub("%s+$", ""):match("[^\n]*$")
  if last ~= "" then return last end
  if result.signal then return "it was killed by signal " .. result.signal end
  return "it ended with status " .. result.status
end

function plugin.process(doc, ctx)
  local result, message = ctx:spawn { command = command_of(ctx.options), input = doc.content }
  if not result then return nil, message end
  if result.status ~= 0 or result.signal then return nil, "pdftotext: " .. complaint(result) end
  local text, list = pages.join(result.output)
  doc:set_text(text)
  for number, page in ipairs(list) do
    if page.to > page.from then doc:add("page", page.from, page.to, { number = number }) end
  end
end

return plugin
