/// Functions of the library `string` that could run for ever: `rep`, and those
/// with patterns, over the matcher that can be stopped.
#include <string.h>

#include "lua/engine.h"
#include "text/text.h"

/// Bytes that are copied without looking at the clock.
#define FILL_MOST ((size_t)1 << 20)

// --- rep -------------------------------------------------------------------

// Makes `out`, which begins with the `done` bytes that repeat, full: what is
// there is copied behind itself, so that short strings take few steps.
static void fill(lua_State *L, char *out, size_t done, size_t total) {
  while (done < total) {
    size_t more = total - done < done ? total - done : done;
    for (size_t at = 0; at < more; at += FILL_MOST) {
      size_t piece = more - at < FILL_MOST ? more - at : FILL_MOST;
      sf_engine_check(L);
      memcpy(out + done + at, out + at, piece);
    }
    done += more;
  }
}

static int string_rep(lua_State *L) {
  size_t size, gap;
  const char *text = luaL_checklstring(L, 1, &size);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &gap);
  if (count <= 0 || (size == 0 && gap == 0)) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (size + gap < size || size + gap > (size_t)INT64_MAX / (size_t)count)
    return luaL_error(L, "resulting string too large");
  size_t total = size * (size_t)count + gap * (size_t)(count - 1);
  luaL_Buffer out;
  char *at = luaL_buffinitsize(L, &out, total);
  memcpy(at, text, size);
  if (count > 1) memcpy(at + size, separator, gap);
  if (count > 1) fill(L, at, size + gap, total);
  luaL_pushresultsize(&out, total);
  return 1;
}

// --- Matching --------------------------------------------------------------

static bool search(lua_State *L, sheaf_bytes text, size_t at,
                   sheaf_bytes pattern, sf_match *match) {
  sheaf_error error;
  sf_engine *engine = sf_engine_of(L);
  int code = sf_patterns_find(&engine->patterns, text, at, pattern,
                              sf_engine_interrupt, engine, match, &error);
  if (code == SHEAF_ETIMEOUT) sf_engine_check(L);
  if (code < 0) luaL_error(L, "%s", error.why);
  return code == SHEAF_OK;
}

static void push_capture(lua_State *L, sheaf_bytes text, sf_range capture) {
  if (capture.to == SF_POSITION)
    lua_pushinteger(L, (lua_Integer)capture.from + 1);
  else
    lua_pushlstring(L, text.data + capture.from, capture.to - capture.from);
}

static int push_captures(lua_State *L, sheaf_bytes text,
                         const sf_match *match) {
  luaL_checkstack(L, (int)match->count + 2, "too many captures");
  for (size_t i = 0; i < match->count; i++)
    push_capture(L, text, match->captures[i]);
  return (int)match->count;
}

// The captures, or the whole match where there are none.
static int push_match(lua_State *L, sheaf_bytes text, const sf_match *match) {
  if (match->count) return push_captures(L, text, match);
  push_capture(L, text, match->whole);
  return 1;
}

static sheaf_bytes check_string(lua_State *L, int index) {
  sheaf_bytes bytes;
  bytes.data = luaL_checklstring(L, index, &bytes.size);
  return bytes;
}

// False when `init` is behind the end.
static bool read_init(lua_State *L, int index, size_t size, size_t *at) {
  lua_Integer init = luaL_optinteger(L, index, 1);
  if (init < 0) init += (lua_Integer)size + 1;
  if (init < 1) init = 1;
  *at = (size_t)init - 1;
  return *at <= size;
}

static int find_plain(lua_State *L, sheaf_bytes text, size_t at,
                      sheaf_bytes wanted) {
  const char *found =
      memmem(text.data + at, text.size - at, wanted.data, wanted.size);
  if (!found) {
    luaL_pushfail(L);
    return 1;
  }
  lua_pushinteger(L, found - text.data + 1);
  lua_pushinteger(L, found - text.data + (lua_Integer)wanted.size);
  return 2;
}

static int string_find(lua_State *L) {
  sheaf_bytes text = check_string(L, 1), pattern = check_string(L, 2);
  sf_match match;
  size_t at;
  if (read_init(L, 3, text.size, &at)) {
    if (lua_toboolean(L, 4)) return find_plain(L, text, at, pattern);
    if (search(L, text, at, pattern, &match)) {
      lua_pushinteger(L, (lua_Integer)match.whole.from + 1);
      lua_pushinteger(L, (lua_Integer)match.whole.to);
      return 2 + push_captures(L, text, &match);
    }
  }
  luaL_pushfail(L);
  return 1;
}

static int string_match(lua_State *L) {
  sheaf_bytes text = check_string(L, 1), pattern = check_string(L, 2);
  sf_match match;
  size_t at;
  if (read_init(L, 3, text.size, &at) && search(L, text, at, pattern, &match))
    return push_match(L, text, &match);
  luaL_pushfail(L);
  return 1;
}

// --- gmatch ----------------------------------------------------------------

