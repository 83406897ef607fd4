/// The end of a run in Lua: `merge` over what the documents amount to, and
/// `finish`.
#include "lua/finish.h"

/// What `finish` works on. Both hooks run without a document and cannot wait.
struct sf_ending {
  sheaf_spool *spool;
  sheaf_result *result;
  sheaf_error failure;  ///< Of the host, not of the plugin; code 0: none.
};

static sf_lua_plugin *plugin_of(lua_State *L) {
  // Contexts are those of plugins, whose first member is the engine.
  return (sf_lua_plugin *)sf_engine_of(L);
}

static sf_ending *check_ending(lua_State *L) {
  sf_ending *ending = plugin_of(L)->ending;
  if (!ending) luaL_error(L, "only 'finish' has records to read and to write");
  return ending;
}

// The host's failures are told as they are, whatever the plugin makes of them.
static int raise_failure(lua_State *L, const sf_ending *ending) {
  return sf_raise(L, &ending->failure);
}

// --- ctx:write(record [, output]) --------------------------------------------

static size_t find_output(lua_State *L, const sheaf_value *outputs) {
  const char *name = luaL_optstring(L, 3, NULL);
  size_t count = sheaf_value_count(outputs);
  if (!name && count > 1)
    luaL_argerror(L, 3, "with several outputs, the name of one is due");
  for (size_t i = 0; i < count; i++)
    if (!name || !strcmp(sheaf_value_at(outputs, i)->as.string.data, name))
      return i;
  luaL_argerror(L, 3, "there is no output of that name in plugin.json");
  return 0;
}

static int write_output(lua_State *L) {
  sf_ending *ending = check_ending(L);
  sheaf_bytes record = sf_check_bytes(L, 2);
  size_t output = find_output(L, plugin_of(L)->context->outputs);
  int code = sheaf_result_write(ending->result, output, record);
  if (!code) return 0;
  sf_fail(&ending->failure, code, "output", "%s", sheaf_code_message(code));
  return raise_failure(L, ending);
}

void sf_open_writing(lua_State *L) {
  lua_pushcfunction(L, write_output);
  lua_setfield(L, -2, "write");
}

// --- spool:records() -------------------------------------------------------

// Reads the next record; false behind the last one.
static bool next_record(lua_State *L, sf_ending *ending, sheaf_bytes *record) {
  int code = sheaf_spool_next(ending->spool, record, &ending->failure);
  if (code && code != SHEAF_END) raise_failure(L, ending);
  return !code;
}

static int push_record(lua_State *L) {
  sheaf_bytes record;
  if (!next_record(L, check_ending(L), &record)) return 0;
  lua_pushlstring(L, record.data, record.size);
  return 1;
}

static int push_iterator(lua_State *L) {
  lua_pushcfunction(L, push_record);
  return 1;
}

static void push_spool(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, push_iterator);
  lua_setfield(L, -2, "records");
}

// --- The hooks -------------------------------------------------------------

enum { PLUGIN = 1, CONTEXT, MERGE, TOTAL };

// Leaves the total on the stack. What `merge` returns takes its place, unless
// that is nothing.
static void merge_all(lua_State *L, sf_ending *ending) {
  sheaf_bytes record;
  lua_getfield(L, PLUGIN, "merge");
  lua_newtable(L);
  while (next_record(L, ending, &record)) {
    lua_pushvalue(L, MERGE);
    lua_pushvalue(L, TOTAL);
    sf_push_json(L, record);
    lua_call(L, 2, 1);
    if (!lua_isnil(L, -1)) lua_replace(L, TOTAL);
    lua_settop(L, TOTAL);
  }
}

static bool reduces(const sheaf_plugin_context *context) {
  return !strcmp(context->stage, "reduce");
}

static int run_finish(lua_State *L) {
  sf_lua_plugin *plugin = plugin_of(L);
  if (reduces(plugin->context))
    merge_all(L, plugin->ending);
  else
    push_spool(L);
  lua_getfield(L, PLUGIN, "finish");
  lua_insert(L, -2);
  lua_pushvalue(L, CONTEXT);
  lua_call(L, 2, 2);
  if (!lua_isnil(L, -2) || lua_isnil(L, -1)) return 0;
  sf_fail(&plugin->ending->failure, SHEAF_EPLUGIN, plugin->context->name, "%s",
          luaL_tolstring(L, -1, NULL));
  return 0;
}

static void on_granted(void *context, unsigned ms) {
  sf_engine_allow(context, ms);
}

int sf_lua_finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error) {
  sf_lua_plugin *plugin = state;
  sf_engine *engine = &plugin->engine;
  sf_ending ending = {.spool = spool, .result = result};
  int code = sf_ensure_state(plugin, error);
  if (code) return code;
  plugin->ending = &ending;
  spool->granted = on_granted;
  spool->context = engine;
  lua_pushcfunction(engine->L, run_finish);
  lua_pushvalue(engine->L, SF_PLUGIN_AT);
  lua_pushvalue(engine->L, SF_CONTEXT_AT);
  code = sf_engine_call(engine, 2, 0, error);
  plugin->ending = NULL;
  if (engine->killed) {
    sf_discard_state(plugin);
  } else if (ending.failure.code) {
    *error = ending.failure;
    code = error->code;
  }
  return code;
}

// --- What a plugin must have -------------------------------------------------

static void check_hook(lua_State *L, const sheaf_plugin_context *context,
                       const char *name) {
  int type = lua_getfield(L, SF_PLUGIN_AT, name);
  lua_pop(L, 1);
  if (type == LUA_TNIL)
    luaL_error(L, "%s has no function '%s', which a plugin %s has to have",
               context->name, name,
               reduces(context) ? "of stage 'reduce'" : "with a spool");
}

void sf_check_ending(lua_State *L, const sheaf_plugin_context *context) {
  if (reduces(context)) check_hook(L, context, "merge");
  if (context->spools) check_hook(L, context, "finish");
}

int sf_yield_part(lua_State *L, int index, sheaf_result *result,
                  sheaf_error *error) {
  sf_buffer *json = sf_scratch(L);
  sf_write_json(L, index, json);
  sf_check_scratch(L);
  int code = sheaf_result_write(result, 0, sf_buffer_bytes(json));
  if (code == SHEAF_ENOMEM) return sf_no_memory(error);
  return code ? sf_fail(error, code, "result", "it is too large") : SHEAF_OK;
}
