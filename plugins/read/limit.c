#include "limit.h"

#include <stdio.h>
#include <time.h>

static int fail_shape(const char *what, sheaf_error *error) {
  error->code = SHEAF_ELIMIT;
  snprintf(error->what, sizeof error->what, "%s", what);
  snprintf(error->hint, sizeof error->hint, "--raw takes it as it is");
  return SHEAF_ELIMIT;
}

int fail_depth(const char *what, sheaf_error *error) {
  snprintf(error->why, sizeof error->why,
           "its elements lie more than %d deep within each other", DEPTH_MAX);
  return fail_shape(what, error);
}

int fail_cost(const char *what, sheaf_error *error) {
  snprintf(error->why, sizeof error->why,
           "its elements lie so deep, have so many attributes, or are so "
           "rarely ended that parsing it would take out of all proportion");
  return fail_shape(what, error);
}

int fail_limit(const sheaf_plugin_context *plugin, int code,
               sheaf_error *error) {
  *error = (sheaf_error){.code = code};
  snprintf(error->what, sizeof error->what, "%s", plugin->name);
  if (code == SHEAF_ETIMEOUT)
    snprintf(error->why, sizeof error->why,
             "reached its limit of %u ms of CPU time", plugin->cpu_ms);
  else
    snprintf(error->why, sizeof error->why,
             "reached its limit of %zu MB of memory",
             plugin->memory_limit >> 20);
  snprintf(error->hint, sizeof error->hint, "raise it: --limits %s:%s=…",
           plugin->name, code == SHEAF_ETIMEOUT ? "cpu_ms" : "memory_mb");
  return code;
}

double cpu_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}
