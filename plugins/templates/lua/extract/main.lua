--- Finds years.

local plugin = {}

local first

--- Called once in each worker.
function plugin.init(options)
  first = options.first
end

--- Called for each document.
function plugin.process(doc)
  for from, to, digits in doc.text:each("%f[%w](%d%d%d%d)%f[%W]") do
    if tonumber(digits) >= first then
      doc:add("date", from, to, { value = digits, precision = "year" })
    end
  end
end

return plugin
