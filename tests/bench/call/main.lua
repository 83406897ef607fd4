--- What limits cost is measured with: nothing, and three kinds of work.
local plugin = {}

local works = {}

function works.nothing() end

function works.arithmetic()
  local sum = 0
  for i = 1, 2000000 do
    sum = (sum * 31 + i) % 1000003
  end
  return sum
end

function works.strings()
  local parts = {}
  for i = 1, 20000 do
    local word = ("word %d of many"):format(i)
    parts[#parts + 1] = word:upper():sub(3, 9) .. word:gsub("%d+", "number")
  end
  return #table.concat(parts, ",")
end

function works.tables()
  local list = {}
  for i = 1, 10000 do
    list[i] = { key = i * 7919 % 10007, name = i }
  end
  table.sort(list, function(a, b) return a.key < b.key end)
  return list[1].name
end

function plugin.init(options)
  plugin.process = works[options.work]
end

return plugin
