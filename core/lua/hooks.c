/// The language "lua": a plugin's hooks, run in a sandboxed state.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lua/engine.h"
#include "lua/lua.h"

typedef struct hook_call hook_call;

// A plugin's state. Its Lua stack holds, for as long as the state lives, the
// plugin's table and the context.
typedef struct {
  sf_engine engine;
  const sheaf_plugin_context *context;
  hook_call *idle;     // Calls to be used again, and their coroutines.
  hook_call *waiting;  // Those that a hook is in.
} lua_plugin;

enum { PLUGIN = 1, CONTEXT = 2 };

// --- Opening ---------------------------------------------------------------

static int log_line(lua_State *L) {
  sf_engine *engine = sf_engine_of(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  if (sf_engine_may_print(engine))
    fprintf(stderr, "%s: %s\n", engine->name, lua_tostring(L, -1));
  return 0;
}

static int sleep_call(lua_State *L);

static void push_context(lua_State *L, const sheaf_plugin_context *context) {
  lua_newtable(L);
  lua_pushstring(L, context->name);
  lua_setfield(L, -2, "name");
  sf_push_value(L, context->options);
  lua_setfield(L, -2, "options");
  lua_getglobal(L, LUA_STRLIBNAME);
  lua_getfield(L, -1, "format");
  lua_pushcclosure(L, log_line, 1);
  lua_setfield(L, CONTEXT, "log");
  lua_pushcfunction(L, sleep_call);
  lua_setfield(L, CONTEXT, "sleep");
  lua_settop(L, CONTEXT);
  sf_open_outside(L, context);
}

static void run_main(lua_State *L, const sheaf_plugin_context *context) {
  const char *label = lua_pushfstring(L, "%s/%s", context->name, context->main);
  sf_load_file(L, context->folder, context->main, label);
  lua_call(L, 0, 1);
  if (!lua_istable(L, -1))
    luaL_error(L, "%s returns a %s, not the plugin's table", label,
               luaL_typename(L, -1));
  lua_replace(L, PLUGIN);
  lua_settop(L, CONTEXT);
}

static int start(lua_State *L) {
  const sheaf_plugin_context *context = lua_touserdata(L, PLUGIN);
  sf_open_sandbox(L);
  sf_open_library(L);
  // Before the plugin's own code: it may change what is in its libraries.
  push_context(L, context);
  run_main(L, context);
  if (lua_getfield(L, PLUGIN, "init") != LUA_TNIL) {
    lua_getfield(L, CONTEXT, "options");
    lua_pushvalue(L, CONTEXT);
    lua_call(L, 2, 0);
  }
  lua_settop(L, CONTEXT);
  return 2;
}

static int open_state(lua_plugin *plugin, sheaf_error *error) {
  const sheaf_plugin_context *context = plugin->context;
  plugin->engine = (sf_engine){.name = context->name,
                               .library = context->library,
                               .folder = context->folder,
                               .memory_limit = context->memory_limit,
                               .cpu_ms = context->cpu_ms};
  int code = sf_engine_open(&plugin->engine, error);
  if (code != SHEAF_OK) return code;
  lua_pushcfunction(plugin->engine.L, start);
  lua_pushlightuserdata(plugin->engine.L, (void *)context);
  code = sf_engine_call(&plugin->engine, 1, 2, error);
  if (code != SHEAF_OK) sf_engine_close(&plugin->engine);
  return code;
}

sf_engine *sf_plugin_engine(void *state) {
  lua_plugin *plugin = state;
  return &plugin->engine;
}

static void free_calls(hook_call *call);

static void close_plugin(void *state) {
  lua_plugin *plugin = state;
  free_calls(plugin->idle);
  free_calls(plugin->waiting);
  sf_engine_close(&plugin->engine);
  free(plugin);
}

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  lua_plugin *plugin = calloc(1, sizeof *plugin);
  if (!plugin) return sf_no_memory(error);
  plugin->context = context;
  int code = open_state(plugin, error);
  if (code != SHEAF_OK) {
    close_plugin(plugin);
    if (error) error->code = SHEAF_ELOAD;
    return SHEAF_ELOAD;
  }
  *state = plugin;
  return SHEAF_OK;
}

// --- Hooks -----------------------------------------------------------------

// One call of a hook. Whatever touches Lua's memory happens under a protected
// call, since any of it may raise. Hooks that have a document run in
// coroutines, so that they can wait.
struct hook_call {
  hook_call *next;
  lua_plugin *plugin;
  const char *hook;
  sheaf_doc *doc;  // NULL for a hook without one.
  sheaf_result *result;
  sf_doc_handle *handle;
  int code;
  sheaf_error *error;
  lua_State *thread;  // NULL until there is one.
  sheaf_task *task;   // NULL: to wait is to block.
  unsigned ms;        // What it waits for.
};

enum { CALL = 1, CALL_PLUGIN, CALL_CONTEXT };

static int fail_call(hook_call *call, const char *why, const char *detail) {
  call->code = sf_fail(call->error, SHEAF_EPLUGIN, call->plugin->context->name,
                       why, detail);
  return 0;
}

