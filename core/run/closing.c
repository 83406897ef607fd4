/// The closing of a run: what was kept of its documents is handed, a step
/// after the other, to a worker that runs the plugin's `finish`.
///
/// That worker is one of its own: its wall leaves it the spool to read and one
/// folder to write to, and nothing of the bundles. What it has made is moved
/// into the run folder by the supervisor, which has run none of its code.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/executor.h"
#include "run/hand.h"
#include "run/install.h"
#include "run/wall.h"
#include "run/wire.h"

enum {
  WATCH_MS = 100,
  TRIES = 2  ///< A worker may have died of something else than its work.
};

/// One step that is finished.
typedef struct {
  sf_supervisor *run;
  const sf_job_step *step;
  sf_supervisor own;  ///< Of this step alone, without a queue and a book.
  sf_job_step one;
  char *spool;
  char *folder;
  sf_hand hand;
  bool done;         ///< The worker says so.
  uint64_t watched;  ///< When the hand was last looked at.
} closing;

// --- With a worker ---------------------------------------------------------

static void on_change(void *context) {
  closing *of = context;
  if (of->hand.child && !of->hand.task_count) of->done = true;
  if (of->done || of->own.code || !of->hand.child) sf_loop_stop(of->run->loop);
}

static void on_watch(void *context) {
  closing *of = context;
  uint64_t now = sf_now(), gap = now - of->watched;
  of->watched = now;
  if (gap <= SF_HAND_SLEPT) sf_hand_watch(&of->hand, now, gap);
}

static void write_order(const closing *of, sf_buffer *order) {
  const sf_jail_place places[] = {
      {of->spool, SF_JAIL_READ},
      {of->folder, SF_JAIL_READ | SF_JAIL_WRITE},
  };
  size_t at = sf_frame_begin(order, SF_FRAME_JOB);
  sf_wall_order(&of->own.job, places, SF_COUNT(places), order);
  sf_job_order(&of->own.job, order);
  sf_frame_end(order, at);
}

static int start_hand(closing *of, sheaf_error *error) {
  const sf_task task = {
      .type = SF_TASK_FINISH, .spool = of->spool, .folder = of->folder};
  sf_buffer order = {0};
  of->hand = (sf_hand){&of->own, on_change, of, .child = NULL};
  write_order(of, &order);
  int code = order.failed
                 ? sf_no_memory(error)
                 : sf_hand_start(&of->hand, sf_buffer_bytes(&order), error);
  if (!code) code = sf_hand_give(&of->hand, &task, error);
  sf_buffer_clear(&order);
  return code;
}

/// Waits for the worker; one that ended before it was ready is started again,
/// until sf_hand has enough of that.
static int work_with_hand(closing *of, sheaf_error *error) {
  sf_timer *timer;
  of->watched = sf_now();
  int code =
      sf_timer_every(&timer, of->run->loop, WATCH_MS, on_watch, of, error);
  if (code) return code;
  of->done = false;
  while (!code && !of->done && !of->own.code && !of->run->code) {
    code = start_hand(of, error);
    if (!code) sf_loop_run(of->run->loop, NULL);
    sf_hand_clear(&of->hand);
  }
  sf_timer_close(timer);
  if (!code && of->own.code) {
    *error = of->own.error;
    code = of->own.code;
  }
  return code;
}

// --- Without one -----------------------------------------------------------

static int work_alone(closing *of, sheaf_error *error) {
  sf_buffer order = {0};
  sf_executor *executor = NULL;
  sf_job_order(&of->own.job, &order);
  int code = order.failed ? sf_no_memory(error)
                          : sf_executor_new(&executor, sf_buffer_bytes(&order),
                                            NULL, of->run->loop, error);
  if (!code) code = sf_executor_finish(executor, of->spool, of->folder, error);
  sf_executor_free(executor);
  sf_buffer_clear(&order);
  return code;
}

// --- What it has made ------------------------------------------------------

static int refuse_output(const closing *of, const char *name,
                         sheaf_error *error) {
  return sf_fail(error, SHEAF_EPLUGIN, of->step->manifest.name,
                 "its output %s is no plain file", name);
}

