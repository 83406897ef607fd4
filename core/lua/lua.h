/// Lua: plugins in a sandbox, trusted scripts in a shell, on one binding.
#ifndef SF_LUA_H
#define SF_LUA_H

#include "base/base.h"
#include "plugin/plugin.h"
#include "sheaf/shell.h"

/// The language "lua" for plugins: one sandboxed state a plugin.
extern const sf_language sf_lua;

/// As sheaf_shell_new(); `languages` (ended by a NULL, borrowed) are those of
/// the plugins that scripts may open.
int sf_shell_new(sheaf_shell **out, const char *library,
                 const sf_language *const *languages, sheaf_error *error);

/// The version of Lua that is linked, such as "Lua 5.4.4".
const char *sf_lua_version(void);

#endif