// Pushes the document and notes its handle, which the registry keeps alive
// until the next call.
static void push_doc(lua_State *L, hook_call *call) {
  call->handle = sf_push_doc(L, call->doc, call->result);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &call->handle);
}

// Calls the hook; `after` is called with its two results on top.
static int call_hook(lua_State *L, hook_call *call, lua_KFunction after) {
  int arguments = call->doc ? 2 : 1;
  if (lua_getfield(L, CALL_PLUGIN, call->hook) == LUA_TNIL) return 0;
  if (call->doc) push_doc(L, call);
  lua_pushvalue(L, CALL_CONTEXT);
  lua_callk(L, arguments, 2, 0, after);
  return after(L, LUA_OK, 0);
}

// Notes a failure that the hook expected: `nil, message`.
static bool note_failure(lua_State *L, hook_call *call) {
  if (!lua_isnil(L, -2) || lua_isnil(L, -1)) return false;
  fail_call(call, "%s", luaL_tolstring(L, -1, NULL));
  return true;
}

static int end_hook(lua_State *L, int status, lua_KContext extra) {
  (void)status;
  (void)extra;
  note_failure(L, lua_touserdata(L, CALL));
  return 0;
}

static int run_hook(lua_State *L) {
  return call_hook(L, lua_touserdata(L, CALL), end_hook);
}

// --- Records ---------------------------------------------------------------

static int write_record(lua_State *L, hook_call *call, size_t output) {
  sheaf_bytes record;
  if (lua_type(L, -1) != LUA_TSTRING)
    return fail_call(call, "encode returned a %s where a string is due",
                     luaL_typename(L, -1));
  record.data = lua_tolstring(L, -1, &record.size);
  if (sheaf_result_write(call->result, output, record) != SHEAF_OK)
    call->code = sf_no_memory(call->error);
  return 0;
}

static lua_Integer count_records(lua_State *L) {
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) count++;
  return count;
}

static int write_named(lua_State *L, hook_call *call) {
  const sheaf_value *outputs = call->plugin->context->outputs;
  lua_Integer unknown = count_records(L);
  for (size_t i = 0; i < sheaf_value_count(outputs); i++) {
    const sheaf_value *name = sheaf_value_at(outputs, i);
    lua_pushlstring(L, name->as.string.data, name->as.string.size);
    if (lua_rawget(L, -2) != LUA_TNIL) {
      write_record(L, call, i);
      unknown--;
    }
    lua_pop(L, 1);
  }
  if (unknown == 0) return 0;
  return fail_call(call, "encode returned a record for a file that is not %s",
                   "among the outputs in plugin.json");
}

static int end_encode(lua_State *L, int status, lua_KContext extra) {
  (void)status;
  (void)extra;
  hook_call *call = lua_touserdata(L, CALL);
  if (note_failure(L, call)) return 0;
  lua_pop(L, 1);
  if (lua_isnil(L, -1)) return 0;
  if (lua_istable(L, -1)) return write_named(L, call);
  if (call->result->outputs == 1) return write_record(L, call, 0);
  return fail_call(call,
                   "encode returned a %s; with several outputs it "
                   "returns a table of records by file name",
                   luaL_typename(L, -1));
}

static int run_encode(lua_State *L) {
  return call_hook(L, lua_touserdata(L, CALL), end_encode);
}

// --- Calls -----------------------------------------------------------------

// After a limit was hit the state is not to be trusted: it is made anew.
static int ensure_state(lua_plugin *plugin, sheaf_error *error) {
  return plugin->engine.L ? SHEAF_OK : open_state(plugin, error);
}

static void free_calls(hook_call *call) {
  while (call) {
    hook_call *next = call->next;
    free(call);
    call = next;
  }
}

static int make_thread(lua_State *L) {
  hook_call *call = lua_touserdata(L, 1);
  lua_State *co = lua_newthread(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &call->thread);
  *(void **)lua_getextraspace(co) = call;
  call->thread = co;
  return 0;
}

static int ensure_thread(hook_call *call, sheaf_error *error) {
  sf_engine *engine = &call->plugin->engine;
  if (call->thread) return SHEAF_OK;
  lua_pushcfunction(engine->L, make_thread);
  lua_pushlightuserdata(engine->L, call);
  return sf_engine_call(engine, 1, 0, error);
}

// Takes an idle call, whose coroutine is there; NULL without memory.
static hook_call *take_call(lua_plugin *plugin) {
  hook_call *call = plugin->idle;
  if (call)
    plugin->idle = call->next;
  else if ((call = calloc(1, sizeof *call)))
    call->plugin = plugin;
  return call;
}

static void give_call(hook_call *call) {
  lua_plugin *plugin = call->plugin;
  if (call->handle) sf_release_doc(call->handle);
  call->handle = NULL;
  call->next = plugin->idle;
  plugin->idle = call;
  plugin->engine.spare = call->thread;
}

static void leave_waiting(hook_call *call) {
  hook_call **link = &call->plugin->waiting;
  while (*link != call) link = &(*link)->next;
  *link = call->next;
}

