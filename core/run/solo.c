/// A run without workers: the same work, in this process.
///
/// There is no wall here: a plugin that crashes or does not come back takes
/// the program with it.
#include "run/executor.h"
#include "run/supervisor.h"

typedef struct {
  sf_supervisor *run;
  sf_executor *executor;
  sf_task task;
  sf_buffer packed;
  sheaf_error error;
} soloist;

/// Lets signals and timers have their turn; tells whether to go on.
static int breathe(const soloist *solo) {
  sf_loop_poll(solo->run->loop);
  return solo->run->code;
}

static int on_unit(void *context, const sf_buffer *unit) {
  soloist *solo = context;
  if (unit->failed) return sf_no_memory(&solo->error);
  int code = sf_queue_unit(solo->run->queue, &solo->task, sf_buffer_bytes(unit),
                           &solo->error);
  return code ? code : breathe(solo);
}

static int on_block(void *context, const sf_block *block) {
  soloist *solo = context;
  int code = sf_queue_block(solo->run->queue, &solo->task, block, &solo->error);
  return code ? code : breathe(solo);
}

static int work_block(soloist *solo) {
  const sf_task *task = &solo->task;
  int code =
      sf_executor_block(solo->executor, task->bundle, task->first, task->last,
                        &task->near, task->careful, on_unit, solo);
  if (code) return code;
  solo->packed.size = 0;
  sf_executor_costs(solo->executor, &solo->packed);
  sf_book_costs(&solo->run->book, sf_buffer_bytes(&solo->packed));
  return sf_queue_done(solo->run->queue, task, &solo->error);
}

static int work_plan(soloist *solo) {
  char digest[SF_SHA256_HEX] = "";
  sheaf_error flaw = {0}, failure = {0};
  int code = sf_executor_plan(solo->executor, solo->task.bundle, on_block, solo,
                              digest, &flaw, &failure);
  if (solo->error.code) return solo->error.code;
  if (solo->run->code) return solo->run->code;
  sf_queue_flaw(&solo->task, &flaw);
  return sf_queue_plan_end(solo->run->queue, &solo->task, digest,
                           code ? &failure : NULL, &solo->error);
}

static int work(soloist *solo) {
  sf_queue *queue = solo->run->queue;
  int code = SHEAF_OK;
  while (!code && !sf_queue_finished(queue)) {
    code = sf_queue_take(queue, &solo->task, &solo->error);
    if (!code)
      code =
          solo->task.type == SF_TASK_PLAN ? work_plan(solo) : work_block(solo);
    if (!code) code = breathe(solo);
  }
  return code;
}

void sf_solo_work(sf_supervisor *run) {
  soloist solo = {.run = run};
  sf_buffer order = {0};
  sf_job_order(&run->job, &order);
  int code = order.failed
                 ? sf_no_memory(&solo.error)
                 : sf_executor_new(&solo.executor, sf_buffer_bytes(&order),
                                   NULL, run->loop, &solo.error);
  if (!code) code = work(&solo);
  sf_supervisor_stop(run, code, &solo.error);
  sf_executor_free(solo.executor);
  sf_buffer_clear(&solo.packed);
  sf_buffer_clear(&order);
}
