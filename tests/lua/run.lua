-- Runs a script of tests.
--
-- usage: sheaf tests/lua/run.lua FILE

local test = require "sheaf.test"

dofile(arg[1])
test.finish()
