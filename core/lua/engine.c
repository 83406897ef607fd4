/// Lua states with an account of their memory.
#include "lua/engine.h"

#include <stdlib.h>
#include <string.h>

#include "lua/lua.h"

const char *sf_lua_version(void) {
  return LUA_RELEASE;
}

// --- Memory ----------------------------------------------------------------

static void *allocate(void *context, void *block, size_t old_size,
                      size_t new_size) {
  sf_engine *engine = context;
  // For a new block `old_size` says what kind of object it is for.
  if (!block) old_size = 0;
  if (new_size == 0) {
    free(block);
    engine->memory -= old_size;
    return NULL;
  }
  size_t memory = engine->memory - old_size + new_size;
  bool grows = new_size > old_size;
  if (grows && engine->memory_limit && memory > engine->memory_limit)
    return NULL;
  void *moved = realloc(block, new_size);
  if (moved) engine->memory = memory;
  return moved;
}

bool sf_engine_open(sf_engine *engine) {
  engine->memory = 0;
  engine->L = lua_newstate(allocate, engine);
  return engine->L != NULL;
}

void sf_engine_close(sf_engine *engine) {
  if (engine->L) lua_close(engine->L);
  engine->L = NULL;
}

sf_engine *sf_engine_of(lua_State *L) {
  void *context;
  lua_getallocf(L, &context);
  return context;
}

// --- Calls -----------------------------------------------------------------

// Makes the error a text with a traceback. Errors that are tables keep their
// `__tostring`.
static int describe_error(lua_State *L) {
  const char *message = lua_tostring(L, 1);
  if (!message) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
      return 1;
    message =
        lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, message, 1);
  return 1;
}

static int explain(sf_engine *engine, int status, sheaf_error *error) {
  if (status == LUA_ERRMEM) {
    sf_fail(error, SHEAF_ELIMIT, engine->name,
            "reached its memory limit of %zu MB", engine->memory_limit >> 20);
    return sf_hint(error, "raise \"memory_mb\" in its plugin.json");
  }
  bool text = lua_type(engine->L, -1) == LUA_TSTRING;
  const char *message = text ? lua_tostring(engine->L, -1) : NULL;
  return sf_fail(error, SHEAF_EPLUGIN, engine->name, "%s",
                 message ? message : "unknown error");
}

int sf_engine_call(sf_engine *engine, int arguments, int results,
                   sheaf_error *error) {
  lua_State *L = engine->L;
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, describe_error);
  lua_insert(L, base);
  int status = lua_pcall(L, arguments, results, base);
  int code = SHEAF_OK;
  if (status != LUA_OK) {
    code = explain(engine, status, error);
    lua_settop(L, base);
  }
  lua_remove(L, base);
  return code;
}

int sf_raise(lua_State *L, const sheaf_error *error) {
  const char *colon = error->what[0] ? ": " : "";
  if (error->hint[0])
    return luaL_error(L, "%s%s%s (%s)", error->what, colon, error->why,
                      error->hint);
  return luaL_error(L, "%s%s%s", error->what, colon, error->why);
}

void sf_define_type(lua_State *L, const char *name, const luaL_Reg *metamethods,
                    const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  if (methods) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  // What scripts get to see instead of the metatable.
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
