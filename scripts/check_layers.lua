-- Fails when a file in core/ includes a header that its layer may not see.
--
-- usage: lua5.4 scripts/check_layers.lua [ROOT]
--
-- core/layers.txt says which module may include which, and which third-party
-- header belongs to which module.

local root = arg[1] or "."

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

--- Reads core/layers.txt: module -> set of modules it may include, and header
--- -> the module that owns it.
local function read_layers(path)
  local allowed, owners = {}, {}
  for line in io.lines(path) do
    local module, below, headers = line:match("^(%l+)%s*:([^|]*)|?(.*)$")
    if module then
      local set = { [module] = true }
      for _, name in ipairs(words(below)) do
        assert(allowed[name], module .. ": '" .. name .. "' must stand above it")
        set[name] = true
      end
      allowed[module] = set
      for _, header in ipairs(words(headers)) do owners[header] = module end
    end
  end
  return allowed, owners
end

local allowed, owners = read_layers(root .. "/core/layers.txt")

--- Why `module` may not include `header`; nil when it may.
local function refusal(module, header)
  local target, file = header:match("^(%l+)/([%w_]+)%.h$")
  if target == "sheaf" then return nil end
  if owners[header] and owners[header] ~= module then
    return ("<%s> belongs to %s"):format(header, owners[header])
  end
  if not allowed[target] then return nil end
  if module == nil or target == module then return nil end
  if not allowed[module][target] then
    return ("%s may not include %s"):format(module, target)
  end
  if file ~= target then
    return ("%s is private to %s"):format(header, target)
  end
end

--- The includes of a file, as line number -> header.
local function includes(path)
  local list, number = {}, 0
  for line in io.lines(path) do
    number = number + 1
    local header = line:match('^%s*#%s*include%s*[<"]([^>"]+)')
    if header then list[#list + 1] = { number, header } end
  end
  return list
end

local faults, files = 0, 0
local find = assert(io.popen("find '" .. root .. "/core' -name '*.[ch]' | sort"))
for path in find:lines() do
  local module = path:match("/core/(%l+)/")
  assert(not module or allowed[module], path .. ": its module has no layer")
  files = files + 1
  for _, include in ipairs(includes(path)) do
    local why = refusal(module, include[2])
    if why then
      io.stderr:write(("%s:%d: %s\n"):format(path, include[1], why))
      faults = faults + 1
    end
  end
end
find:close()

print(("layers: %d files, %d faults"):format(files, faults))
os.exit(files > 0 and faults == 0)
