/// What plugins may use of Lua's own libraries: an allow list.
#include <stdio.h>
#include <string.h>

#include "lua/engine.h"

#define CHUNK_MAX ((size_t)1 << 20)

static const char *const allowed[] = {
    "assert",   "error",     "ipairs",  "next",   "pairs",  "pcall",
    "rawequal", "rawget",    "rawlen",  "rawset", "select", "tonumber",
    "tostring", "type",      "xpcall",  "string", "table",  "math",
    "utf8",     "coroutine", "_VERSION"};

// --- Functions that differ from Lua's --------------------------------------

// A finalizer runs where no limit holds.
static int set_metatable(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
  lua_settop(L, 2);
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL)
      return luaL_error(L, "a plugin's objects have no __gc");
    lua_settop(L, 2);
  }
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
    return luaL_error(L, "cannot change a protected metatable");
  lua_setmetatable(L, 1);
  return 1;
}

static int get_metatable(lua_State *L) {
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1)) {
    luaL_pushfail(L);
    return 1;
  }
  luaL_getmetafield(L, 1, "__metatable");
  return 1;
}

// Text only: bytecode can crash the interpreter.
static int load_text(lua_State *L) {
  size_t size;
  const char *code = luaL_checklstring(L, 1, &size);
  const char *name = luaL_optstring(L, 2, code);
  const char *mode = luaL_optstring(L, 3, "t");
  luaL_argcheck(L, size <= CHUNK_MAX, 1, "the chunk is larger than 1 MB");
  luaL_argcheck(L, strchr(mode, 't'), 3, "only text can be loaded");
  int status = luaL_loadbufferx(L, code, size, name, "t");
  if (status != LUA_OK) {
    sf_engine_rethrow(L, status);
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (!lua_isnone(L, 4)) {
    lua_pushvalue(L, 4);
    if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
  }
  return 1;
}

// Standard output carries only data.
static int print_line(lua_State *L) {
  sf_engine *engine = sf_engine_of(L);
  int count = lua_gettop(L);
  if (!sf_engine_may_print(engine)) return 0;
  fprintf(stderr, "%s: ", engine->name);
  for (int i = 1; i <= count; i++) {
    size_t size;
    const char *text = luaL_tolstring(L, i, &size);
    if (i > 1) fputc('\t', stderr);
    fwrite(text, 1, size, stderr);
    lua_pop(L, 1);
  }
  fputc('\n', stderr);
  return 0;
}

// --- Opening ---------------------------------------------------------------

static void open_libraries(lua_State *L) {
  static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base},
                                       {LUA_STRLIBNAME, luaopen_string},
                                       {LUA_TABLIBNAME, luaopen_table},
                                       {LUA_MATHLIBNAME, luaopen_math},
                                       {LUA_UTF8LIBNAME, luaopen_utf8},
                                       {LUA_COLIBNAME, luaopen_coroutine},
                                       {NULL, NULL}};
  for (const luaL_Reg *library = libraries; library->name; library++) {
    luaL_requiref(L, library->name, library->func, true);
    lua_pop(L, 1);
  }
}

// Copies what is allowed into new globals, with a registry that does not lead
// back to the rest.
static void keep_allowed(lua_State *L) {
  lua_pushglobaltable(L);
  lua_newtable(L);
  for (size_t i = 0; i < SF_COUNT(allowed); i++) {
    lua_getfield(L, -2, allowed[i]);
    lua_setfield(L, -2, allowed[i]);
  }
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, LUA_GNAME);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}

// Replaces functions of the library `name`, which is made where it is missing.
static void replace(lua_State *L, const char *name, const luaL_Reg *functions) {
  if (lua_getglobal(L, name) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setglobal(L, name);
  }
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}

static void protect_strings(lua_State *L) {
  replace(L, LUA_STRLIBNAME, sf_string_functions);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushliteral(L, "string");
  lua_setfield(L, -2, "__metatable");
  lua_getfield(L, -1, "__index");
  lua_pushnil(L);
  lua_setfield(L, -2, "dump");
  lua_pop(L, 3);
}

void sf_open_sandbox(lua_State *L) {
  static const luaL_Reg functions[] = {{"setmetatable", set_metatable},
                                       {"getmetatable", get_metatable},
                                       {"load", load_text},
                                       {"print", print_line},
                                       {"require", sf_lua_require},
                                       {NULL, NULL}};
  open_libraries(L);
  keep_allowed(L);
  protect_strings(L);
  replace(L, LUA_TABLIBNAME, sf_table_functions);
  replace(L, LUA_COLIBNAME, sf_coroutine_functions);
  lua_pushglobaltable(L);
  luaL_setfuncs(L, functions, 0);
  luaL_setfuncs(L, sf_protected_functions, 0);
  lua_pop(L, 1);
}
