/// The hooks of plugins whose outputs are made when all documents are done.
#ifndef SF_LUA_FINISH_H
#define SF_LUA_FINISH_H

#include "lua/call.h"

/// The hook `finish` of the contract: `merge` and `finish`, or `finish` alone.
int sf_lua_finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error);

/// Adds `write` to the table on top, the plugin's `ctx`.
void sf_open_writing(lua_State *L);

/// Raises when the plugin lacks one of these functions.
void sf_check_ending(lua_State *L, const sheaf_plugin_context *context);

/// Hands in the value at `index`, what a document amounts to. Raises where it
/// cannot be JSON.
int sf_yield_part(lua_State *L, int index, sheaf_result *result,
                  sheaf_error *error);

#endif
