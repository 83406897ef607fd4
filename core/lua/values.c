/// Values and JSON, to Lua and back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "lua/engine.h"

#define DEPTH_MAX 100

// --- Buffers that the state releases ---------------------------------------

static int release_buffer(lua_State *L) {
  sf_buffer_clear(sf_check_type(L, 1, SF_TYPE_BUFFER));
  return 0;
}

sf_buffer *sf_push_buffer(lua_State *L) {
  sf_buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
  *buffer = (sf_buffer){0};
  sf_set_type(L, SF_TYPE_BUFFER);
  return buffer;
}

// --- Values to Lua ---------------------------------------------------------

static void push_items(lua_State *L, const sheaf_value *value) {
  bool map = value->type == SHEAF_MAP;
  size_t count = sheaf_value_count(value);
  int room = count > 1 << 20 ? 1 << 20 : (int)count;
  luaL_checkstack(L, 4, "value is nested too deep");
  lua_createtable(L, map ? 0 : room, map ? room : 0);
  for (size_t i = 0; i < count; i++) {
    sf_push_value(L, sheaf_value_at(value, i));
    if (map) {
      sheaf_bytes key = sheaf_value_key(value, i);
      lua_pushlstring(L, key.data, key.size);
      lua_insert(L, -2);
      lua_rawset(L, -3);
    } else {
      lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
  }
  // An empty list would come back as an empty map.
  if (!map && count == 0) sf_set_type(L, SF_TYPE_LIST);
}

void sf_push_value(lua_State *L, const sheaf_value *value) {
  switch (value->type) {
    case SHEAF_NULL:
      lua_pushlightuserdata(L, NULL);
      break;
    case SHEAF_BOOL:
      lua_pushboolean(L, value->as.boolean);
      break;
    case SHEAF_INT:
      lua_pushinteger(L, value->as.integer);
      break;
    case SHEAF_FLOAT:
      lua_pushnumber(L, value->as.number);
      break;
    case SHEAF_STRING:
      lua_pushlstring(L, value->as.string.data, value->as.string.size);
      break;
    case SHEAF_LIST:
    case SHEAF_MAP:
      push_items(L, value);
  }
}

void sf_push_list(lua_State *L, size_t room) {
  lua_createtable(L, room < 1 << 20 ? (int)room : 1 << 20, 0);
  sf_set_type(L, SF_TYPE_LIST);
}

static int push_value(lua_State *L) {
  const sheaf_value *value = lua_touserdata(L, 1);
  sf_push_value(L, value);
  return 1;
}

void sf_push_json(lua_State *L, sheaf_bytes json) {
  sheaf_value value = SHEAF_VALUE_NULL;
  sheaf_error error;
  if (sheaf_value_parse(&value, json.data, json.size, &error) != SHEAF_OK)
    sf_raise(L, &error);
  // Pushing may raise for want of memory: release the value then, too.
  lua_pushcfunction(L, push_value);
  lua_pushlightuserdata(L, &value);
  int status = lua_pcall(L, 1, 1, 0);
  sheaf_value_clear(&value);
  if (status != LUA_OK) lua_error(L);
}

// --- Lua to JSON -----------------------------------------------------------

static void write_any(lua_State *L, int index, sf_buffer *out, int depth);

static size_t count_pairs(lua_State *L, int index) {
  size_t count = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) count++;
  return count;
}

// A table is a list when nothing but 1, 2, 3 … are its keys; an empty one when
// it is marked as a list.
static bool is_list(lua_State *L, int index) {
  size_t count = count_pairs(L, index);
  if (count > 0) return count == lua_rawlen(L, index);
  return sf_has_type(L, index, SF_TYPE_LIST);
}

static void write_list(lua_State *L, int index, sf_buffer *out, int depth) {
  lua_Integer count = (lua_Integer)lua_rawlen(L, index);
  sf_buffer_putc(out, '[');
  for (lua_Integer i = 1; i <= count; i++) {
    if (i > 1) sf_buffer_putc(out, ',');
    lua_rawgeti(L, index, i);
    write_any(L, lua_gettop(L), out, depth);
    lua_pop(L, 1);
  }
  sf_buffer_putc(out, ']');
}

// A key of a map. Beside names a table may have whole numbers as keys, which
// JSON can only say as strings.
typedef struct {
  sheaf_bytes name;  // `data` is NULL for a number.
  lua_Integer number;
  char digits[24];
} map_key;

static sheaf_bytes key_name(const map_key *key) {
  return key->name.data ? key->name : sf_bytes(key->digits);
}

static int compare_keys(const void *left, const void *right) {
  sheaf_bytes a = key_name(left), b = key_name(right);
  size_t size = a.size < b.size ? a.size : b.size;
  int order = size ? memcmp(a.data, b.data, size) : 0;
  return order ? order : a.size < b.size ? -1 : a.size > b.size;
}

// Raises, and does not leave the buffer to the collector, which does not know
// how large it is.
static void refuse(lua_State *L, sf_buffer *out, const char *why,
                   const char *what) {
  sf_buffer_clear(out);
  luaL_error(L, why, what);
}

