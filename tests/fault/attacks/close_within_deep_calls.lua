-- failed plugin-error
local list = {}
local function go(n, i)
  if n > 0 then return string.gsub("a", "a", function() go(n - 1, i) end) end
  if list[i] then coroutine.close(list[i]) end
end
for i = 1, 40 do
  list[i] = coroutine.create(function()
    local _ <close> = setmetatable({}, { __close = function() go(185, i + 1) end })
    coroutine.yield()
  end)
  coroutine.resume(list[i])
end
coroutine.close(list[1])
error "all were closed"
