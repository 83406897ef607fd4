/// Programs that plugins start: a command, what it reads, what it says.
#include <stdlib.h>
#include <string.h>

#include "lua/call.h"

#define WORDS_MAX  1024
#define ERRORS_MAX ((size_t)4096)       // Kept of standard error.
#define OUTPUT_MAX ((size_t)256 << 20)  // Without a limit of memory.

struct sf_spawn {
  const char *plugin;  ///< Borrowed.
  char *program;       ///< Its path.
  char **words;        ///< The command, ended by NULL.
  sf_buffer input, output, errors;
  size_t limit;  ///< Bytes of output.
  sf_program *running;
  void (*done)(void *context);
  void *context;
  bool ended, full;
  int status, signal;
};

void sf_spawn_free(sf_spawn *spawn) {
  if (!spawn) return;
  sf_program_close(spawn->running);
  for (char **word = spawn->words; word && *word; word++) free(*word);
  free(spawn->words);
  free(spawn->program);
  sf_buffer_clear(&spawn->input);
  sf_buffer_clear(&spawn->output);
  sf_buffer_clear(&spawn->errors);
  free(spawn);
}

// --- Reading the request ---------------------------------------------------

// The number of words of the command at the top, all of which are checked.
static lua_Integer check_words(lua_State *L) {
  luaL_checktype(L, -1, LUA_TTABLE);
  lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
  if (count < 1 || count > WORDS_MAX)
    luaL_error(L, "a command has 1 to %d words", WORDS_MAX);
  for (lua_Integer i = 1; i <= count; i++) {
    size_t size;
    lua_rawgeti(L, -1, i);
    const char *word = lua_tolstring(L, -1, &size);
    if (!word || strlen(word) != size)
      luaL_error(L, "word %I of the command is no text", (LUAI_UACINT)i);
    lua_pop(L, 1);
  }
  return count;
}

// The path of the program, which was found when it was granted.
static const char *find_program(const sheaf_plugin_context *context,
                                const char *name, sheaf_error *error) {
  const sheaf_value *programs = sheaf_value_get(context->grants, "spawn");
  if (sheaf_plugin_may(context, "spawn", name, error)) return NULL;
  const char *path = sheaf_value_get_string(programs, name, NULL);
  if (!path) sf_fail(error, SHEAF_EOPEN, name, "this program is not installed");
  return path;
}

// Copies the words of the command, whose table is at `index`; raises nothing.
static bool copy_words(lua_State *L, int index, lua_Integer count,
                       char **words) {
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(L, index, i + 1);
    words[i] = strdup(lua_tostring(L, -1));
    lua_pop(L, 1);
    if (!words[i]) return false;
  }
  return true;
}

sf_spawn *sf_spawn_new(lua_State *L, int index,
                       const sheaf_plugin_context *context) {
  static const char *const names[] = {"command", "input", NULL};
  sheaf_bytes input = {"", 0};
  sheaf_error error;
  luaL_checktype(L, index, LUA_TTABLE);
  sf_check_options(L, index, names);
  lua_getfield(L, index, "input");
  if (!lua_isnil(L, -1)) input = sf_check_bytes(L, -1);
  lua_getfield(L, index, "command");
  lua_Integer count = check_words(L);
  lua_rawgeti(L, -1, 1);
  const char *name = lua_tostring(L, -1);
  const char *path = find_program(context, name, &error);
  if (!path) {
    sf_push_refusal(L, &error);
    return NULL;
  }
  sf_spawn *spawn = calloc(1, sizeof *spawn);
  if (!spawn) luaL_error(L, "not enough memory");
  size_t memory = context->memory_limit;
  spawn->plugin = context->name;
  spawn->limit = memory ? memory : OUTPUT_MAX;
  spawn->program = strdup(path);
  spawn->words = calloc((size_t)count + 1, sizeof *spawn->words);
  sf_buffer_append(&spawn->input, input.data, input.size);
  if (spawn->program && spawn->words && !spawn->input.failed &&
      copy_words(L, lua_gettop(L) - 1, count, spawn->words))
    return spawn;
  sf_spawn_free(spawn);
  luaL_error(L, "not enough memory");
  return NULL;
}

// --- Running ---------------------------------------------------------------

static void end(sf_spawn *spawn) {
  spawn->ended = true;
  spawn->done(spawn->context);
}

static void on_data(void *context, sheaf_bytes data) {
  sf_spawn *spawn = context;
  spawn->full = data.size > spawn->limit - spawn->output.size;
  if (!spawn->full) {
    sf_buffer_append(&spawn->output, data.data, data.size);
    return;
  }
  sf_program_close(spawn->running);
  spawn->running = NULL;
  end(spawn);
}

// What is said first tells most.
static void on_errors(void *context, sheaf_bytes data) {
  sf_spawn *spawn = context;
  size_t room = ERRORS_MAX - spawn->errors.size;
  sf_buffer_append(&spawn->errors, data.data,
                   data.size < room ? data.size : room);
}

static void on_exit_status(void *context, int status, int signal) {
  sf_spawn *spawn = context;
  spawn->status = status;
  spawn->signal = signal;
  end(spawn);
}

int sf_spawn_start(sf_spawn *spawn, sf_loop *loop, void (*done)(void *context),
                   void *context, sheaf_error *error) {
  const sf_program_events events = {on_data, on_errors, on_exit_status, spawn};
  spawn->done = done;
  spawn->context = context;
  int code =
      sf_program_start(&spawn->running, loop, spawn->program,
                       (const char *const *)spawn->words, &events, error);
  if (!code)
    code =
        sf_program_feed(spawn->running, sf_buffer_bytes(&spawn->input), error);
  sf_buffer_clear(&spawn->input);
  return code;
}

bool sf_spawn_ended(const sf_spawn *spawn) {
  return spawn->ended;
}

// --- What became of it -----------------------------------------------------

static void set_bytes(lua_State *L, const char *key, const sf_buffer *from) {
  lua_pushlstring(L, from->data ? from->data : "", from->size);
  lua_setfield(L, -2, key);
}

int sf_spawn_push(lua_State *L, const sf_spawn *spawn) {
  sheaf_error error;
  if (spawn->full) {
    sf_fail(&error, SHEAF_ELIMIT, spawn->plugin,
            "%s has said more than the %zu MB that the plugin may hold",
            spawn->words[0], spawn->limit >> 20);
    return sf_push_refusal(L, &error);
  }
  if (spawn->output.failed) return luaL_error(L, "not enough memory");
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, spawn->status);
  lua_setfield(L, -2, "status");
  if (spawn->signal) {
    lua_pushinteger(L, spawn->signal);
    lua_setfield(L, -2, "signal");
  }
  set_bytes(L, "output", &spawn->output);
  set_bytes(L, "errors", &spawn->errors);
  return 1;
}
