/// Lua: plugins in a sandbox, trusted scripts in a shell, on one binding.
#ifndef SF_LUA_H
#define SF_LUA_H

#include "base/base.h"
#include "plugin/plugin.h"

/// The language "lua" for plugins: one sandboxed state a plugin.
extern const sf_language sf_lua;

#endif
