--- Whole files, read and written.

local files = {}

--- The content of the file, or nil where there is none.
function files.read(path)
  local file <close> = io.open(path, "rb")
  return file and assert(file:read "a")
end

--- Writes the file, over what was in it; raises where that fails.
function files.write(path, content)
  local file = assert(io.open(path, "wb"))
  assert(file:write(content))
  assert(file:close())
end

return files
