--- Counts the documents in which each year is named.

local plugin = {}

--- Called for each document: gives what it amounts to, here its years. Nothing
--- may be kept from one document for the next: they go to many workers.
function plugin.process(doc)
  local years
  for date in doc:spans("date") do
    years = years or {}
    years[date.value:sub(1, 4)] = true
  end
  return years
end

--- Called when all documents are done, with what each amounts to, in their order.
--- The total begins as an empty table.
function plugin.merge(total, years)
  for year in pairs(years) do total[year] = (total[year] or 0) + 1 end
end

--- Called at the end: writes the output.
function plugin.finish(total, ctx)
  local years = {}
  for year in pairs(total) do
    if tonumber(year) >= ctx.options.first then years[#years + 1] = year end
  end
  table.sort(years)
  for _, year in ipairs(years) do ctx:write(("%s,%d\n"):format(year, total[year])) end
end

return plugin
