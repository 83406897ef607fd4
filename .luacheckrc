std = "lua54"
max_line_length = 100
-- The attacks are programs that nobody should write.
exclude_files = { "build*/", ".cache/", "tests/fault/attacks/" }
files["plugins"] = { read_globals = { "sheaf" } }
files["scripts/analysis"] = { read_globals = { "sheaf" } }
files["tests"] = { read_globals = { "sheaf" } }
