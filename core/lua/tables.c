/// Functions of the library `table` that loop: with Lua's results, but they
/// stop when time is up. A table's length may be a lie, and a loop over it
/// need not run a single instruction of Lua.
#include "lua/engine.h"

#define CHECK_EVERY 1024

static void pause_at(lua_State *L, lua_Integer i) {
  if ((lua_Unsigned)i % CHECK_EVERY == 0) sf_engine_check(L);
}

// --- Moving elements -------------------------------------------------------

static int table_insert(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  // A length that is a lie wraps around.
  lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1), at = end;
  int count = lua_gettop(L);
  if (count == 3) {
    at = luaL_checkinteger(L, 2);
    luaL_argcheck(L, (lua_Unsigned)at - 1 < (lua_Unsigned)end, 2,
                  "position out of bounds");
    for (lua_Integer i = end; i > at; i--) {
      pause_at(L, i);
      lua_geti(L, 1, i - 1);
      lua_seti(L, 1, i);
    }
  } else if (count != 2) {
    return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, at);
  return 0;
}

static int table_remove(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer size = luaL_len(L, 1), at = luaL_optinteger(L, 2, size);
  // Of an empty list, position 0 may be "removed", too.
  bool inside = (lua_Unsigned)at - 1 <= (lua_Unsigned)size;
  luaL_argcheck(L, inside || at == size, 2, "position out of bounds");
  lua_geti(L, 1, at);
  for (; at < size; at++) {
    pause_at(L, at);
    lua_geti(L, 1, at + 1);
    lua_seti(L, 1, at);
  }
  lua_pushnil(L);
  lua_seti(L, 1, at);
  return 1;
}

static int table_move(lua_State *L) {
  lua_Integer from = luaL_checkinteger(L, 2), end = luaL_checkinteger(L, 3);
  lua_Integer to = luaL_checkinteger(L, 4);
  int target = lua_isnoneornil(L, 5) ? 1 : 5;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, target, LUA_TTABLE);
  lua_pushvalue(L, target);
  if (end < from) return 1;
  luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3,
                "too many elements to move");
  lua_Integer count = end - from + 1;
  luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4,
                "destination wrap around");
  bool upward = to > end || to <= from ||
                (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
  for (lua_Integer k = 0; k < count; k++) {
    lua_Integer i = upward ? k : count - 1 - k;
    pause_at(L, k);
    lua_geti(L, 1, from + i);
    lua_seti(L, target, to + i);
  }
  return 1;
}

// --- Making strings and results --------------------------------------------

static void add_element(lua_State *L, luaL_Buffer *out, lua_Integer i) {
  lua_geti(L, 1, i);
  if (!lua_isstring(L, -1))
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'",
               luaL_typename(L, -1), (LUAI_UACINT)i);
  luaL_addvalue(out);
}

static int table_concat(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  size_t size;
  const char *separator = luaL_optlstring(L, 2, "", &size);
  lua_Integer from = luaL_optinteger(L, 3, 1);
  lua_Integer to =
      lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  for (lua_Integer i = from; i <= to; i++) {
    pause_at(L, i);
    add_element(L, &out, i);
    if (i == to) break;
    luaL_addlstring(&out, separator, size);
  }
  luaL_pushresult(&out);
  return 1;
}

// --- Sorting ---------------------------------------------------------------
// Heapsort: never worse than n log n, whatever the comparison says.

// Compares what stands at two places of the list at 1; the function, if any,
// is at 2.
static bool less(lua_State *L, lua_Integer a, lua_Integer b) {
  lua_geti(L, 1, a);
  lua_geti(L, 1, b);
  bool result;
  if (lua_isnil(L, 2)) {
    result = lua_compare(L, -2, -1, LUA_OPLT);
  } else {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 1);
    result = lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  return result;
}

static void swap(lua_State *L, lua_Integer a, lua_Integer b) {
  lua_geti(L, 1, a);
  lua_geti(L, 1, b);
  lua_seti(L, 1, a);
  lua_seti(L, 1, b);
}

static void sift_down(lua_State *L, lua_Integer root, lua_Integer size) {
  for (lua_Integer child; (child = 2 * root) <= size; root = child) {
    if (child < size && less(L, child, child + 1)) child++;
    if (!less(L, root, child)) return;
    swap(L, root, child);
  }
}

static int table_sort(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer size = luaL_len(L, 1);
  if (size < 2) return 0;
  luaL_argcheck(L, size < INT32_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  for (lua_Integer root = size / 2; root >= 1; root--) {
    pause_at(L, root);
    sift_down(L, root, size);
  }
  for (lua_Integer end = size; end > 1; end--) {
    pause_at(L, end);
    swap(L, 1, end);
    sift_down(L, 1, end - 1);
  }
  return 0;
}

const luaL_Reg sf_table_functions[] = {
    {"insert", table_insert}, {"remove", table_remove}, {"move", table_move},
    {"concat", table_concat}, {"sort", table_sort},     {NULL, NULL},
};
