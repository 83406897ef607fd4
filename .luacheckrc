std = "lua54"
max_line_length = 100
exclude_files = { "build*/", ".cache/" }
files["plugins"] = { read_globals = { "sheaf" } }
files["scripts/analysis"] = { read_globals = { "sheaf" } }
files["tests"] = { read_globals = { "sheaf" } }
