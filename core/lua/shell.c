/// The shell: a trusted Lua state with the bench and an event loop.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io.h"
#include "lua/shell.h"

#define SCRIPT_MAX ((uint64_t)64 << 20)

int sf_shell_loop(sheaf_shell *shell, sf_loop **out, sheaf_error *error) {
  int code = shell->loop ? SHEAF_OK : sf_loop_new(&shell->loop, error);
  *out = shell->loop;
  return code;
}

// --- luv on our loop -------------------------------------------------------

// luv's own functions, found in its module when a script requires it.
typedef struct {
  void (*set_loop)(lua_State *L, void *loop);
  void (*set_callback)(lua_State *L, int (*call)(lua_State *L, int arguments,
                                                 int results, int flags));
  int (*open)(lua_State *L);
} luv_module;

static bool find_luv(luv_module *luv) {
  static const char *const names[] = {"liblua5.4-luv.so.0", "lua5.4-luv.so"};
  void *library = NULL;
  for (size_t i = 0; i < SF_COUNT(names) && !library; i++)
    library = sf_library_open(names[i]);
  return library &&
         sf_library_symbol(library, "luv_set_loop", &luv->set_loop) &&
         sf_library_symbol(library, "luv_set_callback", &luv->set_callback) &&
         sf_library_symbol(library, "luaopen_luv", &luv->open);
}

static void raise_failure(lua_State *L, lua_Debug *debug) {
  const sheaf_shell *shell = (const sheaf_shell *)sf_engine_of(L);
  (void)debug;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "%s", shell->failure.why);
}

