-- Makes main.lua of main.fnl, with the fennel.lua that LUA_PATH leads to.
--
-- usage: sheaf build.lua, in this folder

local fennel = require "fennel"

local source <close> = assert(io.open "main.fnl")
local code = fennel.compileString(source:read "a", { filename = "main.fnl" })

local target <close> = assert(io.open("main.lua", "w"))
assert(target:write(code, "\n"))
