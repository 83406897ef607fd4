/// Patterns and regular expressions on texts.
#include <string.h>

#include "lua/engine.h"
#include "text/text.h"

// --- Regular expressions ---------------------------------------------------

int sf_lua_regex(lua_State *L) {
  sheaf_bytes pattern = sf_check_bytes(L, 1);
  const char *flags = luaL_optstring(L, 2, "");
  sf_regex **slot = lua_newuserdatauv(L, sizeof *slot, 0);
  *slot = NULL;
  sf_set_type(L, SF_TYPE_REGEX);
  sheaf_error error;
  if (sf_regex_new(slot, pattern, flags, &error) != SHEAF_OK)
    sf_raise(L, &error);
  return 1;
}

static int release_regex(lua_State *L) {
  sf_regex **slot = sf_check_type(L, 1, SF_TYPE_REGEX);
  sf_regex_free(*slot);
  *slot = NULL;
  return 0;
}

// --- Searching -------------------------------------------------------------

// True when the pattern stands for itself; the empty one is no matter of
// searching.
static bool is_plain(sheaf_bytes pattern) {
  for (size_t i = 0; i < pattern.size; i++)
    if (pattern.data[i] && strchr("^$*+?.([%-", pattern.data[i])) return false;
  return pattern.size > 0;
}

sf_needle sf_check_needle(lua_State *L, int index) {
  sf_regex **regex = sf_to_type(L, index, SF_TYPE_REGEX);
  if (regex) return (sf_needle){.regex = *regex};
  sheaf_bytes pattern = sf_check_bytes(L, index);
  return (sf_needle){.pattern = pattern, .plain = is_plain(pattern)};
}

static bool find_plain(sheaf_bytes text, size_t at, sheaf_bytes wanted,
                       sf_match *match) {
  if (at > text.size) return false;
  const char *found =
      memmem(text.data + at, text.size - at, wanted.data, wanted.size);
  if (!found) return false;
  size_t from = (size_t)(found - text.data);
  match->whole = (sf_range){from, from + wanted.size};
  match->count = 0;
  return true;
}

bool sf_search(lua_State *L, const sf_needle *needle, sheaf_bytes text,
               size_t at, sf_match *match) {
  sf_engine *engine = sf_engine_of(L);
  sheaf_error error;
  int code;
  if (needle->plain) return find_plain(text, at, needle->pattern, match);
  if (needle->regex)
    code = sf_regex_find(needle->regex, text, at, match, &error);
  else
    code = sf_patterns_find(&engine->patterns, text, at, needle->pattern,
                            sf_engine_interrupt, engine, match, &error);
  if (code == SHEAF_ETIMEOUT) sf_engine_check(L);
  if (code < 0) sf_raise(L, &error);
  return code == SHEAF_OK;
}

static bool search(lua_State *L, const sf_text *text, size_t at,
                   sf_match *match) {
  sf_needle needle = sf_check_needle(L, 2);
  return sf_search(L, &needle, (sheaf_bytes){text->data, text->size}, at,
                   match);
}

// Pushes a capture; a place counts from `base`.
static void push_capture(lua_State *L, const sf_text *text, sf_range capture,
                         size_t base) {
  if (capture.to == SF_UNMATCHED)
    lua_pushnil(L);
  else if (capture.to == SF_POSITION)
    lua_pushinteger(L, (lua_Integer)(base + capture.from));
  else
    lua_pushlstring(L, text->data + capture.from, capture.to - capture.from);
}

static int push_captures(lua_State *L, const sf_text *text,
                         const sf_match *match, size_t base) {
  luaL_checkstack(L, (int)match->count + 2, "too many captures");
  for (size_t i = 0; i < match->count; i++)
    push_capture(L, text, match->captures[i], base);
  return (int)match->count;
}

static void push_span(lua_State *L, const sf_text *text, sf_range range) {
  if (range.to == SF_UNMATCHED) {
    lua_pushnil(L);
    lua_pushnil(L);
    return;
  }
  size_t to = range.to == SF_POSITION ? range.from : range.to;
  lua_pushinteger(L, (lua_Integer)(text->from + range.from));
  lua_pushinteger(L, (lua_Integer)(text->from + to));
}

// --- As strings do: places count from 1 ------------------------------------

// Turns Lua's `init` into an offset; false when it is past the end.
static bool read_init(lua_State *L, int index, const sf_text *text,
                      size_t *at) {
  lua_Integer init = luaL_optinteger(L, index, 1);
  lua_Integer size = (lua_Integer)text->size;
  if (init < 0) init = init < -size ? 1 : size + init + 1;
  if (init == 0) init = 1;
  if (init > size + 1) return false;
  *at = (size_t)init - 1;
  return true;
}

static int text_find(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  size_t at;
  sf_match match;
  bool found = read_init(L, 3, text, &at);
  if (found && lua_toboolean(L, 4))
    found = find_plain((sheaf_bytes){text->data, text->size}, at,
                       sf_check_bytes(L, 2), &match);
  else if (found)
    found = search(L, text, at, &match);
  if (!found) {
    luaL_pushfail(L);
    return 1;
  }
  lua_pushinteger(L, (lua_Integer)match.whole.from + 1);
  lua_pushinteger(L, (lua_Integer)match.whole.to);
  return 2 + push_captures(L, text, &match, 1);
}

