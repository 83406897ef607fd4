-- Runs a script of tests.
--
-- usage: sheaf tests/lua/run.lua FILE

arg[0] = arg[1]
dofile(arg[1])
local test = require "sheaf.test"
test.finish()
