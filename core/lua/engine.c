/// Lua states with an account of their memory.
#include "lua/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/lua.h"

const char *sf_lua_version(void) {
  return LUA_RELEASE;
}

/// Lines that a plugin may print during one call.
#define LINES_MAX 100

/// Per cent of what a collection left, at which the next one begins: in a state
/// that takes much of its limit, and in one that takes little of it.
#define GC_PAUSE       130
#define GC_PAUSE_SMALL 200

/// The part of its limit that a small state takes at most.
#define SMALL_PART 32

// --- Memory ----------------------------------------------------------------

static void *take_block(sf_engine *engine, size_t size) {
  void *block = sf_pool_take(&engine->pool, size);
  return block ? block : malloc(size);
}

static void give_block(sf_engine *engine, void *block, size_t size) {
  if (sf_pool_owns(&engine->pool, block))
    sf_pool_give(&engine->pool, block, size);
  else
    free(block);
}

static void *change_block(sf_engine *engine, void *block, size_t old_size,
                          size_t new_size) {
  if (!block) return take_block(engine, new_size);
  if (!sf_pool_owns(&engine->pool, block) && new_size > SF_POOL_BLOCK)
    return realloc(block, new_size);
  void *moved = take_block(engine, new_size);
  if (!moved) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  give_block(engine, block, old_size);
  return moved;
}

static void *allocate(void *context, void *block, size_t old_size,
                      size_t new_size) {
  sf_engine *engine = context;
  // For a new block `old_size` says what kind of object it is for.
  if (!block) old_size = 0;
  if (new_size == 0) {
    if (block) give_block(engine, block, old_size);
    engine->memory -= old_size;
    return NULL;
  }
  size_t memory = engine->memory - old_size + new_size;
  bool grows = new_size > old_size;
  if (grows && engine->allowance && !--engine->allowance)
    engine->memory_limit = 1;
  if (grows && engine->memory_limit && memory > engine->memory_limit)
    return NULL;
  void *moved = change_block(engine, block, old_size, new_size);
  if (!moved) return NULL;
  engine->memory = memory;
  if (memory > engine->memory_peak) engine->memory_peak = memory;
  return moved;
}

sf_engine *sf_engine_of(lua_State *L) {
  void *context;
  lua_getallocf(L, &context);
  return context;
}

sf_memory sf_lua_memory(lua_State *L) {
  void *context;
  lua_Alloc resize = lua_getallocf(L, &context);
  return (sf_memory){resize, context};
}

/// A scratch buffer that grew beyond this is not kept.
#define KEPT_CAPACITY ((size_t)256 << 10)

sf_buffer *sf_scratch(lua_State *L) {
  sf_buffer *scratch = &sf_engine_of(L)->scratch;
  if (scratch->failed || scratch->capacity > KEPT_CAPACITY)
    sf_buffer_clear(scratch);
  scratch->size = 0;
  return scratch;
}

int sf_push_scratch(lua_State *L) {
  sf_buffer *scratch = &sf_engine_of(L)->scratch;
  if (scratch->failed) return luaL_error(L, "not enough memory");
  lua_pushlstring(L, scratch->data, scratch->size);
  if (scratch->capacity > KEPT_CAPACITY) sf_buffer_clear(scratch);
  return 1;
}

void sf_check_scratch(lua_State *L) {
  const sf_engine *engine = sf_engine_of(L);
  bool large =
      engine->memory_limit && engine->scratch.size > engine->memory_limit;
  if (large || engine->scratch.failed) sf_lua_check(L, SHEAF_ENOMEM);
}

// --- Time ------------------------------------------------------------------

#define KILL_MESSAGE "killed"

// Runs as a hook when time is up. A hook that came too late, between two
// calls, goes away.
static void on_hook(lua_State *L, lua_Debug *debug) {
  (void)debug;
  sf_engine *engine = sf_engine_of(L);
  if (!engine->killed &&
      (!engine->deadline || engine->ticks < engine->deadline)) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  if (!engine->killed) engine->killed = SF_OUT_OF_TIME;
  lua_pushliteral(L, KILL_MESSAGE);
  lua_error(L);
}

// Runs in a signal handler. lua_sethook() is made for that. The coroutine that
// runs may change at any moment: the next tick tries again.
static void on_tick(void *context) {
  sf_engine *engine = context;
  unsigned ticks = ++engine->ticks;
  lua_State *L = engine->running;
  if (L && engine->deadline && ticks >= engine->deadline)
    lua_sethook(L, on_hook, LUA_MASKCOUNT, 1);
}

static bool time_is_up(const sf_engine *engine) {
  return engine->killed ||
         (engine->deadline && engine->ticks >= engine->deadline);
}

void sf_engine_check(lua_State *L) {
  sf_engine *engine = sf_engine_of(L);
  if (!time_is_up(engine)) return;
  if (!engine->killed) engine->killed = SF_OUT_OF_TIME;
  lua_pushliteral(L, KILL_MESSAGE);
  lua_error(L);
}

