--- The further documents that "A/58/483 and Add.1-3, 7 and Corr.1" stands for.

local symbols = require "sheaf.symbols"
local tokens = require "tokens"

-- "Add.1-40" stands for at most so many documents.
local MOST = 100
-- Meetings' records are cited in long lists.
local RECORDS = { SR = true, PV = true }

--- "7" in place of the number that `last` ends in: one that follows it. Behind a
--- comma it may be a note's, but for records of meetings.
local function with_number(last, number, joint)
  local head, sort, before = last:match("^(.*/(%a+)%.)(%d+)$")
  local step = head and number - before or 0
  local most = joint:find(",") and not RECORDS[sort] and 1 or MOST
  return step > 0 and step <= most and head .. number or nil
end

--- "Corr.1" behind the symbol, in place of one of its sort that is there.
local function with_suffix(symbol, suffix)
  local sort = suffix:match("^%a+")
  return symbols.document(symbol:gsub("/" .. sort .. "%.%d+$", "") .. "/" .. suffix)
end

--- The symbols behind `first` up to `last`: Add.2 and Add.3 of "Add.1-3".
local function range(first, last)
  local head, number = first:match("^(.*%.)(%d+)$")
  local last_head, last_number = last:match("^(.*%.)(%d+)$")
  local list = {}
  if head ~= last_head or last_number - number > MOST then return list end
  for i = number + 1, tonumber(last_number) do list[#list + 1] = head .. i end
  return list
end

local documents = {}

--- @param text what follows the symbol
--- @return a list of documents, each with from, to and symbol
function documents.more(text, symbol)
  local list, last = {}, symbol
  for _, to, joint, item in text:each(tokens.more) do
    local other = item:find("^%d") and with_number(last, item, joint)
      or item:find("^%a") and with_suffix(symbol, item)
    if not other then break end
    local is_range = joint:find("^%s*to%s") or not joint:find("[%a,]")
    for _, one in ipairs(is_range and range(last, other) or { other }) do
      list[#list + 1] = { from = to - #item, to = to, symbol = one }
    end
    last = other
  end
  return list
end

return documents
