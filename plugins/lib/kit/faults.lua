--- Faults that really happen, injected into a plugin: memory that ends, time
--- that ends, programs that are killed, documents that are cut, documents in
--- another order. After each of them the plugin must do what it did before.

local golden = require "sheaf.kit.golden"

local faults = {}

--- Numbers from 1 on that grow by a fifth each.
local function growing()
  local next_number = 0
  return function()
    next_number = math.max(next_number + 1, next_number * 6 // 5)
    return next_number
  end
end

--- Injures a fresh plugin at later and later places until it gets through.
--- Returns how many places that were, or nil and what was wrong.
local function sweep(open, one, injure, expected_code)
  local count = 0
  if one.outcome.code == expected_code then return count end
  for number in growing() do
    local plugin = open()
    injure(plugin, number)
    local outcome = one.run(plugin)
    if outcome.code ~= expected_code then
      plugin:injure()
      local differences = golden.differences(one.outcome, outcome)
      if #differences == 0 then return count end
      return nil, ("it goes on at place %d, with another result:\n%s"):format(number,
        table.concat(differences, "\n"))
    end
    count = count + 1
  end
end

local function out_of_memory(open, one)
  return sweep(open, one, function(plugin, block) plugin:injure(block) end, "limit")
end

local function out_of_time(open, one)
  return sweep(open, one, function(plugin, n) plugin:injure(0, n) end, "timeout")
end

--- Kills the program of a plugin further and further into its answer, until it
--- gets through. Each time that one document is lost, and a program that is
--- started anew makes of it what was made before.
local function killed(open, one)
  local plugin, count = open(), 0
  if one.outcome.code == "worker-died" then return count end
  for place in growing() do
    plugin:kill(place - 1)
    local outcome = one.run(plugin)
    local died = outcome.code == "worker-died"
    local differences = golden.differences(one.outcome, died and one.run(plugin) or outcome)
    if #differences > 0 then
      return nil, ("killed before line %d of its answer, and started anew, it gives another "
        .. "result:\n%s"):format(place, table.concat(differences, "\n"))
    end
    if not died then return count end
    count = count + 1
  end
end

--- A text that ends early may be refused; it must not be a mistake.
local function cut(open, document)
  if not document.open then return 0 end
  local plugin, text, count = open(), tostring(document.open().text), 0
  for part = 0, 7 do
    local size = #text * part // 8
    while size > 0 and text:byte(size + 1) and text:byte(size + 1) & 0xC0 == 0x80 do
      size = size - 1
    end
    local outcome = golden.outcome(plugin, text:sub(1, size))
    if outcome.mistake or outcome.code == "limit" or outcome.code == "timeout" then
      return nil, ("cut after %d bytes: %s"):format(size, outcome.reason)
    end
    count = count + 1
  end
  return count
end

--- The kinds of faults, in the order in which they are tried on a document, or
--- on the outputs of all of them.
--- Some need the engine of Lua, or a process of the plugin's own.
faults.kinds = {
  { name = "memory ends, anywhere", try = out_of_memory, language = "lua" },
  { name = "time ends, anywhere", try = out_of_time, language = "lua" },
  { name = "the program is killed, anywhere", try = killed, language = "process" },
  { name = "documents are cut", try = cut },
}

--- Runs all documents through one plugin forwards and backwards: none may
--- depend on those before it. Returns their number, or nil and what differs.
function faults.shuffle(open, documents)
  local plugin = open()
  for round = 1, 2 do
    for i = 1, #documents do
      local document = documents[round == 1 and i or #documents + 1 - i]
      local differences = golden.differences(document.outcome,
        document.run(plugin))
      if #differences > 0 then
        return nil, ("%s comes out otherwise after other documents:\n%s"):format(document.name,
          table.concat(differences, "\n"))
      end
    end
  end
  return 2 * #documents
end

--- Makes the outputs with the plugin that has worked on the documents, twice:
--- what they amount to is all that may go into them. Returns true, or nil and
--- what differs.
function faults.leak(open, documents, all)
  local plugin = open()
  for _, document in ipairs(documents) do document.run(plugin) end
  for _ = 1, 2 do
    local differences = golden.differences(all.outcome, all.run(plugin))
    if #differences > 0 then
      return nil, "the outputs depend on more than what documents amount to:\n"
        .. table.concat(differences, "\n")
    end
  end
  return true
end

return faults
