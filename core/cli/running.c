#include "cli/running.h"

#include <unistd.h>

#define WARNINGS_TOLD 20

const char cli_worker_program[] = "/proc/self/exe";
const char *const cli_worker_arguments[] = {"sheaf", "worker", NULL};

int cli_processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > CLI_WORKERS_MAX ? CLI_WORKERS_MAX : (int)count;
}

void cli_on_progress(void *context, const sheaf_progress *run) {
  cli_running *running = context;
  cli_progress_show(&running->progress, run);
}

// The last kind takes all for which there is no other.
static void count_warning(cli_running *running, int code) {
  size_t kind = 0;
  while (kind + 1 < CLI_WARNING_KINDS && running->untold[kind].count &&
         running->untold[kind].code != code)
    kind++;
  running->untold[kind].code = code;
  running->untold[kind].count++;
}

// For programs, which read a JSON object a line.
static void print_warning(const sheaf_error *warning) {
  sheaf_value out, facts;
  if (sheaf_value_map(&out) != SHEAF_OK) return;
  if (sheaf_value_map(&facts) == SHEAF_OK) {
    sheaf_value_set_string(&facts, "code", sheaf_code_slug(warning->code));
    sheaf_value_set_string(&facts, "what", warning->what);
    sheaf_value_set_string(&facts, "why", warning->why);
    sheaf_value_set_string(&facts, "hint", warning->hint);
    sheaf_value_set(&out, "warning", facts);
  }
  cli_print_json(stderr, &out);
  sheaf_value_clear(&out);
}

void cli_on_warning(void *context, const sheaf_error *warning) {
  cli_running *running = context;
  bool json = running->progress.style == CLI_PROGRESS_JSON;
  if (++running->warnings > WARNINGS_TOLD && !json) {
    count_warning(running, warning->code);
    return;
  }
  if (json) {
    print_warning(warning);
    return;
  }
  cli_progress_wipe(&running->progress);
  cli_warn(warning);
}

void cli_running_end(cli_running *running) {
  cli_progress_wipe(&running->progress);
  if (running->warnings <= WARNINGS_TOLD ||
      running->progress.style == CLI_PROGRESS_JSON)
    return;
  unsigned long long more = running->warnings - WARNINGS_TOLD;
  fprintf(stderr, "sheaf: warning: %llu more like these: ", more);
  for (size_t i = 0; i < CLI_WARNING_KINDS && running->untold[i].count; i++)
    fprintf(stderr, "%s%llu %s", i ? ", " : "", running->untold[i].count,
            sheaf_code_slug(running->untold[i].code));
  fputc('\n', stderr);
}

unsigned long long cli_failures(const sheaf_progress *run) {
  return run->status[SHEAF_ROW_PARTIAL] + run->status[SHEAF_ROW_FAILED] +
         run->status[SHEAF_ROW_KILLED];
}