int sf_engine_interrupt(void *context) {
  return time_is_up(context) ? SHEAF_ETIMEOUT : SHEAF_OK;
}

static void kill_for_memory(sf_engine *engine) {
  if (engine->memory_limit && !engine->killed)
    engine->killed = SF_OUT_OF_MEMORY;
}

bool sf_engine_killed(lua_State *L, int status) {
  sf_engine *engine = sf_engine_of(L);
  if (status == LUA_ERRMEM) kill_for_memory(engine);
  return engine->killed != SF_ALIVE;
}

void sf_engine_rethrow(lua_State *L, int status) {
  if (sf_engine_killed(L, status)) sf_engine_check(L);
}

void sf_lua_check(lua_State *L, int code) {
  if (code == SHEAF_OK) return;
  if (code == SHEAF_ETIMEOUT) sf_engine_check(L);
  sf_engine_rethrow(L, LUA_ERRMEM);
  luaL_error(L, "not enough memory");
}

static void on_injury(lua_State *L, lua_Debug *debug) {
  sf_engine *engine = sf_engine_of(L);
  if (!engine->killed) engine->killed = SF_OUT_OF_TIME;
  on_hook(L, debug);
}

void sf_engine_injure(sf_engine *engine, uint64_t block, int instructions) {
  engine->allowance = block;
  // A coroutine has the hook of the state that it was made in.
  if (engine->spare)
    lua_sethook(engine->spare, instructions > 0 ? on_injury : NULL,
                instructions > 0 ? LUA_MASKCOUNT : 0, instructions);
  lua_sethook(engine->L, instructions > 0 ? on_injury : NULL,
              instructions > 0 ? LUA_MASKCOUNT : 0, instructions);
}

bool sf_engine_may_print(sf_engine *engine) {
  if (!engine->memory_limit || engine->lines < LINES_MAX) {
    engine->lines++;
    return true;
  }
  if (engine->lines++ == LINES_MAX)
    fprintf(stderr, "%s: (more lines are left out)\n", engine->name);
  return false;
}

// --- Life ------------------------------------------------------------------

int sf_engine_open(sf_engine *engine, sheaf_error *error) {
  engine->memory = 0;
  engine->ticks = 1;
  engine->deadline = 0;
  engine->running = NULL;
  engine->killed = SF_ALIVE;
  engine->closing = 0;
  engine->spare = NULL;
  engine->pool = (sf_pool){.memory = NULL};
  engine->scratch = (sf_buffer){0};
  engine->patterns = (sf_patterns){{NULL}};
  engine->L = lua_newstate(allocate, engine);
  if (!engine->L) {
    sf_pool_clear(&engine->pool);
    return sf_no_memory(error);
  }
  *(void **)lua_getextraspace(engine->L) = NULL;
  if (!engine->cpu_ms) return SHEAF_OK;
  int code = sf_clock_start(&engine->clock, on_tick, engine, error);
  if (code != SHEAF_OK) sf_engine_close(engine);
  return code;
}

void sf_engine_close(sf_engine *engine) {
  sf_clock_stop(&engine->clock);
  // What is released now must not be refused memory, nor run any hook.
  engine->memory_limit = 0;
  if (engine->L) {
    lua_sethook(engine->L, NULL, 0, 0);
    lua_close(engine->L);
  }
  engine->L = engine->spare = NULL;
  sf_pool_clear(&engine->pool);
  sf_buffer_clear(&engine->scratch);
  sf_patterns_clear(&engine->patterns);
}

// --- Calls -----------------------------------------------------------------

// Drops `tail` from the end of the text of `size` bytes, if it is there.
static size_t drop_tail(const char *text, size_t size, const char *tail) {
  size_t length = strlen(tail);
  bool there = size >= length && !memcmp(text + size - length, tail, length);
  return there ? size - length : size;
}

// Pushes the message with a traceback, without the C function that every call
// begins with, and without the title when nothing else is left.
static void push_traceback(lua_State *L, lua_State *of, const char *message) {
  size_t size;
  luaL_traceback(L, of, message, L == of ? 1 : 0);
  const char *text = lua_tolstring(L, -1, &size);
  size = drop_tail(text, size, "\n\t[C]: in ?");
  size = drop_tail(text, size, "\nstack traceback:");
  lua_pushlstring(L, text, size);
}

// Makes the error at 1, which was raised in `of`, a text with a traceback.
// Errors that are tables keep their `__tostring`.
static int describe(lua_State *L, lua_State *of) {
  const char *message = lua_tostring(L, 1);
  if (!message) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
      return 1;
    message =
        lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  push_traceback(L, of, message);
  return 1;
}

static int describe_error(lua_State *L) {
  return sf_engine_of(L)->killed ? 1 : describe(L, L);
}

// The same for what a coroutine has ended in.
static int describe_end(lua_State *L) {
  return describe(L, lua_touserdata(L, 2));
}

