/// A run without workers: the same tasks, done within this process. There is
/// no wall: a plugin that does not come back holds everything up.
#include <signal.h>
#include <string.h>

#include "run/crew.h"
#include "run/executor.h"

typedef struct {
  const sheaf_run_options *options;
  sf_queue *queue;
  sf_book *book;
  sf_task task;
  sf_buffer packed;
  sigset_t signals;
  int signal;
  sheaf_error *error;
} inline_run;

/// Signals are blocked, and looked for between documents.
static int check_signals(inline_run *run) {
  const struct timespec none = {0, 0};
  int number = sigtimedwait(&run->signals, NULL, &none);
  if (number <= 0) return SHEAF_OK;
  run->signal = number;
  return sf_fail(run->error, SHEAF_EINTERRUPTED, run->options->output,
                 "stopped by %s", strsignal(number));
}

static int take_block(void *context, const sf_block *block) {
  inline_run *run = context;
  return sf_queue_block(run->queue, &run->task, block, run->error);
}

static int take_row(void *context, const sf_row *row, const sf_buffer *records,
                    size_t outputs) {
  inline_run *run = context;
  run->packed.size = 0;
  sf_entry_write(&run->packed, row, records, outputs);
  if (run->packed.failed) return sf_no_memory(run->error);
  int code = sf_queue_entry(run->queue, &run->task,
                            sf_buffer_bytes(&run->packed), run->error);
  if (!code) code = check_signals(run);
  return code;
}

static int plan(inline_run *run, sf_executor *executor) {
  char digest[SF_SHA256_HEX] = "";
  sheaf_error failure;
  int code = sf_executor_plan(executor, run->task.bundle, take_block, run,
                              digest, &failure);
  if (code && sheaf_code_scope(code) == SHEAF_SCOPE_RUN) {
    *run->error = failure;
    return code;
  }
  return sf_queue_plan_end(run->queue, &run->task, digest,
                           code ? &failure : NULL, run->error);
}

static int work(inline_run *run, sf_executor *executor) {
  const sf_task *task = &run->task;
  int code = sf_executor_block(executor, task->bundle, task->first, task->last,
                               take_row, run);
  if (code) return code;
  sf_buffer timings = {0};
  sf_executor_timings(executor, &timings);
  code = timings.failed
             ? sf_no_memory(run->error)
             : sf_timing_unpack(sf_buffer_bytes(&timings), run->book->timings,
                                run->book->job->step_count);
  sf_buffer_clear(&timings);
  return code ? code : sf_queue_done(run->queue, task, run->error);
}

static int do_tasks(inline_run *run, sf_executor *executor) {
  int code = SHEAF_OK;
  while (!code && !sf_queue_finished(run->queue)) {
    code = sf_queue_take(run->queue, &run->task, run->error);
    if (code == SHEAF_END)
      return sf_fail(run->error, SHEAF_EINTERNAL, "run", "it has no next task");
    if (!code)
      code = run->task.type == SF_TASK_PLAN ? plan(run, executor)
                                            : work(run, executor);
    sf_run_tell(run->options, run->queue, run->book);
  }
  return code;
}

int sf_inline_run(const sheaf_run_options *options, const sf_job *job,
                  sf_queue *queue, sf_book *book, int *signal,
                  sheaf_error *error) {
  inline_run run = {
      .options = options, .queue = queue, .book = book, .error = error};
  sf_executor *executor;
  sf_buffer order = {0};
  sigset_t before;
  sf_job_order(job, &order);
  int code = order.failed ? sf_no_memory(error)
                          : sf_executor_new(&executor, sf_buffer_bytes(&order),
                                            NULL, error);
  if (!code) {
    sigemptyset(&run.signals);
    sigaddset(&run.signals, SIGINT);
    sigaddset(&run.signals, SIGTERM);
    sigaddset(&run.signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &run.signals, &before);
    code = do_tasks(&run, executor);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sf_executor_free(executor);
  }
  sf_buffer_clear(&order);
  sf_buffer_clear(&run.packed);
  *signal = run.signal;
  return code;
}
