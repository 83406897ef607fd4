/// The language "lua": a plugin's hooks, run in a sandboxed state.
#include <stdio.h>
#include <stdlib.h>

#include "lua/call.h"
#include "lua/finish.h"
#include "lua/lua.h"

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

static void push_context(lua_State *L, const sheaf_plugin_context *context) {
  lua_newtable(L);
  lua_pushstring(L, context->name);
  lua_setfield(L, -2, "name");
  sf_push_value(L, context->options);
  lua_setfield(L, -2, "options");
  lua_getglobal(L, LUA_STRLIBNAME);
  lua_getfield(L, -1, "format");
  lua_pushcclosure(L, log_line, 1);
  lua_setfield(L, SF_CONTEXT_AT, "log");
  lua_settop(L, SF_CONTEXT_AT);
  sf_open_outside(L, context);
  sf_open_waiting(L, context);
  sf_open_writing(L);
}

static void run_main(lua_State *L, const sheaf_plugin_context *context) {
  const char *label = lua_pushfstring(L, "%s/%s", context->name, context->main);
  sf_load_file(L, context->folder, context->main, label);
  lua_call(L, 0, 1);
  if (!lua_istable(L, -1))
    luaL_error(L, "%s returns a %s, not the plugin's table", label,
               luaL_typename(L, -1));
  lua_replace(L, SF_PLUGIN_AT);
  lua_settop(L, SF_CONTEXT_AT);
  sf_check_ending(L, context);
}

static const char *const doc_hooks[SF_DOC_HOOKS] = {
    [SHEAF_HOOK_PROCESS] = "process", [SHEAF_HOOK_ENCODE] = "encode"};

// A document is not taken to a hook that is not there.
static void note_hooks(lua_State *L, sf_lua_plugin *plugin) {
  for (int hook = 0; hook < SF_DOC_HOOKS; hook++) {
    int type = lua_getfield(L, SF_PLUGIN_AT, doc_hooks[hook]);
    plugin->has[hook] = type != LUA_TNIL;
  }
}

static int start(lua_State *L) {
  sf_lua_plugin *plugin = lua_touserdata(L, SF_PLUGIN_AT);
  const sheaf_plugin_context *context = plugin->context;
  sf_open_sandbox(L);
  sf_open_library(L);
  // Before the plugin's own code: it may change what is in its libraries.
  push_context(L, context);
  run_main(L, context);
  if (lua_getfield(L, SF_PLUGIN_AT, "init") != LUA_TNIL) {
    lua_getfield(L, SF_CONTEXT_AT, "options");
    lua_pushvalue(L, SF_CONTEXT_AT);
    lua_call(L, 2, 0);
  }
  note_hooks(L, plugin);
  lua_settop(L, SF_CONTEXT_AT);
  return 2;
}

int sf_lua_open_state(sf_lua_plugin *plugin, sheaf_error *error) {
  const sheaf_plugin_context *context = plugin->context;
  plugin->engine = (sf_engine){.name = context->name,
                               .library = context->library,
                               .folder = context->folder,
                               .memory_limit = context->memory_limit,
                               // Of the states before it, too.
                               .memory_peak = plugin->engine.memory_peak,
                               .cpu_ms = context->cpu_ms};
  int code = sf_engine_open(&plugin->engine, error);
  if (code != SHEAF_OK) return code;
  lua_pushcfunction(plugin->engine.L, start);
  lua_pushlightuserdata(plugin->engine.L, plugin);
  code = sf_engine_call(&plugin->engine, 1, 2, error);
  if (code != SHEAF_OK) sf_engine_close(&plugin->engine);
  return code;
}

sf_engine *sf_plugin_engine(void *state) {
  sf_lua_plugin *plugin = state;
  return &plugin->engine;
}

static void close_plugin(void *state) {
  sf_lua_plugin *plugin = state;
  sf_free_calls(plugin);
  sf_engine_close(&plugin->engine);
  free(plugin);
}

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  sf_lua_plugin *plugin = calloc(1, sizeof *plugin);
  if (!plugin) return sf_no_memory(error);
  plugin->context = context;
  int code = sf_lua_open_state(plugin, error);
  if (code != SHEAF_OK) {
    close_plugin(plugin);
    if (error) error->code = SHEAF_ELOAD;
    return SHEAF_ELOAD;
  }
  *state = plugin;
  return SHEAF_OK;
}

// --- Hooks -----------------------------------------------------------------

enum { CALL = 1, CALL_PLUGIN, CALL_CONTEXT, CALL_DOC };

static int fail_call(sf_hook_call *call, const char *why, const char *detail) {
  call->code = sf_fail(call->error, SHEAF_EPLUGIN, call->plugin->context->name,
                       why, detail);
  return 0;
}