static void read_key(lua_State *L, int index, map_key *key, sf_buffer *out) {
  *key = (map_key){.number = 0};
  if (lua_type(L, index) == LUA_TSTRING) {
    key->name.data = lua_tolstring(L, index, &key->name.size);
  } else if (lua_isinteger(L, index)) {
    key->number = lua_tointeger(L, index);
    snprintf(key->digits, sizeof key->digits, "%lld", (long long)key->number);
  } else {
    refuse(L, out, "a %s cannot be a key in JSON", luaL_typename(L, index));
  }
}

static void sort_keys(lua_State *L, int index, map_key *keys, sf_buffer *out) {
  size_t count = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
    read_key(L, -2, &keys[count++], out);
  qsort(keys, count, sizeof *keys, compare_keys);
  for (size_t i = 1; i < count; i++)
    if (compare_keys(&keys[i - 1], &keys[i]) == 0)
      refuse(L, out, "a table has a key as a number and as a %s", "string");
}

static void push_element(lua_State *L, int index, const map_key *key) {
  if (key->name.data)
    lua_pushlstring(L, key->name.data, key->name.size);
  else
    lua_pushinteger(L, key->number);
  lua_rawget(L, index);
}

static void write_map(lua_State *L, int index, sf_buffer *out, int depth) {
  map_key few[12], *keys = few;
  size_t count = count_pairs(L, index);
  int top = lua_gettop(L);
  if (count > SF_COUNT(few))
    keys = lua_newuserdatauv(L, count * sizeof *keys, 0);
  sort_keys(L, index, keys, out);
  sf_buffer_putc(out, '{');
  for (size_t i = 0; i < count; i++) {
    if (i) sf_buffer_putc(out, ',');
    sf_json_string(out, key_name(&keys[i]));
    sf_buffer_putc(out, ':');
    push_element(L, index, &keys[i]);
    write_any(L, lua_gettop(L), out, depth);
    lua_pop(L, 1);
  }
  sf_buffer_putc(out, '}');
  lua_settop(L, top);
}

static void write_number(lua_State *L, int index, sf_buffer *out) {
  sheaf_value number = lua_isinteger(L, index)
                           ? sheaf_value_int(lua_tointeger(L, index))
                           : sheaf_value_float(lua_tonumber(L, index));
  sf_json_value(out, &number);
}

static void write_table(lua_State *L, int index, sf_buffer *out, int depth) {
  if (depth >= DEPTH_MAX)
    refuse(L, out, "a %s is nested too deep for JSON", "table");
  luaL_checkstack(L, 8, "a table is nested too deep for JSON");
  if (is_list(L, index))
    write_list(L, index, out, depth + 1);
  else
    write_map(L, index, out, depth + 1);
}

// Values that stand in many places make a long text of little memory.
static void check_limits(lua_State *L, sf_buffer *out) {
  const sf_engine *engine = sf_engine_of(L);
  sf_engine_check(L);
  if (!engine->memory_limit || out->size <= engine->memory_limit) return;
  sf_buffer_clear(out);
  sf_engine_rethrow(L, LUA_ERRMEM);
}

static void write_any(lua_State *L, int index, sf_buffer *out, int depth) {
  sheaf_bytes bytes;
  check_limits(L, out);
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      sf_buffer_puts(out, "null");
      return;
    case LUA_TBOOLEAN:
      sf_buffer_puts(out, lua_toboolean(L, index) ? "true" : "false");
      return;
    case LUA_TNUMBER:
      write_number(L, index, out);
      return;
    case LUA_TTABLE:
      write_table(L, index, out, depth);
      return;
    default:
      if (lua_islightuserdata(L, index) && !lua_touserdata(L, index))
        sf_buffer_puts(out, "null");
      else if (sf_to_bytes(L, index, &bytes))
        sf_json_string(out, bytes);
      else
        refuse(L, out, "a %s cannot be written as JSON",
               luaL_typename(L, index));
  }
}

void sf_write_json(lua_State *L, int index, sf_buffer *out) {
  write_any(L, lua_absindex(L, index), out, 0);
  if (out->failed) luaL_error(L, "not enough memory");
}

static void write_field(lua_State *L, int index, sf_buffer *out, bool first) {
  sheaf_bytes name = sf_check_bytes(L, -1);
  lua_pushvalue(L, -1);
  if (lua_rawget(L, index) == LUA_TNIL) return;
  if (!first) sf_buffer_putc(out, ',');
  sf_json_string(out, name);
  sf_buffer_putc(out, ':');
  write_any(L, lua_gettop(L), out, 1);
}

void sf_write_json_fields(lua_State *L, int index, int fields, sf_buffer *out) {
  int top = lua_gettop(L);
  luaL_checkstack(L, 8, "too many values");
  sf_buffer_putc(out, '{');
  size_t start = out->size;
  for (lua_Integer i = 1; lua_rawgeti(L, fields, i) != LUA_TNIL; i++) {
    write_field(L, index, out, out->size == start);
    lua_settop(L, top);
  }
  lua_settop(L, top);
  sf_buffer_putc(out, '}');
  if (out->failed) luaL_error(L, "not enough memory");
}

void sf_open_values(lua_State *L) {
  static const luaL_Reg buffer[] = {{"__gc", release_buffer}, {NULL, NULL}};
  static const luaL_Reg list[] = {{NULL, NULL}};
  sf_define_type(L, SF_TYPE_BUFFER, buffer, NULL);
  sf_define_type(L, SF_TYPE_LIST, list, NULL);
}
