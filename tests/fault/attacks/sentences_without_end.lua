-- failed limit
local text = sheaf.text((". "):rep(5000000))
sheaf.word_counter():best(text, { cut = "", count = 1e9 })
