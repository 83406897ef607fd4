/// Compares our pattern matcher with Lua's own on one case.
#ifndef LUA_PATTERNS_H
#define LUA_PATTERNS_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "text/text.h"

/// What string.find returned: "=from,to,captures", "-" or "!message".
static void describe_lua(lua_State *L, sheaf_bytes text, sheaf_bytes pattern,
                         size_t at, sf_buffer *out) {
  int results;

  lua_settop(L, 0);
  lua_getglobal(L, "string");
  lua_getfield(L, -1, "find");
  lua_remove(L, 1);
  lua_pushlstring(L, text.data, text.size);
  lua_pushlstring(L, pattern.data, pattern.size);
  lua_pushinteger(L, (lua_Integer)at + 1);
  if (lua_pcall(L, 3, LUA_MULTRET, 0) != LUA_OK) {
    sf_buffer_printf(out, "!%s", lua_tostring(L, -1));
    return;
  }
  results = lua_gettop(L);
  sf_buffer_puts(out, lua_isnil(L, 1) ? "-" : "=");
  for (int i = 1; i <= results && !lua_isnil(L, 1); i++) {
    size_t size;
    bool position = lua_isinteger(L, i);
    const char *data = lua_tolstring(L, i, &size);
    sf_buffer_putc(out, position ? '@' : '"');
    sf_buffer_append(out, data, size);
  }
}

static void describe_ours(sheaf_bytes text, sheaf_bytes pattern, size_t at,
                          sf_buffer *out) {
  sf_match match;
  sheaf_error error;
  int code = sf_pattern_find(text, at, pattern, NULL, NULL, &match, &error);

  if (code < 0) sf_buffer_printf(out, "!%s", error.why);
  if (code == SHEAF_END) sf_buffer_puts(out, "-");
  if (code != SHEAF_OK) return;
  sf_buffer_printf(out, "=@%zu@%zu", match.whole.from + 1, match.whole.to);
  for (size_t i = 0; i < match.count; i++) {
    sf_range range = match.captures[i];
    if (range.to == SF_POSITION) {
      sf_buffer_printf(out, "@%zu", range.from + 1);
    } else {
      sf_buffer_putc(out, '"');
      sf_buffer_append(out, text.data + range.from, range.to - range.from);
    }
  }
}

/// True when string.find takes the pattern as plain text although it has a
/// stray bracket, which is a fault to string.match and to us.
static bool is_plain_to_lua(sheaf_bytes pattern) {
  bool stray = false;

  for (size_t i = 0; i < pattern.size; i++) {
    if (pattern.data[i] && strchr("^$*+?.([%-", pattern.data[i])) return false;
    if (pattern.data[i] == ')') stray = true;
  }
  return stray;
}

/// True when Lua and we say the same, or Lua gave up.
static bool agrees_with_lua(lua_State *L, sheaf_bytes text, sheaf_bytes pattern,
                            size_t at) {
  sf_buffer lua = {0};
  sf_buffer ours = {0};
  bool same;

  describe_lua(L, text, pattern, at, &lua);
  describe_ours(text, pattern, at, &ours);
  same =
      (lua.size == ours.size && memcmp(lua.data, ours.data, ours.size) == 0) ||
      strstr(sf_buffer_text(&lua), "too complex") || is_plain_to_lua(pattern);
  if (!same)
    fprintf(stderr, "pattern [%.*s] text [%.*s] at %zu\nLua:  %s\nours: %s\n",
            (int)pattern.size, pattern.data, (int)text.size, text.data, at,
            sf_buffer_text(&lua), sf_buffer_text(&ours));
  sf_buffer_clear(&lua);
  sf_buffer_clear(&ours);
  return same;
}

#endif
