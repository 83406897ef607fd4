--- What scripts need of the shell.

local shell = {}

function shell.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a command and gives its status.
function shell.run(command)
  local fine, _, status = os.execute(command)
  return fine and 0 or status
end

--- The first line that a command prints.
function shell.line(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read "l"
  pipe:close()
  return line
end

--- A new folder, with a slash at its end.
function shell.folder()
  return shell.line "mktemp -d" .. "/"
end

--- True for a program that is there, and for any file.
function shell.is_installed(name)
  local quoted = shell.quote(name)
  return shell.run(("test -e %s || command -v %s >/dev/null"):format(quoted, quoted)) == 0
end

return shell
