/// What the verbs that run pipelines share: options, workers, warnings, how it
/// ends.
#ifndef CLI_RUNNING_H
#define CLI_RUNNING_H

#include "cli/progress.h"

/// Kinds of warnings that are counted apart.
#define CLI_WARNING_KINDS 16

/// The most workers that can be asked for.
#define CLI_WORKERS_MAX 256

// clang-format off
/// Their options, at the end of a verb's list.
#define CLI_RUNNING_OPTIONS                                      \
  {"workers", 'j', true}, {"only", 0, true}, {"allow", 0, true}, \
  {"limits", 0, true}, {"progress", 0, true}
// clang-format on

/// How many they are.
#define CLI_RUNNING_COUNT 5

/// Handed to the callbacks of a run as their context.
typedef struct {
  int workers;
  const char **only, **allow, **limits;  ///< Ended by NULL, with room.
  cli_progress progress;
  unsigned long long warnings;
  struct {
    int code;
    unsigned long long count;
  } untold[CLI_WARNING_KINDS];  ///< Warnings that were counted only.
} cli_running;

/// How many processors there are, and so workers when nothing is said.
int cli_processors(void);

/// Prepares for a command line of so many arguments: a worker a processor.
/// Returns CLI_OK or CLI_INTERNAL; either way cli_running_clear() frees it.
int cli_running_init(cli_running *running, int argc);
void cli_running_clear(cli_running *running);

/// Takes option number `option` of the above, from 0. Returns CLI_OK, or 2
/// when a usage error of `verb` was printed.
int cli_running_take(cli_running *running, const char *verb, int option,
                     const char *text);

/// This program and its arguments as a worker.
extern const char cli_worker_program[];
extern const char *const cli_worker_arguments[];

/// Callbacks of a run. Of warnings the first twenty are printed.
void cli_on_progress(void *context, const sheaf_progress *run);
void cli_on_warning(void *context, const sheaf_error *warning);

/// Wipes the live line and tells how many warnings were not printed.
void cli_running_end(cli_running *running);

/// How many documents are not as they should be.
unsigned long long cli_failures(const sheaf_progress *run);

#endif
