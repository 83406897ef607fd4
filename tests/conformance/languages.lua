--- The languages that plugins are written in, and how each is built.

local shell = require "shell"

local languages = {}

--- Where scripts/typescript puts the compiler.
local TYPESCRIPT = os.getenv "PWD" .. "/.cache/typescript/node_modules"

--- `build` is run with FROM, the folder of the source, and TO, the plugin's. A
--- language needs the program `needs`.
languages.list = {
  { name = "Lua", language = "lua", main = "main.lua" },
  { name = "C", language = "native", main = "main.so", source = "main.c", needs = "cc",
    build = "cc -shared -fPIC -I include -o TO/main.so FROM/main.c" },
  { name = "Python", language = "process", main = "main.py", command = "python3",
    needs = "python3" },
  { name = "JavaScript", language = "process", main = "main.js", command = "node",
    needs = "node" },
  { name = "TypeScript", language = "lua", main = "main.lua", source = "main.ts",
    needs = TYPESCRIPT .. "/.bin/tstl",
    build = "cp plugins/templates/typescript/common/*.json plugins/types/sheaf.d.ts TO && "
      .. "ln -s " .. TYPESCRIPT .. " TO/node_modules && cd TO && node_modules/.bin/tstl" },
}

--- Those, and what is tried for fewer things.
languages.all = table.move(languages.list, 1, #languages.list, 1, {})
table.move({
  { name = "Rust", language = "native", main = "main.so", source = "main.rs", needs = "rustc",
    build = "rustc --edition 2021 --crate-type cdylib -o TO/main.so FROM/main.rs" },
  { name = "Fennel", language = "lua", main = "main.lua", source = "main.fnl",
    needs = os.getenv "SHEAF_FENNEL" or "fennel.lua, where SHEAF_FENNEL says,",
    build = [[cd TO && LUA_PATH="$SHEAF_FENNEL;;" "$SHEAF" ]]
      .. [["$OLDPWD/plugins/templates/fennel/common/build.lua"]] },
}, 1, 2, #languages.list + 1, languages.all)

--- Makes the folder `to` with the plugin whose source lies in the folder `from`,
--- without its plugin.json.
function languages.build(each, from, to)
  local places = { FROM = shell.quote(from), TO = shell.quote(to) }
  local command = "mkdir TO && cp FROM/" .. (each.source or each.main) .. " TO"
  if each.build then command = command .. " && " .. each.build end
  assert(shell.run((command:gsub("%u%u+", places))) == 0, each.name .. ": it cannot be built")
end

--- Calls `try(language)` with each that is installed, and says which are not.
function languages.each(list, try)
  for _, each in ipairs(list) do
    if not each.needs or shell.is_installed(each.needs) then
      try(each)
    else
      print(("%s is not tested: %s is not installed"):format(each.name, each.needs))
    end
  end
end

return languages
