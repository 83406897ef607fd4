--- Pages of a text.

local pages = {}

--- The text without form feeds, an empty line between pages, and a list of the
--- ranges of the pages in it.
function pages.join(output)
  local parts, list, at = {}, {}, 0
  for page in (output:gsub("\f$", "") .. "\f"):gmatch("([^\f]*)\f") do
    local text = page:gsub("%s+$", ""):gsub("^\n+", "")
    if #list > 0 then
      parts[#parts + 1] = "\n\n"
      at = at + 2
    end
    parts[#parts + 1] = text
    list[#list + 1] = { from = at, to = at + #text }
    at = at + #text
  end
  return table.concat(parts), list
end

return pages
