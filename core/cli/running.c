#include "cli/running.h"

#include <stdlib.h>
#include <unistd.h>

#define WARNINGS_TOLD 20

const char cli_worker_program[] = "/proc/self/exe";
const char *const cli_worker_arguments[] = {"sheaf", "worker", NULL};

// --- Options ---------------------------------------------------------------

int cli_processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > CLI_WORKERS_MAX ? CLI_WORKERS_MAX : (int)count;
}

int cli_running_init(cli_running *running, int argc) {
  size_t room = (size_t)argc + 1;
  *running = (cli_running){.workers = cli_processors()};
  running->only = calloc(room, sizeof *running->only);
  running->allow = calloc(room, sizeof *running->allow);
  running->limits = calloc(room, sizeof *running->limits);
  cli_progress_init(&running->progress, "auto");
  return running->only && running->allow && running->limits ? CLI_OK
                                                            : CLI_INTERNAL;
}

void cli_running_clear(cli_running *running) {
  free(running->only);
  free(running->allow);
  free(running->limits);
}

int cli_running_take(cli_running *running, const char *verb, int option,
                     const char *text) {
  uint64_t number = 0;
  int status = CLI_OK;
  switch (option) {
    case 0:
      status = cli_read_number(verb, "workers", text, CLI_WORKERS_MAX, &number);
      running->workers = (int)number;
      return status;
    case 1:
      cli_add_text(running->only, text);
      return CLI_OK;
    case 2:
      cli_add_text(running->allow, text);
      return CLI_OK;
    case 3:
      cli_add_text(running->limits, text);
      return CLI_OK;
    default:
      if (cli_progress_init(&running->progress, text)) return CLI_OK;
      return cli_usage(verb, "--progress is auto, plain, json or none");
  }
}

// --- Callbacks -------------------------------------------------------------

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
