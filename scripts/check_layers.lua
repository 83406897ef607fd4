-- Fails when a file in core/ includes a header that its layer may not see.
--
-- usage: lua5.4 scripts/check_layers.lua [ROOT]
--
-- core/layers.txt says which module may include which, and which third-party
-- header belongs to which module. Public headers may be included by all.

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

--- Why `module` may not include its own or another module's `header`; nil
--- when it may. Files beside the modules (`module` is nil) may see them all.
local function refuse_project_header(module, header)
  local target, file = header:match("^(%l+)/([%w_]+)%.h$")
  if not target then return "write it as \"module/header.h\"" end
  if target == "sheaf" or target == module then return nil end
  if not allowed[target] then return "no module '" .. target .. "'" end
  if module and not allowed[module][target] then
    return ("%s may not include %s"):format(module, target)
  end
  if file ~= target then return ("%s is private to %s"):format(header, target) end
end

local function refuse_system_header(module, header)
  if owners[header] and owners[header] ~= module then
    return ("<%s> belongs to %s"):format(header, owners[header])
  end
end

--- Iterates over the includes of a file: line number, `"` or `<`, header.
local function includes(path)
  return coroutine.wrap(function()
    local number = 0
    for line in io.lines(path) do
      number = number + 1
      local quote, header = line:match('^%s*#%s*include%s*([<"])([^>"]+)')
      if header then coroutine.yield(number, quote, header) end
    end
  end)
end

local files, faults = 0, 0

local function check_file(path)
  local module = path:match("/core/(%l+)/")
  assert(not module or allowed[module], path .. ": its module has no layer")
  files = files + 1
  for number, quote, header in includes(path) do
    local refuse = quote == '"' and refuse_project_header or refuse_system_header
    local why = refuse(module, header)
    if why then
      io.stderr:write(("%s:%d: %s\n"):format(path, number, why))
      faults = faults + 1
    end
  end
end

local find <close> = assert(io.popen("find '" .. root .. "/core' -name '*.[ch]' | sort"))
for path in find:lines() do check_file(path) end

print(("layers: %d files, %d faults"):format(files, faults))
os.exit(files > 0 and faults == 0, true)
