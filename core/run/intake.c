#include "run/intake.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

#define LOOK_MS 100  // How often signals are looked for while nothing comes.

static char *copy_path(const sf_supervisor *run, size_t bundle,
                       const char *ending) {
  char name[40];
  snprintf(name, sizeof name, SF_INTAKE "%zu", bundle + 1);
  return sf_run_folder_file(&run->folder, name, ending);
}

static bool can_go_on(const sf_supervisor *run) {
  char *state = sf_run_folder_file(&run->folder, SF_STATE, "");
  bool found = state && !access(state, F_OK);
  free(state);
  return found;
}

// --- Copying ---------------------------------------------------------------

/// Copies until the stream ends, or a signal ends the run.
static int copy(sf_supervisor *run, int from, int to, const char *name,
                sheaf_error *error) {
  struct pollfd watched = {from, POLLIN, 0};
  int code = SHEAF_OK;
  while (!code && !run->code) {
    int ready = poll(&watched, 1, LOOK_MS);
    sf_loop_poll(run->loop);
    if (ready > 0 && !run->code) code = sf_spool_some(from, to, name, error);
  }
  if (!run->code) return code == SHEAF_END ? SHEAF_OK : code;
  *error = run->error;
  return run->code;
}

static int write_copy(sf_supervisor *run, int from, const char *part,
                      const char *name, sheaf_error *error) {
  int to =
      open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (to < 0) return sf_fail_errno(error, SHEAF_EWRITE, part, "cannot be made");
  int code = copy(run, from, to, name, error);
  if (close(to) && !code)
    code = sf_fail_errno(error, SHEAF_EWRITE, part, "cannot be closed");
  return code;
}

static int copy_stream(sf_supervisor *run, size_t bundle, const char *whole,
                       sheaf_error *error) {
  const char *name = run->job.bundles[bundle];
  char *part = copy_path(run, bundle, SF_PART);
  int from = sf_path_stream(name, error);
  int code = from < 0 ? error->code : SHEAF_OK;
  if (!part) code = sf_no_memory(error);
  if (!code) code = write_copy(run, from, part, name, error);
  if (!code && rename(part, whole))
    code = sf_fail_errno(error, SHEAF_EWRITE, whole, "cannot be renamed");
  if (code && part) unlink(part);
  if (from >= 0) close(from);
  free(part);
  return code;
}

static int take(sf_supervisor *run, size_t bundle, sheaf_error *error) {
  char *whole = copy_path(run, bundle, "");
  if (!whole) return sf_no_memory(error);
  run->job.sources[bundle] = whole;
  if (can_go_on(run) && !access(whole, R_OK)) return SHEAF_OK;
  return copy_stream(run, bundle, whole, error);
}

int sf_intake(sf_supervisor *run, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < run->job.bundle_count && !code; i++) {
    if (!sf_path_is_stream(run->job.bundles[i])) continue;
    for (size_t k = 0; k < i; k++)
      if (!strcmp(run->job.bundles[i], run->job.bundles[k]))
        return sf_fail(error, SHEAF_EUSAGE, run->job.bundles[i],
                       "it is given twice, and can be read once only");
    code = take(run, i, error);
  }
  return code;
}

void sf_intake_end(const sf_supervisor *run) {
  if (can_go_on(run)) return;
  for (size_t i = 0; i < run->job.bundle_count; i++) {
    if (!sf_path_is_stream(run->job.bundles[i])) continue;
    char *path = copy_path(run, i, "");
    if (path) unlink(path);
    free(path);
  }
}
