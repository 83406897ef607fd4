/// Programs that plugins start: the request, and what is told of the end.
#include "lua/call.h"

#define WORDS_MAX 1024

// --- Reading the request ---------------------------------------------------

// Pushes the words of the command at `index` and lists them; they are good for
// as long as they are on the stack.
static const char **list_words(lua_State *L, int index) {
  luaL_checktype(L, index, LUA_TTABLE);
  lua_Integer count = (lua_Integer)lua_rawlen(L, index);
  if (count < 1 || count > WORDS_MAX)
    luaL_error(L, "a command has 1 to %d words", WORDS_MAX);
  luaL_checkstack(L, (int)count + 2, "a long command");
  const char **words =
      lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *words, 0);
  for (lua_Integer i = 0; i < count; i++) {
    size_t size;
    lua_rawgeti(L, index, i + 1);
    words[i] = lua_tolstring(L, -1, &size);
    if (!words[i] || strlen(words[i]) != size)
      luaL_error(L, "word %I of the command is no text", (LUAI_UACINT)i + 1);
  }
  words[count] = NULL;
  return words;
}

sf_spawn *sf_read_spawn(lua_State *L, int index,
                        const sheaf_plugin_context *context) {
  static const char *const names[] = {"command", "input", NULL};
  sheaf_command command = {.size = sizeof command, .input = {"", 0}};
  sf_spawn *spawn;
  sheaf_error error;
  luaL_checktype(L, index, LUA_TTABLE);
  sf_check_options(L, index, names);
  lua_getfield(L, index, "input");
  if (!lua_isnil(L, -1)) command.input = sf_check_bytes(L, -1);
  lua_getfield(L, index, "command");
  command.words = list_words(L, lua_gettop(L));
  if (sf_spawn_new(&spawn, context, &command, &error) == SHEAF_OK) return spawn;
  sf_push_refusal(L, &error);
  return NULL;
}

// --- What became of it -----------------------------------------------------

static void set_bytes(lua_State *L, const char *key, sheaf_bytes bytes) {
  lua_pushlstring(L, bytes.data ? bytes.data : "", bytes.size);
  lua_setfield(L, -2, key);
}

int sf_push_outcome(lua_State *L, const sf_spawn *spawn) {
  sheaf_outcome outcome;
  sheaf_error error;
  if (sf_spawn_outcome(spawn, &outcome, &error) != SHEAF_OK)
    return sf_push_refusal(L, &error);
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, outcome.status);
  lua_setfield(L, -2, "status");
  if (outcome.signal) {
    lua_pushinteger(L, outcome.signal);
    lua_setfield(L, -2, "signal");
  }
  set_bytes(L, "output", outcome.output);
  set_bytes(L, "errors", outcome.errors);
  return 1;
}