// Closure over text, pattern, the offset that comes next, and the end of the
// last match, behind which no empty match may stand.
static int next_match(lua_State *L) {
  sheaf_bytes text = check_string(L, lua_upvalueindex(1));
  sheaf_bytes pattern = check_string(L, lua_upvalueindex(2));
  size_t at = (size_t)lua_tointeger(L, lua_upvalueindex(3));
  lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
  sf_match match;
  while (at <= text.size && search(L, text, at, pattern, &match)) {
    size_t end = match.whole.to;
    if (match.whole.from == end && (lua_Integer)end == last) {
      at = end + 1;
      continue;
    }
    lua_pushinteger(L, (lua_Integer)end);
    lua_replace(L, lua_upvalueindex(3));
    lua_pushinteger(L, (lua_Integer)end);
    lua_replace(L, lua_upvalueindex(4));
    return push_match(L, text, &match);
  }
  return 0;
}

static int string_gmatch(lua_State *L) {
  sheaf_bytes text = check_string(L, 1);
  size_t at;
  check_string(L, 2);
  if (!read_init(L, 3, text.size, &at)) at = text.size + 1;
  lua_settop(L, 2);
  // In `gmatch` a leading '^' is no anchor: it stands for itself.
  if (lua_tostring(L, 2)[0] == '^') {
    lua_pushliteral(L, "%");
    lua_insert(L, 2);
    lua_concat(L, 2);
  }
  lua_pushinteger(L, (lua_Integer)at);
  lua_pushinteger(L, -1);
  lua_pushcclosure(L, next_match, 4);
  return 1;
}

// --- gsub ------------------------------------------------------------------

static void add_numbered(lua_State *L, luaL_Buffer *out, sheaf_bytes text,
                         const sf_match *match, char digit) {
  size_t index = (size_t)(digit - '1');
  if (digit == '0' || (digit == '1' && match->count == 0))
    push_capture(L, text, match->whole);
  else if (index < match->count)
    push_capture(L, text, match->captures[index]);
  else
    luaL_error(L, "invalid capture index %%%c", digit);
  luaL_addvalue(out);
}

static void add_template(lua_State *L, luaL_Buffer *out, sheaf_bytes text,
                         const sf_match *match) {
  sheaf_bytes template = check_string(L, 3);
  for (size_t i = 0; i < template.size; i++) {
    char c = template.data[i];
    if (c != '%') {
      luaL_addchar(out, c);
      continue;
    }
    c = ++i < template.size ? template.data[i] : '\0';
    if (c == '%')
      luaL_addchar(out, c);
    else if (c >= '0' && c <= '9')
      add_numbered(L, out, text, match, c);
    else
      luaL_error(L, "invalid use of '%%' in replacement string");
  }
}

// A table or a function says what to put in; false or nil keeps the match.
static bool add_computed(lua_State *L, luaL_Buffer *out, sheaf_bytes text,
                         const sf_match *match) {
  if (lua_type(L, 3) == LUA_TTABLE) {
    push_capture(L, text, match->count ? match->captures[0] : match->whole);
    lua_gettable(L, 3);
  } else {
    lua_pushvalue(L, 3);
    lua_call(L, push_match(L, text, match), 1);
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(out, text.data + match->whole.from,
                    match->whole.to - match->whole.from);
    return false;
  }
  if (!lua_isstring(L, -1))
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  luaL_addvalue(out);
  return true;
}

static bool add_replacement(lua_State *L, luaL_Buffer *out, sheaf_bytes text,
                            const sf_match *match) {
  int type = lua_type(L, 3);
  if (type == LUA_TTABLE || type == LUA_TFUNCTION)
    return add_computed(L, out, text, match);
  add_template(L, out, text, match);
  return true;
}

static int string_gsub(lua_State *L) {
  sheaf_bytes text = check_string(L, 1), pattern = check_string(L, 2);
  int type = lua_type(L, 3);
  luaL_argexpected(L,
                   type == LUA_TNUMBER || type == LUA_TSTRING ||
                       type == LUA_TFUNCTION || type == LUA_TTABLE,
                   3, "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)text.size + 1);
  bool anchored = pattern.size && pattern.data[0] == '^';
  size_t at = 0, copied = 0, last = SIZE_MAX;
  lua_Integer count = 0;
  sf_match match;
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  while (count < most && at <= text.size &&
         search(L, text, at, pattern, &match)) {
    at = match.whole.to;
    // An empty match right behind the last one does not count.
    if (match.whole.from != at || at != last) {
      luaL_addlstring(&out, text.data + copied, match.whole.from - copied);
      add_replacement(L, &out, text, &match);
      copied = last = at;
      count++;
    }
    if (match.whole.from == at) at++;
    if (anchored) break;
  }
  luaL_addlstring(&out, text.data + copied, text.size - copied);
  luaL_pushresult(&out);
  lua_pushinteger(L, count);
  return 2;
}

const luaL_Reg sf_string_functions[] = {
    {"rep", string_rep},       {"find", string_find}, {"match", string_match},
    {"gmatch", string_gmatch}, {"gsub", string_gsub}, {NULL, NULL},
};
