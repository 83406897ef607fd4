/// sheaf_run(): checking what is wanted, and the course of a run.
#include "sheaf/run.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "run/begin.h"
#include "run/intake.h"
#include "run/kinds.h"
#include "run/wall.h"

#define TICK_MS 200

// --- What is wanted --------------------------------------------------------

static int check_options(const sheaf_run_options *options, sheaf_error *error) {
  if (options->size != sizeof *options)
    return sf_fail(error, SHEAF_EINVAL, "sheaf_run",
                   "the options are not those of this version");
  if (!options->step_count || !options->bundle_count || !options->output)
    return sf_fail(error, SHEAF_EINVAL, "sheaf_run",
                   "a run needs a step, a bundle and an output folder");
  if (options->workers < 0 || (options->workers && !options->worker_program))
    return sf_fail(error, SHEAF_EINVAL, "sheaf_run",
                   "workers need a number and a program");
  return SHEAF_OK;
}

/// A folder that is input must not hold the output: it would change while it
/// is being read.
static int check_nesting(const sf_supervisor *run, const char *bundle,
                         sheaf_error *error) {
  char inner[PATH_MAX], outer[PATH_MAX];
  struct stat status;
  if (stat(bundle, &status) || !S_ISDIR(status.st_mode) ||
      !realpath(run->folder.path, inner) || !realpath(bundle, outer))
    return SHEAF_OK;
  size_t size = strlen(outer);
  if (strncmp(inner, outer, size) != 0 ||
      (inner[size] && inner[size] != '/' && strcmp(outer, "/") != 0))
    return SHEAF_OK;
  sf_fail(error, SHEAF_EUSAGE, run->folder.path,
          "the output folder lies in the bundle %s", bundle);
  return sf_hint(error, "choose a folder outside of it");
}

// --- While it runs ---------------------------------------------------------

void sf_supervisor_stop(sf_supervisor *run, int code,
                        const sheaf_error *error) {
  if (!code || run->code) return;
  run->code = code;
  run->error = *error;
  sf_loop_stop(run->loop);
}

void sf_supervisor_warn(const sf_supervisor *run, const sheaf_error *warning) {
  const sheaf_run_options *options = run->options;
  if (options->on_warning) options->on_warning(options->context, warning);
}

static void warn_of_no_outputs(const sf_supervisor *run) {
  sheaf_error warning;
  if (run->job.output_count) return;
  sf_fail(&warning, SHEAF_EUSAGE, "pipeline",
          "no step exports what the others find");
  sf_hint(&warning, "add one, such as export.jsonl");
  sf_supervisor_warn(run, &warning);
}

static void warn_of_missing_grants(const sf_supervisor *run) {
  sheaf_error warning;
  for (size_t i = 0; i < run->job.step_count; i++)
    if (!run->job.steps[i].automatic &&
        sf_permissions_missing(&run->job.steps[i].manifest, &warning))
      sf_supervisor_warn(run, &warning);
}

static void warn_of_missing_kinds(const sf_supervisor *run) {
  sheaf_error warning;
  for (size_t i = 0; i < run->job.step_count; i++)
    if (sf_kinds_missing(&run->job, i, &warning))
      sf_supervisor_warn(run, &warning);
}

static void warn_of_shared_walls(const sf_supervisor *run) {
  sheaf_error warning;
  for (size_t i = 0; i < run->job.step_count; i++)
    if (sf_wall_is_shared(&run->job, i, &warning))
      sf_supervisor_warn(run, &warning);
}

/// When the only bundle cannot be opened, that is no warning but the end.
static void on_bundle(void *context, const sheaf_error *why, bool failed) {
  sf_supervisor *run = context;
  if (failed && !run->unopened.code) run->unopened = *why;
  if (!failed || run->job.bundle_count > 1) sf_supervisor_warn(run, why);
}

static void on_signal(void *context, int number) {
  sf_supervisor *run = context;
  sheaf_error error;
  run->signal = number;
  int code = sf_fail(&error, SHEAF_EINTERRUPTED, run->folder.path,
                     "the run was stopped by signal %d", number);
  sf_hint(&error, "go on with --resume");
  sf_supervisor_stop(run, code, &error);
}

static void look_around(const sf_supervisor *run, sheaf_progress *progress) {
  *progress = run->book.counts;
  if (run->queue)
    progress->planned = sf_queue_planned(run->queue, &progress->planning);
  progress->seconds = sf_book_seconds(&run->book);
  progress->signal = run->signal;
}