/// Makes the file durable. Whoever made it is not to be trusted: it may be a
/// link to some other place, or one more name of another file.
static int check_output(const closing *of, int folder, const char *name,
                        uint64_t *bytes, sheaf_error *error) {
  struct stat status;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return refuse_output(of, name, error);
  int code = SHEAF_OK;
  if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_nlink != 1)
    code = refuse_output(of, name, error);
  else if (fsync(fd))
    code = sf_fail_errno(error, SHEAF_EWRITE, name, "it cannot be synced");
  close(fd);
  *bytes = code ? 0 : (uint64_t)status.st_size;
  return code;
}

static int move_output(const closing *of, int folder, const char *name,
                       sheaf_error *error) {
  char *part = sf_sprintf("%s" SF_PART, name);
  if (!part) return sf_no_memory(error);
  int failed = renameat(folder, name, of->run->folder.fd, part);
  free(part);
  if (!failed) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, name,
                       "it cannot be moved into the run folder");
}

static int take_outputs(const closing *of, sheaf_error *error) {
  const sf_manifest *manifest = &of->step->manifest;
  int folder = open(of->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return sf_fail_errno(error, SHEAF_EWRITE, of->folder, "it cannot be read");
  int code = SHEAF_OK;
  for (size_t i = 0; i < sf_manifest_output_count(manifest) && !code; i++) {
    const char *name = sf_manifest_output(manifest, i);
    uint64_t bytes = 0;
    code = check_output(of, folder, name, &bytes, error);
    if (!code) code = move_output(of, folder, name, error);
    if (!code)
      code = sf_book_made(&of->run->book, of->step, name, bytes, error);
  }
  close(folder);
  return code;
}

// --- All of it -------------------------------------------------------------

static int try_once(closing *of, sheaf_error *error) {
  int code = sf_install_remove(&of->run->folder, SF_FINISH, error);
  if (!code && mkdirat(of->run->folder.fd, SF_FINISH, 0777))
    code = sf_fail_errno(error, SHEAF_EWRITE, of->folder, "it cannot be made");
  if (code) return code;
  of->own = (sf_supervisor){
      .options = of->run->options,
      .job = sf_job_finish(&of->run->job, of->step, &of->one),
      .loop = of->run->loop,
  };
  return of->run->options->workers ? work_with_hand(of, error)
                                   : work_alone(of, error);
}

/// What is wrong with the plugin, and not with the run, is told and passed by.
static int note_failure(const closing *of, int code, sheaf_error *error) {
  if (!code || code == SHEAF_EWRITE || of->run->code) return code;
  sf_book_unfinished(&of->run->book, of->step, error);
  sf_supervisor_warn(of->run, error);
  return SHEAF_OK;
}

static void note_time(const closing *of, uint64_t began) {
  sf_book_finish_took(&of->run->book, (size_t)(of->step - of->run->job.steps),
                      (sf_now() - began) / 1000);
}

static int close_step(closing *of, sheaf_error *error) {
  uint64_t began = sf_now();
  of->spool = sf_run_folder_file(&of->run->folder, of->step->spool, SF_PART);
  of->folder = sf_run_folder_file(&of->run->folder, SF_FINISH, "");
  int code = of->spool && of->folder ? SHEAF_OK : sf_no_memory(error);
  for (int i = 0; i < TRIES && !code; i++) {
    code = try_once(of, error);
    if (code != SHEAF_EDIED || i + 1 == TRIES || of->run->code) break;
    sf_supervisor_warn(of->run, error);
    code = SHEAF_OK;
  }
  if (!code && !of->run->code) code = take_outputs(of, error);
  note_time(of, began);
  code = note_failure(of, code, error);
  int emptied =
      sf_install_remove(&of->run->folder, SF_FINISH, code ? NULL : error);
  free(of->spool);
  free(of->folder);
  return code ? code : emptied;
}

int sf_closing_steps(sf_supervisor *run, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < run->job.step_count && !code && !run->code; i++) {
    closing of = {.run = run, .step = &run->job.steps[i]};
    if (of.step->spool) code = close_step(&of, error);
  }
  return code;
}

int sf_closing_work(sf_supervisor *run, sheaf_error *error) {
  if (run->job.shards || !sf_job_has_spool(&run->job)) return SHEAF_OK;
  int code = sf_book_settle(&run->book, error);
  return code ? code : sf_closing_steps(run, error);
}
