/// The read-eval-print loop: lines from the editor, chunks to Lua, and the
/// event loop in between.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line/line.h"
#include "lua/shell.h"

#define PROMPT      "sheaf> "
#define PROMPT_MORE "     … "

typedef struct {
  sheaf_shell *shell;
  sf_loop *loop;
  sf_line *line;
  sf_watch *input;
  sf_signal *interrupt;
  sf_buffer chunk;   ///< The lines of a chunk that is not complete yet.
  sf_clock clock;    ///< Ticks while Lua runs.
  unsigned running;  ///< Chunks and callbacks, one within the other.
  bool ticking;
  int code;
  sheaf_error *error;
} sf_repl;

// --- Ctrl-C ----------------------------------------------------------------

static void stop_chunk(lua_State *L, lua_Debug *debug) {
  (void)debug;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "interrupted");
}

/// True when SIGINT is pending, which it then is no more.
static bool take_interrupt(void) {
  const struct timespec none = {0, 0};
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  return sigtimedwait(&set, NULL, &none) == SIGINT;
}

/// While Lua runs, SIGINT is blocked and looked for at each tick of the
/// clock: so the handler needs no global to find its state.
static void on_tick(void *context) {
  sf_repl *repl = context;
  if (take_interrupt())
    lua_sethook(repl->shell->engine.L, stop_chunk,
                LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

static void block_interrupt(bool block) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigprocmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static void on_input(void *context) {
  sf_repl *repl = context;
  sf_line_feed(repl->line);
}

static int watch_input(sf_repl *repl) {
  return sf_watch_readable(&repl->input, repl->loop, 0, on_input, repl,
                           repl->error);
}

/// What is typed waits until Lua is done: a chunk may run the loop itself,
/// which then ends when nothing but the input is left to wait for.
static void begin_running(void *context) {
  sf_repl *repl = context;
  if (repl->running++) {
    on_tick(repl);  // The clock stands still while a loop waits.
    return;
  }
  sf_line_hide(repl->line);
  sf_watch_close(repl->input);
  repl->input = NULL;
  block_interrupt(true);
  repl->ticking = sf_clock_start(&repl->clock, on_tick, repl, NULL) == SHEAF_OK;
}

static void end_running(void *context, const sheaf_error *error) {
  sf_repl *repl = context;
  fflush(stdout);
  if (error) fprintf(stderr, "%s\n", error->why);
  repl->running--;
  if (repl->running && error) sf_loop_stop(repl->loop);
  if (repl->running) return;
  if (repl->ticking) sf_clock_stop(&repl->clock);
  lua_sethook(repl->shell->engine.L, NULL, 0, 0);
  take_interrupt();
  block_interrupt(false);
  sf_line_show(repl->line);
  if (repl->code == SHEAF_OK) repl->code = watch_input(repl);
  if (repl->code != SHEAF_OK) sf_loop_stop(repl->loop);
}

// --- Evaluating ------------------------------------------------------------

/// Loads the chunk, as an expression if it is one. False, with nothing on the
/// stack, when it is not complete.
static bool load_chunk(lua_State *L, const char *text) {
  const char *expression = lua_pushfstring(L, "return %s", text);
  int status =
      luaL_loadbufferx(L, expression, strlen(expression), "=stdin", "t");
  if (status != LUA_OK) {
    lua_pop(L, 1);
    status = luaL_loadbufferx(L, text, strlen(text), "=stdin", "t");
  }
  lua_remove(L, -2);
  if (status == LUA_OK) return true;
  const char *message = lua_tostring(L, -1);
  size_t size = strlen(message), mark = strlen("<eof>");
  if (size < mark || strcmp(message + size - mark, "<eof>") != 0) lua_error(L);
  lua_pop(L, 1);
  return false;
}

/// Prints the results from stack index `first` on.
static void print_results(lua_State *L, int first) {
  int count = lua_gettop(L);
  for (int i = first; i <= count; i++) {
    lua_pushcfunction(L, sf_lua_require);
    lua_pushliteral(L, "sheaf.inspect");
    lua_call(L, 1, 1);
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    fputs(lua_tostring(L, -1), stdout);
    fputc(i < count ? '\t' : '\n', stdout);
    lua_pop(L, 1);
  }
}

/// Returns true when the chunk was complete.
static int evaluate(lua_State *L) {
  const char *text = lua_touserdata(L, 1);
  bool complete = load_chunk(L, text);
  if (complete) {
    lua_call(L, 0, LUA_MULTRET);
    print_results(L, 2);
  }
  lua_settop(L, 1);
  lua_pushboolean(L, complete);
  return 1;
}

/// Runs the chunk; true when it was complete, with an error or without.
static bool run_chunk(sf_repl *repl, const char *text) {
  sf_engine *engine = &repl->shell->engine;
  sheaf_error error;
  begin_running(repl);
  lua_pushcfunction(engine->L, evaluate);
  lua_pushlightuserdata(engine->L, (void *)text);
  int code = sf_engine_call(engine, 1, 1, &error);
  end_running(repl, code == SHEAF_OK ? NULL : &error);
  if (code != SHEAF_OK) return true;
  bool complete = lua_toboolean(engine->L, -1);
  lua_pop(engine->L, 1);
  return complete;
}

// --- Completing ------------------------------------------------------------

static int find_candidate(lua_State *L) {
  char **found = lua_touserdata(L, 3);
  lua_pushcfunction(L, sf_lua_require);
  lua_pushliteral(L, "sheaf.complete");
  lua_call(L, 1, 1);
  lua_pushstring(L, lua_touserdata(L, 1));
  lua_call(L, 1, 1);
  lua_geti(L, -1, *(const int *)lua_touserdata(L, 2) + 1);
  const char *name = lua_tostring(L, -1);
  *found = name ? strdup(name) : NULL;
  return 0;
}

static char *complete(void *context, const char *text, int index) {
  sf_engine *engine = &((sf_repl *)context)->shell->engine;
  char *found = NULL;
  lua_pushcfunction(engine->L, find_candidate);
  lua_pushlightuserdata(engine->L, (void *)text);
  lua_pushlightuserdata(engine->L, &index);
  lua_pushlightuserdata(engine->L, &found);
  // What cannot be completed has no candidates.
  sf_engine_call(engine, 3, 0, NULL);
  return found;
}

// --- The conversation ------------------------------------------------------

static void ask(sf_repl *repl) {
  sf_line_prompt(repl->line, repl->chunk.size ? PROMPT_MORE : PROMPT);
}

static void on_line(void *context, const char *text) {
  sf_repl *repl = context;
  if (!text) {
    sf_loop_stop(repl->loop);
    return;
  }
  if (repl->chunk.size) sf_buffer_putc(&repl->chunk, '\n');
  sf_buffer_puts(&repl->chunk, text);
  const char *chunk = sf_buffer_text(&repl->chunk);
  if (!chunk) {
    repl->code = sf_no_memory(repl->error);
    sf_loop_stop(repl->loop);
    return;
  }
  if (run_chunk(repl, chunk)) {
    sf_line_remember(repl->line, chunk);
    repl->chunk.size = 0;
  }
  fflush(stdout);
  ask(repl);
}

static void on_interrupt(void *context, int number);

static void watch_interrupt(sf_repl *repl) {
  sf_signal_once(&repl->interrupt, repl->loop, SIGINT, on_interrupt, repl,
                 NULL);
}

/// Ctrl-C while nothing runs: away with what was typed.
static void on_interrupt(void *context, int number) {
  sf_repl *repl = context;
  (void)number;
  sf_line_drop(repl->line);
  repl->chunk.size = 0;
  sf_signal_close(repl->interrupt);
  watch_interrupt(repl);
  ask(repl);
}

static int converse(sf_repl *repl, const char *history) {
  const sf_line_events events = {on_line, complete, repl};
  int code = sf_line_open(&repl->line, &events, history, repl->error);
  if (code == SHEAF_OK) code = watch_input(repl);
  if (code == SHEAF_OK) {
    if (sf_line_is_terminal(repl->line)) watch_interrupt(repl);
    ask(repl);
    code = sf_loop_run(repl->loop, repl->error);
  }
  sf_watch_close(repl->input);
  sf_signal_close(repl->interrupt);
  sf_line_close(repl->line);
  return code == SHEAF_OK ? repl->code : code;
}

int sheaf_shell_repl(sheaf_shell *shell, const char *history,
                     sheaf_error *error) {
  sf_repl repl = {.shell = shell, .error = error};
  const sf_callback_events usual = shell->callbacks;
  shell->callbacks = (sf_callback_events){begin_running, end_running, &repl};
  int code = sf_shell_loop(shell, &repl.loop, error);
  if (code == SHEAF_OK) code = converse(&repl, history);
  shell->callbacks = usual;
  sf_buffer_clear(&repl.chunk);
  return code;
}