/// Ends the loop, and the chunk if that is what runs it: an error must not
/// be thrown through libuv.
static void keep_failure(void *context, const sheaf_error *error) {
  sheaf_shell *shell = context;
  if (!error || shell->failure.code) return;
  shell->failure = *error;
  sf_loop_stop(shell->loop);
  lua_sethook(shell->engine.L, raise_failure,
              LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

/// Calls back in place of luv, which would end the process when that fails.
/// As lua_pcall(), but returns the number of results or a negative status.
static int call_back(lua_State *L, int arguments, int results, int flags) {
  sheaf_shell *shell = (sheaf_shell *)sf_engine_of(L);
  const sf_callback_events *events = &shell->callbacks;
  lua_State *own = shell->engine.L;
  sheaf_error error;
  (void)flags;
  if (L != own) lua_xmove(L, own, arguments + 1);
  int base = lua_gettop(own) - arguments - 1;
  if (events->before) events->before(events->context);
  int code = sf_engine_call(&shell->engine, arguments, results, &error);
  if (events->after)
    events->after(events->context, code == SHEAF_OK ? NULL : &error);
  if (code != SHEAF_OK) return -LUA_ERRRUN;
  int count = lua_gettop(own) - base;
  if (L != own) lua_xmove(own, L, count);
  return count;
}

static int open_luv(lua_State *L) {
  sheaf_shell *shell = lua_touserdata(L, lua_upvalueindex(1));
  luv_module luv;
  sheaf_error error;
  if (!find_luv(&luv))
    return luaL_error(L, "luv is not installed (Debian: lua-luv)");
  sf_loop *loop;
  if (sf_shell_loop(shell, &loop, &error) != SHEAF_OK)
    return sf_raise(L, &error);
  luv.set_loop(L, sf_loop_handle(loop));
  luv.set_callback(L, call_back);
  return luv.open(L);
}

// --- Opening ---------------------------------------------------------------

// package.searchers gets one for "sheaf.x" libraries, in front of the others.
static int search_library(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  if (strncmp(name, "sheaf.", 6) != 0) return 0;
  lua_pushcfunction(L, sf_lua_require);
  return 1;
}

static void add_searchers(lua_State *L, sheaf_shell *shell) {
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "preload");
  lua_pushlightuserdata(L, shell);
  lua_pushcclosure(L, open_luv, 1);
  lua_setfield(L, -2, "luv");
  lua_pop(L, 1);
  lua_getfield(L, -1, "searchers");
  lua_pushcfunction(L, search_library);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  lua_pop(L, 2);
}

static int start(lua_State *L) {
  sheaf_shell *shell = lua_touserdata(L, 1);
  const sf_language *const *languages = lua_touserdata(L, 2);
  luaL_openlibs(L);
  sf_open_library(L);
  sf_open_bench(L, languages);
  sf_open_registry(L);
  add_searchers(L, shell);
  return 0;
}

static void warn(void *context, const char *message, int more) {
  (void)context;
  fputs(message, stderr);
  if (!more) fputc('\n', stderr);
}

int sf_shell_new(sheaf_shell **out, const char *library,
                 const sf_language *const *languages, sheaf_error *error) {
  *out = NULL;
  sheaf_shell *shell = calloc(1, sizeof *shell);
  if (!shell) return sf_no_memory(error);
  shell->library =
      library ? sf_strndup(library, strlen(library)) : sf_plugin_library();
  shell->callbacks = (sf_callback_events){NULL, keep_failure, shell};
  shell->engine = (sf_engine){.name = "script", .library = shell->library};
  int code = sf_engine_open(&shell->engine, error);
  if (code != SHEAF_OK) {
    sheaf_shell_free(shell);
    return code;
  }
  lua_State *L = shell->engine.L;
  lua_setwarnf(L, warn, NULL);
  lua_pushcfunction(L, start);
  lua_pushlightuserdata(L, shell);
  lua_pushlightuserdata(L, (void *)languages);
  code = sf_engine_call(&shell->engine, 2, 0, error);
  if (code != SHEAF_OK) {
    sheaf_shell_free(shell);
    return code;
  }
  *out = shell;
  return SHEAF_OK;
}

void sheaf_shell_free(sheaf_shell *shell) {
  if (!shell) return;
  // Handles of luv point into the Lua state: the loop goes first.
  sf_loop_free(shell->loop);
  sf_engine_close(&shell->engine);
  free(shell->library);
  free(shell);
}

// --- Documents of others ---------------------------------------------------

typedef struct {
  const char *name;
  sheaf_doc_maker make;
  void *context;
} doc_provider;

static int call_maker(lua_State *L) {
  const doc_provider *provider = lua_touserdata(L, lua_upvalueindex(1));
  sheaf_doc *doc;
  sheaf_result *result = NULL;
  sheaf_error error;
  if (provider->make(provider->context, &doc, &result, &error) != SHEAF_OK)
    return sf_push_refusal(L, &error);
  sf_push_doc(L, doc, result);
  return 1;
}

static int provide(lua_State *L) {
  const doc_provider *from = lua_touserdata(L, 1);
  doc_provider *provider = lua_newuserdatauv(L, sizeof *provider, 0);
  *provider = *from;
  lua_pushcclosure(L, call_maker, 1);
  lua_setglobal(L, from->name);
  return 0;
}

int sheaf_shell_provide(sheaf_shell *shell, const char *name,
                        sheaf_doc_maker make, void *context,
                        sheaf_error *error) {
  doc_provider provider = {name, make, context};
  lua_pushcfunction(shell->engine.L, provide);
  lua_pushlightuserdata(shell->engine.L, &provider);
  return sf_engine_call(&shell->engine, 1, 0, error);
}

// --- Running ---------------------------------------------------------------

static int set_arguments(lua_State *L) {
  const char *script = lua_touserdata(L, 1);
  const char *const *arguments = lua_touserdata(L, 2);
  lua_newtable(L);
  lua_pushstring(L, script);
  lua_rawseti(L, -2, 0);
  for (lua_Integer i = 0; arguments && arguments[i]; i++) {
    lua_pushstring(L, arguments[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setglobal(L, "arg");
  return 0;
}

int sheaf_shell_arguments(sheaf_shell *shell, const char *script,
                          const char *const *arguments, sheaf_error *error) {
  lua_State *L = shell->engine.L;
  lua_pushcfunction(L, set_arguments);
  lua_pushlightuserdata(L, (void *)script);
  lua_pushlightuserdata(L, (void *)arguments);
  return sf_engine_call(&shell->engine, 2, 0, error);
}

// What a chunk is made of.
typedef struct {
  sheaf_bytes code;
  const char *name;
  sf_buffer *result;  // Gets what the chunk returns as JSON, unless NULL.
} lua_chunk;

static int push_arguments(lua_State *L) {
  int first = lua_gettop(L);
  if (lua_getglobal(L, "arg") != LUA_TTABLE) {
    lua_settop(L, first);
    return 0;
  }
  int count = (int)lua_rawlen(L, -1);
  luaL_checkstack(L, count, "too many arguments");
  for (int i = 1; i <= count; i++) lua_rawgeti(L, first + 1, i);
  lua_remove(L, first + 1);
  return count;
}

static int run_chunk(lua_State *L) {
  const lua_chunk *chunk = lua_touserdata(L, 1);
  if (luaL_loadbufferx(L, chunk->code.data, chunk->code.size, chunk->name,
                       "t") != LUA_OK)
    return lua_error(L);
  lua_call(L, push_arguments(L), 1);
  if (chunk->result) sf_write_json(L, -1, chunk->result);
  return 0;
}

static int run(sheaf_shell *shell, const lua_chunk *chunk, sheaf_error *error) {
  lua_State *L = shell->engine.L;
  shell->failure.code = SHEAF_OK;
  lua_pushcfunction(L, run_chunk);
  lua_pushlightuserdata(L, (void *)chunk);
  int code = sf_engine_call(&shell->engine, 1, 0, error);
  if (code == SHEAF_OK && shell->loop) code = sf_loop_run(shell->loop, error);
  if (shell->failure.code) {
    code = shell->failure.code;
    if (error) *error = shell->failure;
  }
  lua_sethook(L, NULL, 0, 0);
  if (code == SHEAF_EPLUGIN && error) error->what[0] = '\0';
  return code;
}

int sheaf_shell_string(sheaf_shell *shell, const char *code, const char *name,
                       sheaf_error *error) {
  char *label = sf_sprintf("=%s", name);
  if (!label) return sf_no_memory(error);
  int status = run(shell, &(lua_chunk){sf_bytes(code), label, NULL}, error);
  free(label);
  return status;
}

// A first line that begins with '#' is for the kernel.
static sheaf_bytes skip_first_line(sheaf_bytes code) {
  if (code.size == 0 || code.data[0] != '#') return code;
  const char *end = memchr(code.data, '\n', code.size);
  size_t skipped = end ? (size_t)(end - code.data) : code.size;
  return (sheaf_bytes){code.data + skipped, code.size - skipped};
}

static int read_stream(FILE *stream, sf_buffer *out, sheaf_error *error) {
  size_t got = 1;
  while (got > 0) {
    char *end = sf_buffer_reserve(out, 16384);
    if (!end) return sf_no_memory(error);
    got = fread(end, 1, 16384, stream);
    out->size += got;
  }
  if (ferror(stream))
    return sf_fail_errno(error, SHEAF_EREAD, "standard input",
                         "cannot be read");
  return SHEAF_OK;
}

static int run_file(sheaf_shell *shell, const char *path, sf_buffer *result,
                    sheaf_error *error) {
  bool standard = strcmp(path, "-") == 0;
  sf_buffer code = {0};
  char *label =
      sf_sprintf("%s%s", standard ? "=" : "@", standard ? "stdin" : path);
  int status = !label     ? sf_no_memory(error)
               : standard ? read_stream(stdin, &code, error)
                          : sf_file_slurp(path, SCRIPT_MAX, &code, error);
  if (status == SHEAF_OK) {
    sheaf_bytes body = skip_first_line(sf_buffer_bytes(&code));
    status = run(shell, &(lua_chunk){body, label, result}, error);
  }
  sf_buffer_clear(&code);
  free(label);
  return status;
}

int sheaf_shell_file(sheaf_shell *shell, const char *path, sheaf_error *error) {
  return run_file(shell, path, NULL, error);
}

int sheaf_shell_evaluate(sheaf_shell *shell, const char *path, sheaf_value *out,
                         sheaf_error *error) {
  sf_buffer json = {0};
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  int code = run_file(shell, path, &json, error);
  if (code == SHEAF_OK)
    code = sheaf_value_parse(out, json.data, json.size, error);
  sf_buffer_clear(&json);
  return code;
}
