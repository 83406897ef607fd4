std = "lua54"
max_line_length = 100
-- The attacks are programs that nobody should write; the types are made.
exclude_files = { "build*/", ".cache/", "tests/fault/attacks/", "plugins/types/" }
files["plugins/lib/kit/test.lua"] = { globals = { "arg" } }
files["tests/lua/run.lua"] = { globals = { "arg" } }
files["plugins"] = { read_globals = { "sheaf" } }
files["scripts/reference.lua"] = { read_globals = { "sheaf" } }
files["scripts/analysis"] = { read_globals = { "sheaf" } }
files["tests"] = { read_globals = { "sheaf" } }
