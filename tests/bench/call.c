/// What a call of a hook costs beyond Lua's own, and what limits cost.
///
/// usage: call FOLDER, which has the plugin of tests/bench/call.
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "loop/loop.h"
#include "plugin/plugin.h"
#include "run/run.h"

enum { ROUNDS = 31, CALLS = 100000 };

static void fail(const sheaf_error *error) {
  fprintf(stderr, "call: %s: %s\n", error->what, error->why);
  exit(1);
}

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// --- Plugins ---------------------------------------------------------------

static sf_plugin *open_plugin(const char *folder, const char *work,
                              bool limited) {
  sf_manifest manifest;
  sf_plugin *plugin;
  sheaf_value options;
  sheaf_error error;
  if (sf_manifest_load(&manifest, folder, NULL, &error)) fail(&error);
  if (!limited) manifest.memory_limit = manifest.cpu_ms = manifest.wall_ms = 0;
  if (sheaf_value_map(&options) ||
      sheaf_value_set_string(&options, "work", work))
    abort();
  if (sf_plugin_open(&plugin, &manifest, &options, sf_languages, &error))
    fail(&error);
  sheaf_value_clear(&options);
  return plugin;
}

/// Seconds of `calls` calls of the plugin's hook, as a run makes them.
static double time_plugin(sf_plugin *plugin, sf_loop *loop, int calls) {
  sheaf_doc *doc;
  sheaf_error error;
  sheaf_bytes text = {"A text.", 7};
  if (sheaf_doc_new(&doc, "1/1/a", "b", (sheaf_bytes){"a", 1}, text, &error))
    fail(&error);
  double began = cpu_seconds();
  for (int i = 0; i < calls; i++) {
    sheaf_result result = {.records = NULL};
    sheaf_task task = {
        .plugin = plugin, .doc = doc, .result = &result, .loop = loop};
    if (sf_task_start(&task, &error)) fail(&error);
  }
  double seconds = cpu_seconds() - began;
  sheaf_doc_free(doc);
  return seconds;
}

// --- Lua alone -------------------------------------------------------------

/// Seconds of as many calls of an empty function with two arguments.
static double time_lua(int calls) {
  lua_State *L = luaL_newstate();
  if (!L || luaL_dostring(L, "return { process = function(doc, ctx) end }, {}"))
    abort();
  double began = cpu_seconds();
  for (int i = 0; i < calls; i++) {
    lua_getfield(L, 1, "process");
    lua_pushlightuserdata(L, L);
    lua_pushvalue(L, 2);
    if (lua_pcall(L, 2, 2, 0)) abort();
    lua_settop(L, 2);
  }
  double seconds = cpu_seconds() - began;
  lua_close(L);
  return seconds;
}

// --- The two measurements --------------------------------------------------

static int compare(const void *a, const void *b) {
  const double *left = a, *right = b;
  return (*left > *right) - (*left < *right);
}

static double median(double rounds[ROUNDS]) {
  qsort(rounds, ROUNDS, sizeof *rounds, compare);
  return rounds[ROUNDS / 2];
}

static void measure_call(const char *folder, sf_loop *loop) {
  sf_plugin *plugin = open_plugin(folder, "nothing", true);
  double own[ROUNDS], beyond[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    own[i] = time_plugin(plugin, loop, CALLS) / CALLS * 1e6;
    beyond[i] = own[i] - time_lua(CALLS) / CALLS * 1e6;
  }
  sf_plugin_close(plugin);
  printf("a call of process: %.2f us, %.2f us beyond Lua's own call\n",
         median(own), median(beyond));
}

static void measure_limits(const char *folder, sf_loop *loop,
                           const char *work) {
  sf_plugin *limited = open_plugin(folder, work, true);
  sf_plugin *free_of = open_plugin(folder, work, false);
  double with[ROUNDS], ratio[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    with[i] = time_plugin(limited, loop, 1);
    ratio[i] = with[i] / time_plugin(free_of, loop, 1);
  }
  sf_plugin_close(limited);
  sf_plugin_close(free_of);
  printf("%-10s under limits: %5.1f ms, %.3f of the time without\n", work,
         median(with) * 1e3, median(ratio));
}

int main(int argc, char **argv) {
  static const char *const works[] = {"arithmetic", "strings", "tables"};
  sf_loop *loop;
  sheaf_error error;
  if (argc != 2) return 2;
  if (sf_loop_new(&loop, &error)) fail(&error);
  measure_call(argv[1], loop);
  for (size_t i = 0; i < SF_COUNT(works); i++)
    measure_limits(argv[1], loop, works[i]);
  sf_loop_free(loop);
  return 0;
}