// Pushes the document. Its handle is kept alive until the next call: what is on
// the stack of a hook that failed may be collected before the call is given
// back.
static void push_doc(lua_State *L, sf_hook_call *call) {
  sf_doc_handle *handle = sf_push_doc(L, call->doc, call->result);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &call->handle);
  call->handle = handle;
}

// Calls the hook; `after` is called with its two results on top.
static int call_hook(lua_State *L, sf_hook_call *call, lua_KFunction after) {
  int arguments = call->doc ? 2 : 1;
  if (call->doc) push_doc(L, call);
  if (lua_getfield(L, CALL_PLUGIN, call->hook) == LUA_TNIL) return 0;
  if (call->doc) lua_pushvalue(L, CALL_DOC);
  lua_pushvalue(L, CALL_CONTEXT);
  lua_callk(L, arguments, 2, 0, after);
  return after(L, LUA_OK, 0);
}

// Notes a failure that the hook expected: `nil, message`.
static bool note_failure(lua_State *L, sf_hook_call *call) {
  if (!lua_isnil(L, -2) || lua_isnil(L, -1)) return false;
  fail_call(call, "%s", luaL_tolstring(L, -1, NULL));
  return true;
}

static bool reduces(const sf_hook_call *call) {
  return call->result && !strcmp(call->plugin->context->stage, "reduce");
}

static int end_hook(lua_State *L, int status, lua_KContext extra) {
  (void)status;
  (void)extra;
  sf_hook_call *call = lua_touserdata(L, CALL);
  if (note_failure(L, call) || !reduces(call) || lua_isnil(L, -2)) return 0;
  call->code = sf_yield_part(L, lua_absindex(L, -2), call->result, call->error);
  return 0;
}

static int run_hook(lua_State *L) {
  return call_hook(L, lua_touserdata(L, CALL), end_hook);
}

// --- Records ---------------------------------------------------------------

static int write_record(lua_State *L, sf_hook_call *call, size_t output) {
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

static int write_named(lua_State *L, sf_hook_call *call) {
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
  sf_hook_call *call = lua_touserdata(L, CALL);
  if (note_failure(L, call)) return 0;
  lua_pop(L, 1);
  if (lua_isnil(L, -1)) return 0;
  bool spools = call->plugin->context->spools;
  if (lua_istable(L, -1) && !spools) return write_named(L, call);
  if (call->result->outputs == 1) return write_record(L, call, 0);
  return fail_call(call,
                   "encode returned a %s; with several outputs it "
                   "returns a table of records by file name",
                   luaL_typename(L, -1));
}

static int run_encode(lua_State *L) {
  return call_hook(L, lua_touserdata(L, CALL), end_encode);
}

// --- Beginning -------------------------------------------------------------

static int start_hook(void *state, sheaf_hook hook, sheaf_doc *doc,
                      sheaf_result *result, sheaf_task *task,
                      sheaf_error *error) {
  static const lua_CFunction bodies[] = {run_hook, run_encode};
  sf_lua_plugin *plugin = state;
  if (plugin->engine.L && !plugin->has[hook]) return SHEAF_OK;
  sf_hook_call *call = sf_take_call(plugin);
  if (!call) return sf_no_memory(error);
  call->hook = doc_hooks[hook];
  call->doc = doc;
  call->result = result;
  call->task = task;
  call->code = SHEAF_OK;
  return sf_begin_call(call, bodies[hook], error);
}

static void cancel_hook(void *state, sheaf_task *task) {
  sf_cancel_call(state, task);
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
  sf_lua_plugin *plugin = state;
  sf_engine *engine = &plugin->engine;
  sf_hook_call call = {.plugin = plugin, .hook = "check", .error = error};
  int code = sf_ensure_state(plugin, error);
  if (code) return code;
  lua_pushcfunction(engine->L, run_hook);
  lua_pushlightuserdata(engine->L, &call);
  lua_pushvalue(engine->L, SF_PLUGIN_AT);
  lua_pushvalue(engine->L, SF_CONTEXT_AT);
  code = sf_engine_call(engine, 3, 0, error);
  if (engine->killed) sf_discard_state(plugin);
  return code ? code : call.code;
}

static uint64_t memory(void *state) {
  const sf_lua_plugin *plugin = state;
  return plugin->engine.memory_peak;
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_plugin,
    .process = process,
    .encode = encode,
    .finish = sf_lua_finish,
    .check = check,
    .close = close_plugin,
    .start = start_hook,
    .cancel = cancel_hook,
};

const sf_language sf_lua = {.name = "lua", .hooks = &hooks, .memory = memory};
