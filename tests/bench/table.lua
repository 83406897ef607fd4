--- Prints what tests/bench/peers has measured.
--
-- usage: sheaf tests/bench/table.lua TIMES
--
-- Each line of TIMES has a name, and seconds: user, system, wall. Ratios are
-- to the first name, and those of a round where there are several.

local names, times = {}, {}

for line in io.lines(arg[1]) do
  local name, user, system, wall = line:match "^(%S+) ([%d.]+) ([%d.]+) ([%d.]+)$"
  if not times[name] then
    names[#names + 1] = name
    times[name] = { cpu = {}, wall = {} }
  end
  table.insert(times[name].cpu, user + system)
  table.insert(times[name].wall, tonumber(wall))
end

local function median(numbers)
  local sorted = table.move(numbers, 1, #numbers, 1, {})
  table.sort(sorted)
  local middle = (#sorted + 1) // 2
  return (sorted[middle] + sorted[#sorted - middle + 1]) / 2
end

--- The median of the ratios of each round.
local function ratio(name, other, what)
  local ratios = {}
  for i, time in ipairs(times[name][what]) do
    ratios[i] = time / times[other][what][i]
  end
  return median(ratios)
end

print(("%-10s %9s %9s %9s %9s"):format("", "CPU s", "wall s", "CPU x", "wall x"))
for _, name in ipairs(names) do
  print(("%-10s %9.3f %9.3f %9.2f %9.2f"):format(
    name, median(times[name].cpu), median(times[name].wall),
    ratio(name, names[1], "cpu"), ratio(name, names[1], "wall")))
end
for _, name in ipairs(names) do
  local two = name .. "-2"
  if times[two] then
    print(("%s with two workers: %.2f times as fast"):format(name, ratio(name, two, "wall")))
  end
end