// A killed state is gone, with all that runs in it: the other hooks begin
// again in a new one.
static void discard_state(lua_plugin *plugin) {
  hook_call *lost = plugin->waiting;
  for (hook_call *call = lost; call; call = call->next) {
    sf_release_doc(call->handle);
    call->handle = NULL;
  }
  sf_engine_close(&plugin->engine);
  for (hook_call *call = plugin->idle; call; call = call->next)
    call->thread = NULL;
  plugin->waiting = NULL;
  while (lost) {
    hook_call *call = lost;
    lost = call->next;
    call->thread = NULL;
    give_call(call);
    sheaf_task_restart(call->task);
  }
}

// A coroutine that waits is left to the collector: nothing of it runs any
// more, but it stays marked as the host's.
static void abandon(hook_call *call) {
  leave_waiting(call);
  call->thread = NULL;
  give_call(call);
}

static void wake(void *context);

// Goes on with the hook until it ends or waits.
static int slice(hook_call *call, int arguments, sheaf_error *error) {
  lua_plugin *plugin = call->plugin;
  call->error = error;
  int code = sf_engine_resume(&plugin->engine, call->thread, arguments, error);
  if (code == SHEAF_PENDING) {
    call->next = plugin->waiting;
    plugin->waiting = call;
    code = sheaf_task_after(call->task, call->ms, wake, call, error);
    if (code) abandon(call);
    return code ? code : SHEAF_PENDING;
  }
  if (!code) code = call->code;
  give_call(call);
  if (plugin->engine.killed) discard_state(plugin);
  return code;
}

static void wake(void *context) {
  hook_call *call = context;
  sheaf_task *task = call->task;
  sheaf_error error = {0};
  leave_waiting(call);
  int code = slice(call, 0, &error);
  if (code != SHEAF_PENDING) sheaf_task_done(task, code, &error);
}

static int begin_call(hook_call *call, lua_CFunction body, sheaf_error *error) {
  lua_plugin *plugin = call->plugin;
  int code = ensure_state(plugin, error);
  if (!code) code = ensure_thread(call, error);
  if (code) {
    give_call(call);
    if (plugin->engine.killed) discard_state(plugin);
    return code;
  }
  lua_State *L = plugin->engine.L;
  lua_pushcfunction(call->thread, body);
  lua_pushlightuserdata(call->thread, call);
  lua_pushvalue(L, PLUGIN);
  lua_pushvalue(L, CONTEXT);
  lua_xmove(L, call->thread, 2);
  return slice(call, 3, error);
}

static int start_hook(void *state, sheaf_hook hook, sheaf_doc *doc,
                      sheaf_result *result, sheaf_task *task,
                      sheaf_error *error) {
  static const lua_CFunction bodies[] = {run_hook, run_encode};
  static const char *const names[] = {"process", "encode"};
  hook_call *call = take_call(state);
  if (!call) return sf_no_memory(error);
  call->hook = names[hook];
  call->doc = doc;
  call->result = result;
  call->task = task;
  call->code = SHEAF_OK;
  return begin_call(call, bodies[hook], error);
}

static void cancel_hook(void *state, sheaf_task *task) {
  lua_plugin *plugin = state;
  hook_call *call = plugin->waiting;
  while (call && call->task != task) call = call->next;
  if (call) abandon(call);
}

// --- Waiting ---------------------------------------------------------------

static void block(unsigned ms) {
  struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};
  while (nanosleep(&left, &left) && errno == EINTR) continue;
}

// ctx:sleep(ms).
static int sleep_call(lua_State *L) {
  hook_call *call = sf_hook_of(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer ms = luaL_checkinteger(L, 2);
  luaL_argcheck(L, ms >= 0 && ms <= INT_MAX, 2, "not a time to wait");
  if (!call)
    return luaL_error(L,
                      "only process and encode can wait, outside of "
                      "coroutines of their own");
  if (!call->task) {
    block((unsigned)ms);
    return 0;
  }
  call->ms = (unsigned)ms;
  return lua_yield(L, 0);
}

// --- The table of hooks ----------------------------------------------------

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  return start_hook(state, SHEAF_HOOK_PROCESS, doc, result, NULL, error);
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  return start_hook(state, SHEAF_HOOK_ENCODE, doc, result, NULL, error);
}

// Has no document, and cannot wait.
static int check(void *state, sheaf_error *error) {
  lua_plugin *plugin = state;
  sf_engine *engine = &plugin->engine;
  hook_call call = {.plugin = plugin, .hook = "check", .error = error};
  int code = ensure_state(plugin, error);
  if (code) return code;
  lua_pushcfunction(engine->L, run_hook);
  lua_pushlightuserdata(engine->L, &call);
  lua_pushvalue(engine->L, PLUGIN);
  lua_pushvalue(engine->L, CONTEXT);
  code = sf_engine_call(engine, 3, 0, error);
  if (engine->killed) discard_state(plugin);
  return code ? code : call.code;
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_plugin,
    .process = process,
    .encode = encode,
    .check = check,
    .close = close_plugin,
    .start = start_hook,
    .cancel = cancel_hook,
};

const sf_language sf_lua = {.name = "lua", .hooks = &hooks};
