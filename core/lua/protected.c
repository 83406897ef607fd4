/// pcall and xpcall that do not catch a kill.
#include "lua/engine.h"

// Both are written so that what they call may yield: the work behind the call
// is in a continuation.

static int finish_call(lua_State *L, int status, lua_KContext extra) {
  bool fine = status == LUA_OK || status == LUA_YIELD;
  if (!fine) {
    // In a coroutine pcall nests as deep as Lua's stack, and to raise again
    // looks through all of that at each level: a kill leaves in one step.
    if (sf_engine_killed(L, status) && lua_isyieldable(L))
      return lua_yield(L, 0);
    sf_engine_rethrow(L, status);
    lua_pushboolean(L, false);
    lua_insert(L, -2);
    return 2;
  }
  return lua_gettop(L) - (int)extra;
}

static int protected_call(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, true);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_call);
  return finish_call(L, status, 0);
}

// The user's handler is its upvalue. A handler is called before the stack is
// unwound, where no hook fires: it must not run in a state that was killed.
static int handle_error(lua_State *L) {
  if (sf_engine_of(L)->killed) return 1;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

static int protected_call_with_handler(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, handle_error, 1);
  lua_replace(L, 2);
  lua_pushboolean(L, true);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  int status = lua_pcallk(L, count - 2, LUA_MULTRET, 2, 2, finish_call);
  return finish_call(L, status, 2);
}

const luaL_Reg sf_protected_functions[] = {
    {"pcall", protected_call},
    {"xpcall", protected_call_with_handler},
    {NULL, NULL},
};
