/// The library `coroutine`, written so that the coroutine that runs is known
/// (time that is up must stop that one) and that a kill goes through all.
#include "lua/engine.h"

/// Closing a coroutine may close others. Each begins to count its calls of C
/// anew, as far as Lua lets them nest: some 600 kB of C's stack.
#define CLOSING_MAX 4

static lua_State *check_coroutine(lua_State *L, int index) {
  lua_State *co = lua_tothread(L, index);
  luaL_argexpected(L, co, index, "coroutine");
  return co;
}

// --- Resuming --------------------------------------------------------------

// Resumes `co` with the arguments on top of L. Returns how many results it
// left on L; -1 with an error message there.
static int resume(lua_State *L, lua_State *co, int arguments) {
  sf_engine *engine = sf_engine_of(L);
  int results = 0;
  // A hook that waits is the host's to resume.
  if (sf_hook_of(co)) {
    lua_pushliteral(L, "cannot resume non-suspended coroutine");
    return -1;
  }
  if (!lua_checkstack(co, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, arguments);
  engine->running = co;
  int status = lua_resume(co, L, arguments, &results);
  engine->running = L;
  // A kill may leave a coroutine by yielding.
  sf_engine_rethrow(L, status);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

static int coroutine_resume(lua_State *L) {
  lua_State *co = check_coroutine(L, 1);
  int results = resume(L, co, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  if (results < 0) results = 1;
  lua_insert(L, -(results + 1));
  return results + 1;
}

// Runs the pending `__close` of a coroutine that ended in an error.
static int close_coroutine(lua_State *L, lua_State *co) {
  sf_engine *engine = sf_engine_of(L);
  if (engine->closing == CLOSING_MAX)
    return luaL_error(L, "too many coroutines are closed within another");
  engine->closing++;
  engine->running = co;
  int status = lua_resetthread(co);
  engine->running = L;
  engine->closing--;
  sf_engine_rethrow(L, status);
  return status;
}

static int wrapped(lua_State *L) {
  lua_State *co = check_coroutine(L, lua_upvalueindex(1));
  int results = resume(L, co, lua_gettop(L));
  if (results >= 0) return results;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    // What its pending `__close` raise takes the place of the first error.
    close_coroutine(L, co);
    lua_xmove(co, L, 1);
  }
  // Where the error happened is worth knowing, unless it is not a text.
  if (lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int coroutine_create(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

static int coroutine_wrap(lua_State *L) {
  coroutine_create(L);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

static int coroutine_yield(lua_State *L) {
  if (sf_hook_of(L)) {
    lua_pushliteral(L, "attempt to yield from outside a coroutine");
    return lua_error(L);
  }
  return lua_yield(L, lua_gettop(L));
}

// --- Asking ----------------------------------------------------------------

static const char *status_name(lua_State *L, lua_State *co) {
  lua_Debug frame;
  if (L == co) return "running";
  if (sf_hook_of(co)) return "normal";
  switch (lua_status(co)) {
    case LUA_YIELD:
      return "suspended";
    case LUA_OK:
      if (lua_getstack(co, 0, &frame)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    default:
      return "dead";
  }
}

static int coroutine_status(lua_State *L) {
  lua_pushstring(L, status_name(L, check_coroutine(L, 1)));
  return 1;
}

static int coroutine_running(lua_State *L) {
  bool main = lua_pushthread(L) || sf_hook_of(L);
  lua_pushboolean(L, main);
  return 2;
}

static int coroutine_is_yieldable(lua_State *L) {
  lua_State *co = lua_isnone(L, 1) ? L : check_coroutine(L, 1);
  lua_pushboolean(L, lua_isyieldable(co) && !sf_hook_of(co));
  return 1;
}

static int coroutine_close(lua_State *L) {
  lua_State *co = check_coroutine(L, 1);
  const char *status = status_name(L, co);
  if (status[0] != 's' && status[0] != 'd')
    return luaL_error(L, "cannot close a %s coroutine", status);
  if (close_coroutine(L, co) == LUA_OK) {
    lua_pushboolean(L, true);
    return 1;
  }
  lua_pushboolean(L, false);
  lua_xmove(co, L, 1);
  return 2;
}

const luaL_Reg sf_coroutine_functions[] = {
    {"create", coroutine_create},
    {"resume", coroutine_resume},
    {"wrap", coroutine_wrap},
    {"yield", coroutine_yield},
    {"status", coroutine_status},
    {"running", coroutine_running},
    {"isyieldable", coroutine_is_yieldable},
    {"close", coroutine_close},
    {NULL, NULL},
};