static int explain_kill(sf_engine *engine, sheaf_error *error) {
  if (engine->killed == SF_OUT_OF_TIME) {
    sf_fail(error, SHEAF_ETIMEOUT, engine->name,
            "reached its limit of %u ms of CPU time", engine->allowed);
    sf_hint(error, "raise it: --limits %s:%s=…", engine->name,
            engine->allowed == engine->cpu_ms ? "cpu_ms" : "finish_ms");
    return SHEAF_ETIMEOUT;
  }
  sf_fail(error, SHEAF_ELIMIT, engine->name,
          "reached its memory limit of %zu MB", engine->memory_limit >> 20);
  sf_hint(error, "raise it: --limits %s:memory_mb=…", engine->name);
  return SHEAF_ELIMIT;
}

static int explain(sf_engine *engine, sheaf_error *error) {
  if (engine->killed) return explain_kill(engine, error);
  bool text = lua_type(engine->L, -1) == LUA_TSTRING;
  const char *message = text ? lua_tostring(engine->L, -1) : NULL;
  return sf_fail(error, SHEAF_EPLUGIN, engine->name, "%s",
                 message ? message : "unknown error");
}

// By default the collector waits until there is twice as much as it left: a
// plugin would meet its limit with half of it in use.
static void set_pause(const sf_engine *engine) {
  bool small = engine->memory < engine->memory_limit / SMALL_PART;
  lua_gc(engine->L, LUA_GCINC, small ? GC_PAUSE_SMALL : GC_PAUSE, 0, 0);
}

void sf_engine_allow(sf_engine *engine, unsigned cpu_ms) {
  engine->allowed = cpu_ms;
  engine->deadline = cpu_ms ? engine->ticks + cpu_ms / SF_TICK_MS + 1 : 0;
}

static void begin_call(sf_engine *engine) {
  if (engine->memory_limit) set_pause(engine);
  engine->lines = 0;
  engine->running = engine->L;
  sf_engine_allow(engine, engine->cpu_ms);
}

static void end_call(sf_engine *engine) {
  engine->deadline = 0;
  engine->running = NULL;
}

int sf_engine_call(sf_engine *engine, int arguments, int results,
                   sheaf_error *error) {
  lua_State *L = engine->L;
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, describe_error);
  lua_insert(L, base);
  begin_call(engine);
  int status = lua_pcall(L, arguments, results, base);
  end_call(engine);
  if (status == LUA_ERRMEM) kill_for_memory(engine);
  int code = SHEAF_OK;
  if (status != LUA_OK) {
    code = explain(engine, error);
    lua_settop(L, base);
  }
  lua_remove(L, base);
  return code;
}

// Leaves the description of what `co` ended in on the engine's stack. Its
// stack has not been unwound, so that it can still be told where it was.
static void take_error(sf_engine *engine, lua_State *co) {
  lua_State *L = engine->L;
  if (engine->killed) return;
  engine->running = L;
  lua_pushcfunction(L, describe_end);
  lua_xmove(co, L, 1);
  lua_pushlightuserdata(L, co);
  int status = lua_pcall(L, 2, 1, 0);
  if (status == LUA_ERRMEM) kill_for_memory(engine);
  engine->running = co;
  if (lua_resetthread(co) == LUA_ERRMEM) kill_for_memory(engine);
  if (!engine->killed) lua_settop(co, 0);
}

int sf_engine_resume(sf_engine *engine, lua_State *co, int arguments,
                     sheaf_error *error) {
  int results = 0, top = lua_gettop(engine->L);
  begin_call(engine);
  engine->running = co;
  int status = lua_resume(co, engine->L, arguments, &results);
  if (status == LUA_ERRMEM) kill_for_memory(engine);
  bool failed = status != LUA_OK && status != LUA_YIELD;
  if (failed)
    take_error(engine, co);
  else
    lua_pop(co, results);
  end_call(engine);
  int code = status == LUA_YIELD ? SHEAF_PENDING : SHEAF_OK;
  if (failed || engine->killed) code = explain(engine, error);
  lua_settop(engine->L, top);
  return code;
}

int sf_raise(lua_State *L, const sheaf_error *error) {
  const char *colon = error->what[0] ? ": " : "";
  if (error->hint[0])
    return luaL_error(L, "%s%s%s (%s)", error->what, colon, error->why,
                      error->hint);
  return luaL_error(L, "%s%s%s", error->what, colon, error->why);
}

static bool is_one_of(const char *name, const char *const names[]) {
  while (*names && strcmp(*names, name) != 0) names++;
  return *names != NULL;
}

bool sf_check_options(lua_State *L, int index, const char *const names[]) {
  if (lua_isnoneornil(L, index)) return false;
  luaL_checktype(L, index, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    const char *name = "";
    if (lua_type(L, -2) == LUA_TSTRING) name = lua_tostring(L, -2);
    if (!is_one_of(name, names))
      luaL_argerror(L, index,
                    lua_pushfstring(L, "there is no option '%s'",
                                    luaL_tolstring(L, -2, NULL)));
  }
  return true;
}
