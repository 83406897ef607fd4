/// What the verbs that run pipelines share: workers, warnings, how it ends.
#ifndef CLI_RUNNING_H
#define CLI_RUNNING_H

#include "cli/progress.h"

/// Kinds of warnings that are counted apart.
#define CLI_WARNING_KINDS 16

/// The most workers that can be asked for.
#define CLI_WORKERS_MAX 256

/// Handed to the callbacks of a run as their context.
typedef struct {
  cli_progress progress;
  unsigned long long warnings;
  struct {
    int code;
    unsigned long long count;
  } untold[CLI_WARNING_KINDS];  ///< Warnings that were counted only.
} cli_running;

/// How many workers there are when nothing is said: one a processor.
int cli_processors(void);

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
