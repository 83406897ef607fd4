/// Calls of hooks: coroutines that are begun, wait, go on, and are used again.
#include "lua/call.h"

#include <stdlib.h>

int sf_ensure_state(sf_lua_plugin *plugin, sheaf_error *error) {
  return plugin->engine.L ? SHEAF_OK : sf_lua_open_state(plugin, error);
}

static void free_list(sf_hook_call *call) {
  while (call) {
    sf_hook_call *next = call->next;
    sf_wait_end(call);
    free(call);
    call = next;
  }
}

void sf_free_calls(sf_lua_plugin *plugin) {
  free_list(plugin->idle);
  free_list(plugin->waiting);
}

static int make_thread(lua_State *L) {
  sf_hook_call *call = lua_touserdata(L, 1);
  lua_State *co = lua_newthread(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &call->thread);
  *(void **)lua_getextraspace(co) = call;
  call->thread = co;
  return 0;
}

static int ensure_thread(sf_hook_call *call, sheaf_error *error) {
  sf_engine *engine = &call->plugin->engine;
  if (call->thread) return SHEAF_OK;
  lua_pushcfunction(engine->L, make_thread);
  lua_pushlightuserdata(engine->L, call);
  return sf_engine_call(engine, 1, 0, error);
}

sf_hook_call *sf_take_call(sf_lua_plugin *plugin) {
  sf_hook_call *call = plugin->idle;
  if (call)
    plugin->idle = call->next;
  else if ((call = calloc(1, sizeof *call)))
    call->plugin = plugin;
  return call;
}

static void give_call(sf_hook_call *call) {
  sf_lua_plugin *plugin = call->plugin;
  sf_wait_end(call);
  if (call->handle) sf_release_doc(call->handle);
  call->handle = NULL;
  call->next = plugin->idle;
  plugin->idle = call;
  plugin->engine.spare = call->thread;
}

static void leave_waiting(sf_hook_call *call) {
  sf_hook_call **link = &call->plugin->waiting;
  while (*link != call) link = &(*link)->next;
  *link = call->next;
}

void sf_discard_state(sf_lua_plugin *plugin) {
  sf_hook_call *lost = plugin->waiting;
  for (sf_hook_call *call = lost; call; call = call->next) {
    sf_wait_end(call);
    sf_release_doc(call->handle);
    call->handle = NULL;
  }
  sf_engine_close(&plugin->engine);
  for (sf_hook_call *call = plugin->idle; call; call = call->next)
    call->thread = NULL;
  plugin->waiting = NULL;
  while (lost) {
    sf_hook_call *call = lost;
    lost = call->next;
    call->thread = NULL;
    give_call(call);
    sheaf_task_restart(call->task);
  }
}

// A coroutine that waits is left to the collector: nothing of it runs any
// more, but it stays marked as the host's.
static void abandon(sf_hook_call *call) {
  leave_waiting(call);
  call->thread = NULL;
  give_call(call);
}

// Goes on with the hook until it ends or waits.
static int slice(sf_hook_call *call, int arguments, sheaf_error *error) {
  sf_lua_plugin *plugin = call->plugin;
  call->error = error;
  int code = sf_engine_resume(&plugin->engine, call->thread, arguments, error);
  if (code == SHEAF_PENDING) {
    call->next = plugin->waiting;
    plugin->waiting = call;
    code = sf_wait_begin(call, error);
    if (code) abandon(call);
    return code ? code : SHEAF_PENDING;
  }
  if (!code) code = call->code;
  give_call(call);
  if (plugin->engine.killed) sf_discard_state(plugin);
  return code;
}

void sf_wake_call(sf_hook_call *call) {
  sheaf_task *task = call->task;
  sheaf_error error = {0};
  leave_waiting(call);
  int code = slice(call, 0, &error);
  if (code != SHEAF_PENDING) sheaf_task_done(task, code, &error);
}

int sf_begin_call(sf_hook_call *call, lua_CFunction body, sheaf_error *error) {
  sf_lua_plugin *plugin = call->plugin;
  int code = sf_ensure_state(plugin, error);
  if (!code) code = ensure_thread(call, error);
  if (code) {
    give_call(call);
    if (plugin->engine.killed) sf_discard_state(plugin);
    return code;
  }
  lua_State *L = plugin->engine.L;
  lua_pushcfunction(call->thread, body);
  lua_pushlightuserdata(call->thread, call);
  lua_pushvalue(L, SF_PLUGIN_AT);
  lua_pushvalue(L, SF_CONTEXT_AT);
  lua_xmove(L, call->thread, 2);
  return slice(call, 3, error);
}

void sf_cancel_call(sf_lua_plugin *plugin, const sheaf_task *task) {
  sf_hook_call *call = plugin->waiting;
  while (call && call->task != task) call = call->next;
  if (call) abandon(call);
}
