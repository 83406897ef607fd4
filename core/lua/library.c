/// The global `sheaf`: what plugins and scripts have beyond Lua's libraries.
#include <string.h>

#include "lua/engine.h"
#include "text/text.h"

// --- JSON ------------------------------------------------------------------

static sf_buffer *write_json(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 2);
  sf_buffer *out = sf_scratch(L);
  if (lua_isnil(L, 2)) {
    sf_write_json(L, 1, out);
  } else {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    sf_write_json_fields(L, 1, 2, out);
  }
  return out;
}

static int json_encode(lua_State *L) {
  write_json(L);
  return sf_push_scratch(L);
}

static int json_line(lua_State *L) {
  sf_buffer_putc(write_json(L), '\n');
  return sf_push_scratch(L);
}

static int json_decode(lua_State *L) {
  sf_push_json(L, sf_check_bytes(L, 1));
  return 1;
}

static int make_list(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_settop(L, 0);
    lua_newtable(L);
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  sf_set_type(L, SF_TYPE_LIST);
  return 1;
}

// --- Text ------------------------------------------------------------------

static int make_text(lua_State *L) {
  size_t size;
  const char *data = luaL_checklstring(L, 1, &size);
  sheaf_bytes bytes = {data, size};
  size_t valid = sf_utf8_valid(bytes);
  if (valid != size)
    return luaL_error(L, "the string is not UTF-8 at byte %I",
                      (LUAI_UACINT)valid + 1);
  sf_push_text(L, 1, NULL, bytes, 0);
  return 1;
}

static int stop_word(lua_State *L) {
  sheaf_bytes word = sf_check_bytes(L, 1);
  lua_pushboolean(L, sf_text_stop_word(luaL_optstring(L, 2, "en"), word));
  return 1;
}

void sf_open_library(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"regex", sf_lua_regex},  {"word_counter", sf_lua_word_counter},
      {"text", make_text},      {"list", make_list},
      {"stop_word", stop_word}, {NULL, NULL}};
  static const luaL_Reg json[] = {{"encode", json_encode},
                                  {"line", json_line},
                                  {"decode", json_decode},
                                  {NULL, NULL}};
  sf_open_values(L);
  sf_open_match(L);
  sf_open_text(L);
  sf_open_lists(L);
  sf_open_words(L);
  sf_open_document(L);
  luaL_newlib(L, functions);
  luaL_newlib(L, json);
  lua_setfield(L, -2, "json");
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, SHEAF_VERSION);
  lua_setfield(L, -2, "version");
  lua_setglobal(L, "sheaf");
}
