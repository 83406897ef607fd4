/// The types of our own that values in Lua can have. They are asked for in
/// every call, so each is known by the address of its metatable, not by its
/// name.
#include "lua/engine.h"

static const char *const names[SF_TYPES] = {
#define NAME(type, name) [SF_TYPE_##type] = name,
    SF_TYPE_MAP(NAME)
#undef NAME
};

void sf_define_type(lua_State *L, sf_type type, const luaL_Reg *metamethods,
                    const luaL_Reg *methods) {
  luaL_newmetatable(L, names[type]);
  luaL_setfuncs(L, metamethods, 0);
  if (methods) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  // What scripts get to see instead of the metatable.
  lua_pushstring(L, names[type]);
  lua_setfield(L, -2, "__metatable");
  const void *address = lua_topointer(L, -1);
  sf_engine_of(L)->types[type] = address;
  lua_rawsetp(L, LUA_REGISTRYINDEX, address);
}

void sf_push_type(lua_State *L, sf_type type) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, sf_engine_of(L)->types[type]);
}

void sf_set_type(lua_State *L, sf_type type) {
  sf_push_type(L, type);
  lua_setmetatable(L, -2);
}

bool sf_has_type(lua_State *L, int index, sf_type type) {
  if (!lua_getmetatable(L, index)) return false;
  const void *address = lua_topointer(L, -1);
  lua_pop(L, 1);
  return address == sf_engine_of(L)->types[type];
}

void *sf_to_type(lua_State *L, int index, sf_type type) {
  return sf_has_type(L, index, type) ? lua_touserdata(L, index) : NULL;
}

void *sf_check_type(lua_State *L, int index, sf_type type) {
  void *block = sf_to_type(L, index, type);
  if (!block) luaL_typeerror(L, index, names[type]);
  return block;
}
