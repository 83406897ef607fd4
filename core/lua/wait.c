/// What a hook can wait for: a time, or a program.
#include <errno.h>
#include <limits.h>
#include <time.h>

#include "lua/call.h"

// --- In the loop -----------------------------------------------------------

static void go_on(void *context) {
  sf_wake_call(context);
}

static void on_end(void *context) {
  const sf_hook_call *call = context;
  sf_task_run(call->task, go_on, context);
}

int sf_wait_begin(sf_hook_call *call, sheaf_error *error) {
  if (!call->spawn)
    return sheaf_task_after(call->task, call->ms, go_on, call, error);
  return sf_spawn_start(call->spawn, call->task->loop, on_end, call, error);
}

void sf_wait_end(sf_hook_call *call) {
  sf_spawn_free(call->spawn);
  call->spawn = NULL;
}

// --- Without one -----------------------------------------------------------

static void block(unsigned ms) {
  struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};
  while (nanosleep(&left, &left) && errno == EINTR) continue;
}

// --- Functions -------------------------------------------------------------

static sf_hook_call *check_call(lua_State *L) {
  sf_hook_call *call = sf_hook_of(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!call)
    luaL_error(L,
               "only process and encode can wait, outside of coroutines of "
               "their own");
  return call;
}

// ctx:sleep(ms).
static int sleep_call(lua_State *L) {
  sf_hook_call *call = check_call(L);
  lua_Integer ms = luaL_checkinteger(L, 2);
  luaL_argcheck(L, ms >= 0 && ms <= INT_MAX, 2, "not a time to wait");
  if (!call->task) {
    block((unsigned)ms);
    return 0;
  }
  call->ms = (unsigned)ms;
  return lua_yield(L, 0);
}

// Behind the wait, in the coroutine, where raising is safe.
static int end_spawn(lua_State *L, int status, lua_KContext extra) {
  sf_hook_call *call = sf_hook_of(L);
  (void)status;
  (void)extra;
  int count = sf_push_outcome(L, call->spawn);
  sf_wait_end(call);
  return count;
}

// ctx:spawn { command = { … }, input = … }.
static int spawn_call(lua_State *L) {
  sf_hook_call *call = check_call(L);
  sheaf_error error;
  lua_settop(L, 2);
  call->spawn = sf_read_spawn(L, 2, lua_touserdata(L, lua_upvalueindex(1)));
  if (!call->spawn) return 3;
  if (call->task) return lua_yieldk(L, 0, 0, end_spawn);
  if (sf_spawn_wait(call->spawn, NULL, &error)) return sf_raise(L, &error);
  return end_spawn(L, LUA_OK, 0);
}

void sf_open_waiting(lua_State *L, const sheaf_plugin_context *context) {
  lua_pushcfunction(L, sleep_call);
  lua_setfield(L, -2, "sleep");
  lua_pushlightuserdata(L, (void *)context);
  lua_pushcclosure(L, spawn_call, 1);
  lua_setfield(L, -2, "spawn");
}