static int push_match(lua_State *L, const sf_text *text,
                      const sf_match *match) {
  if (match->count) return push_captures(L, text, match, 1);
  lua_pushlstring(L, text->data + match->whole.from,
                  match->whole.to - match->whole.from);
  return 1;
}

static int text_match(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  size_t at;
  sf_match match;
  if (read_init(L, 3, text, &at) && search(L, text, at, &match))
    return push_match(L, text, &match);
  luaL_pushfail(L);
  return 1;
}

// --- Iterators: closures over text, pattern and the end of the last match --

static size_t next_character(sheaf_bytes text, size_t at) {
  do at++;
  while (at < text.size && (text.data[at] & 0xc0) == 0x80);
  return at;
}

bool sf_next_match(lua_State *L, const sf_needle *needle, sheaf_bytes text,
                   lua_Integer *last, sf_match *match) {
  size_t at = *last < 0 ? 0 : (size_t)*last;
  while (at <= text.size && sf_search(L, needle, text, at, match)) {
    size_t end = match->whole.to;
    // As in Lua, no empty match stands right behind the last one.
    if (match->whole.from == end && (lua_Integer)end == *last) {
      at = next_character(text, end);
      continue;
    }
    *last = (lua_Integer)end;
    return true;
  }
  return false;
}

sf_range sf_chosen(const sf_match *match) {
  if (match->count == 0) return match->whole;
  sf_range range = match->captures[0];
  if (range.to == SF_UNMATCHED) return match->whole;
  return range.to == SF_POSITION ? (sf_range){range.from, range.from} : range;
}

void sf_unanchor(lua_State *L, int pattern) {
  if (sf_has_type(L, pattern, SF_TYPE_REGEX)) return;
  if (luaL_checkstring(L, pattern)[0] != '^') return;
  lua_pushliteral(L, "%");
  lua_pushvalue(L, pattern);
  lua_concat(L, 2);
  lua_replace(L, pattern);
}

static const sf_text *next_match(lua_State *L, sf_match *match) {
  const sf_text *text = sf_check_text(L, lua_upvalueindex(1));
  lua_Integer last = lua_tointeger(L, lua_upvalueindex(3));
  sf_needle needle = sf_check_needle(L, lua_upvalueindex(2));
  sheaf_bytes bytes = {text->data, text->size};
  if (!sf_next_match(L, &needle, bytes, &last, match)) return NULL;
  lua_pushinteger(L, last);
  lua_replace(L, lua_upvalueindex(3));
  return text;
}

static int next_strings(lua_State *L) {
  sf_match match;
  const sf_text *text = next_match(L, &match);
  return text ? push_match(L, text, &match) : 0;
}

static int next_span(lua_State *L) {
  sf_match match;
  const sf_text *text = next_match(L, &match);
  if (!text) return 0;
  push_span(L, text, match.whole);
  return 2 + push_captures(L, text, &match, text->from);
}

static int next_group(lua_State *L) {
  sf_match match;
  const sf_text *text = next_match(L, &match);
  if (!text) return 0;
  luaL_checkstack(L, 2 * (int)match.count + 4, "too many captures");
  push_span(L, text, match.whole);
  for (size_t i = 0; i < match.count; i++)
    push_span(L, text, match.captures[i]);
  return 2 + 2 * (int)match.count;
}

static int push_iterator(lua_State *L, lua_CFunction next) {
  sf_check_text(L, 1);
  lua_settop(L, 2);
  sf_unanchor(L, 2);
  lua_pushinteger(L, -1);
  lua_pushcclosure(L, next, 3);
  return 1;
}

static int text_gmatch(lua_State *L) {
  return push_iterator(L, next_strings);
}

static int text_each(lua_State *L) {
  return push_iterator(L, next_span);
}

static int text_each_group(lua_State *L) {
  return push_iterator(L, next_group);
}

// --- With the document's offsets -------------------------------------------

static int text_find_span(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  lua_Integer start = (lua_Integer)text->from;
  lua_Integer from = luaL_optinteger(L, 3, start);
  size_t at = from > start ? (size_t)(from - start) : 0;
  sf_match match;
  if (at <= text->size && search(L, text, at, &match)) {
    push_span(L, text, match.whole);
    return 2 + push_captures(L, text, &match, text->from);
  }
  luaL_pushfail(L);
  return 1;
}

const luaL_Reg sf_match_methods[] = {
    {"find", text_find},
    {"match", text_match},
    {"gmatch", text_gmatch},
    {"find_span", text_find_span},
    {"each", text_each},
    {"each_group", text_each_group},
    {NULL, NULL},
};

void sf_open_match(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", release_regex}, {NULL, NULL}};
  sf_define_type(L, SF_TYPE_REGEX, metamethods, NULL);
}