static void on_tick(void *context) {
  sf_supervisor *run = context;
  sheaf_error error = {0};
  sheaf_progress progress;
  sf_supervisor_stop(run, sf_book_tick(&run->book, &error), &error);
  if (!run->options->on_progress) return;
  look_around(run, &progress);
  run->options->on_progress(run->options->context, &progress);
}

static bool is_ignored(int number) {
  struct sigaction action;
  return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

/// Watches for the signals that end a run, from its beginning until the loop
/// is released. SIGHUP stays ignored where it was: that is what nohup asks for.
static int watch_signals(sf_supervisor *run, sheaf_error *error) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < SF_COUNT(numbers); i++) {
    sf_signal *watch;
    if (numbers[i] == SIGHUP && is_ignored(SIGHUP)) continue;
    int code =
        sf_signal_once(&watch, run->loop, numbers[i], on_signal, run, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

/// Works until the end or until something stops it.
static void work(sf_supervisor *run) {
  if (run->options->workers)
    sf_crew_work(run);
  else
    sf_solo_work(run);
}

// --- The end ---------------------------------------------------------------

/// Where no bundle could be opened there is nothing to complete.
static bool nothing_opened(const sf_supervisor *run) {
  return run->book.counts.bundles_failed == run->job.bundle_count &&
         !run->book.counts.documents;
}

static int fail_unopened(sf_supervisor *run, sheaf_error *error) {
  *error = run->unopened;
  if (run->job.bundle_count > 1)
    sf_fail(error, run->unopened.code, "bundles",
            "none of the %zu can be opened", run->job.bundle_count);
  return error->code;
}

static int finish(sf_supervisor *run, sheaf_error *error) {
  if (!run->code && nothing_opened(run)) return fail_unopened(run, error);
  if (!run->code) {
    int code = sf_closing_work(run, error);
    sf_supervisor_stop(run, code, error);
  }
  if (!run->code)
    return sf_book_finish(&run->book, run->options->workers, error);
  // What was done is kept, whatever ended the run; when it cannot be, that
  // is the worse news.
  if (run->code != SHEAF_EWRITE) {
    int code = sf_book_commit(&run->book, error);
    if (code) return code;
  }
  *error = run->error;
  return run->code;
}

static int supervise(sf_supervisor *run, sheaf_error *error) {
  int code = sf_queue_new(&run->queue, &run->book, run->options->workers,
                          on_bundle, run, error);
  if (code) return code;
  sf_timer *timer = NULL;
  // A worker that has died shows as such, and not as a signal to us.
  struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
  sigaction(SIGPIPE, &ignore, &before);
  code = sf_timer_every(&timer, run->loop, TICK_MS, on_tick, run, error);
  if (!code) {
    work(run);
    code = finish(run, error);
  }
  sf_timer_close(timer);
  sigaction(SIGPIPE, &before, NULL);
  return code;
}

/// The run, once its folder is locked.
static int run_in_folder(sf_supervisor *run, sheaf_progress *progress,
                         sheaf_error *error) {
  bool complete = false;
  int code = SHEAF_OK;
  for (size_t i = 0; i < run->job.bundle_count && !code; i++)
    code = check_nesting(run, run->job.bundles[i], error);
  if (!code)
    code = sf_book_init(&run->book, &run->job, &run->folder,
                        run->options->max_errors, error);
  if (code) return code;
  code = sf_run_begin(run, &complete, error);
  if (!code && !complete) code = sf_intake(run, error);
  if (!code && !complete) {
    warn_of_no_outputs(run);
    warn_of_missing_grants(run);
    warn_of_missing_kinds(run);
    warn_of_shared_walls(run);
    code = supervise(run, error);
  }
  sf_intake_end(run);
  look_around(run, progress);
  progress->complete_before = complete;
  if (run->options->on_progress)
    run->options->on_progress(run->options->context, progress);
  return code;
}

int sheaf_run(const sheaf_run_options *options, sheaf_progress *progress,
              sheaf_error *error) {
  sf_supervisor run = {.options = options};
  sheaf_progress unread;
  sheaf_error unseen;
  if (!progress) progress = &unread;
  if (!error) error = &unseen;
  *progress = (sheaf_progress){0};
  int code = check_options(options, error);
  if (code) return code;
  code = sf_loop_new(&run.loop, error);
  if (!code) code = watch_signals(&run, error);
  if (!code) code = sf_job_init(&run.job, options, error);
  if (!code) code = sf_run_folder_open(&run.folder, options->output, error);
  if (!code) {
    code = run_in_folder(&run, progress, error);
    sf_queue_free(run.queue);
    sf_book_clear(&run.book);
    sf_run_folder_close(&run.folder);
  }
  sf_job_clear(&run.job);
  sf_loop_free(run.loop);
  return code;
}
