/// The supervisor's side of the workers.
#include "run/crew.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/loop.h"
#include "run/page.h"
#include "run/wire.h"

/// Tasks that a worker has at a time: one to work on, one to go on with.
#define TASKS 2

#define TICK_MS    100
#define GRACE_MS   250
#define TELL_EVERY 2  ///< Ticks between two reports of progress.

/// A tick that comes so late says that this process did not run either.
#define STALLED_NS ((uint64_t)1000 * 1000 * 1000)

/// Workers that may die in a row before one was ready.
#define FALSE_STARTS 3

typedef struct crew_run crew_run;

typedef struct {
  crew_run *crew;
  sf_child *child;  ///< NULL while there is none.
  sf_page *page;
  int page_fd;
  bool ready;
  bool overdue;  ///< Killed because a plugin did not come back.
  sf_buffer input;
  sf_task tasks[TASKS];
  size_t task_count;
} crew_member;

struct crew_run {
  const sheaf_run_options *options;
  const sf_job *job;
  sf_queue *queue;
  sf_book *book;
  sf_loop *loop;
  sf_buffer order;
  crew_member *members;
  size_t count;
  size_t alive;
  unsigned false_starts;
  unsigned ticks;
  uint64_t last_tick;
  uint64_t awake_since;  ///< Time before that is not held against a plugin.
  int signal;
  int code;  ///< Why the run stops; SHEAF_OK while it goes on.
  sheaf_error *error;
};

static void dispatch_all(crew_run *crew);

static void stop(crew_run *crew, int code) {
  if (!crew->code) crew->code = code;
  for (size_t i = 0; i < crew->count; i++)
    if (crew->members[i].child) sf_child_kill(crew->members[i].child, SIGKILL);
  if (!crew->alive) sf_loop_stop(crew->loop);
}

static void check(crew_run *crew, int code) {
  if (code < 0 && !crew->code) stop(crew, code);
}

static bool over(const crew_run *crew) {
  return crew->code || sf_queue_finished(crew->queue);
}

// --- Handing out -----------------------------------------------------------

static void send_task(crew_member *member, const sf_task *task) {
  sf_buffer out = {0};
  bool plan = task->type == SF_TASK_PLAN;
  size_t at = sf_frame_begin(&out, plan ? SF_FRAME_PLAN : SF_FRAME_BLOCK);
  sf_put_u64(&out, task->bundle);
  if (!plan) {
    sf_put_u64(&out, task->first);
    sf_put_u64(&out, task->last);
    sf_put_u8(&out, task->careful);
  }
  sf_frame_end(&out, at);
  crew_run *crew = member->crew;
  int code = out.failed ? sf_no_memory(crew->error)
                        : sf_child_write(member->child, sf_buffer_bytes(&out),
                                         crew->error);
  sf_buffer_clear(&out);
  check(crew, code);
}

static bool give_task(crew_member *member) {
  crew_run *crew = member->crew;
  sf_task task;
  if (!member->child || !member->ready || member->overdue ||
      member->task_count == TASKS || over(crew))
    return false;
  int code = sf_queue_take(crew->queue, &task, crew->error);
  check(crew, code);
  if (code) return false;
  member->tasks[member->task_count++] = task;
  send_task(member, &task);
  return true;
}

/// A first task for everyone before a second one for anyone.
static void dispatch_all(crew_run *crew) {
  for (size_t depth = 0; depth < TASKS; depth++)
    for (size_t i = 0; i < crew->count; i++)
      if (crew->members[i].task_count == depth) give_task(&crew->members[i]);
}

static void let_go(crew_run *crew) {
  for (size_t i = 0; i < crew->count; i++)
    if (crew->members[i].child) sf_child_hang_up(crew->members[i].child);
}

// --- What workers say ------------------------------------------------------

static int take_blocks(crew_run *crew, const sf_task *task,
                       sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  int code = SHEAF_OK;
  while (from.rest.size && !from.failed && !code) {
    sf_block block = {.first = sf_get_u64(&from)};
    block.last = sf_get_u64(&from);
    block.documents = sf_get_u64(&from);
    if (from.failed) return SHEAF_EDAMAGED;
    code = sf_queue_block(crew->queue, task, &block, crew->error);
  }
  return code;
}

static int take_planned(crew_run *crew, const sf_task *task,
                        sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  sheaf_error failure;
  char digest[SF_SHA256_HEX] = "";
  sf_get_error(&from, &failure);
  sheaf_bytes text = sf_get_bytes(&from);
  if (!sf_unpack_whole(&from) || text.size >= sizeof digest)
    return SHEAF_EDAMAGED;
  memcpy(digest, text.data, text.size);
  return sf_queue_plan_end(crew->queue, task, digest,
                           failure.code ? &failure : NULL, crew->error);
}

static int take_done(crew_run *crew, const sf_task *task, sheaf_bytes payload) {
  if (sf_timing_unpack(payload, crew->book->timings, crew->job->step_count))
    return SHEAF_EDAMAGED;
  return sf_queue_done(crew->queue, task, crew->error);
}

static void end_task(crew_member *member) {
  member->task_count--;
  memmove(member->tasks, member->tasks + 1,
          member->task_count * sizeof *member->tasks);
}

static int take_failed(crew_run *crew, sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  sheaf_error failure;
  sf_get_error(&from, &failure);
  if (!sf_unpack_whole(&from) || failure.code >= 0) return SHEAF_EDAMAGED;
  *crew->error = failure;
  stop(crew, failure.code);
  return SHEAF_OK;
}

static int take_task_frame(crew_member *member, const sf_frame *frame) {
  crew_run *crew = member->crew;
  if (!member->task_count) return SHEAF_EDAMAGED;
  sf_task task = member->tasks[0];
  bool plan = task.type == SF_TASK_PLAN;
  if (plan && frame->type == SF_FRAME_BLOCKS)
    return take_blocks(crew, &task, frame->payload);
  if (!plan && frame->type == SF_FRAME_ROW)
    return sf_queue_entry(crew->queue, &task, frame->payload, crew->error);
  if (frame->type != (plan ? SF_FRAME_PLANNED : SF_FRAME_DONE))
    return SHEAF_EDAMAGED;
  end_task(member);
  return plan ? take_planned(crew, &task, frame->payload)
              : take_done(crew, &task, frame->payload);
}

static int take_frame(crew_member *member, const sf_frame *frame) {
  if (frame->type == SF_FRAME_FAILED)
    return take_failed(member->crew, frame->payload);
  if (frame->type != SF_FRAME_READY) return take_task_frame(member, frame);
  member->ready = true;
  member->crew->false_starts = 0;
  return SHEAF_OK;
}

static int take_frames(crew_member *member) {
  sheaf_bytes stream = sf_buffer_bytes(&member->input);
  sf_frame frame;
  int code;
  while (!member->crew->code && !(code = sf_frame_next(&stream, &frame)))
    if ((code = take_frame(member, &frame)) < 0) return code;
  if (member->crew->code) return SHEAF_OK;
  if (stream.size) memmove(member->input.data, stream.data, stream.size);
  member->input.size = stream.size;
  return code == SHEAF_END ? SHEAF_OK : code;
}

static void on_data(void *context, sheaf_bytes data) {
  crew_member *member = context;
  crew_run *crew = member->crew;
  if (crew->code) return;
  sf_buffer_append(&member->input, data.data, data.size);
  int code =
      member->input.failed ? sf_no_memory(crew->error) : take_frames(member);
  // A worker that breaks the rules is a mad one: it goes, the run goes on.
  if (code == SHEAF_EDAMAGED)
    sf_child_kill(member->child, SIGKILL);
  else
    check(crew, code);
  if (sf_queue_finished(crew->queue))
    let_go(crew);
  else
    dispatch_all(crew);
}

// --- Deaths ----------------------------------------------------------------

static void explain_death(const crew_member *member, const sf_note *note,
                          int status, int signal, sf_buffer *reason) {
  const crew_run *crew = member->crew;
  const char *plugin = note->step < crew->job->step_count
                           ? crew->job->steps[note->step].manifest.name
                           : NULL;
  if (member->overdue)
    sf_buffer_printf(reason, "%s did not end within %" PRIu32 " ms",
                     plugin ? plugin : "reading", note->wall_ms);
  else if (signal)
    sf_buffer_printf(reason, "its worker was ended by signal %d (%s)%s%s",
                     signal, strsignal(signal), plugin ? " in " : "",
                     plugin ? plugin : "");
  else
    sf_buffer_printf(reason, "its worker ended with status %d%s%s", status,
                     plugin ? " in " : "", plugin ? plugin : "");
}

static int report_death(crew_member *member, const sf_task *task,
                        const sf_note *note, int status, int signal) {
  crew_run *crew = member->crew;
  sf_buffer reason = {0};
  explain_death(member, note, status, signal, &reason);
  bool in_plugin = note->step < crew->job->step_count;
  sf_row row = {
      .bundle = task->bundle,
      .path = crew->job->bundles[task->bundle],
      .member = note->document,
      .name = sf_page_name(member->page),
      .status = SHEAF_ROW_KILLED,
      .code = member->overdue ? SHEAF_ETIMEOUT : SHEAF_EDIED,
      .reason = sf_buffer_bytes(&reason),
      .plugin = in_plugin ? crew->job->steps[note->step].manifest.name : NULL,
      .bytes_in = note->bytes_in,
      .microseconds = (sf_now() - note->started) / 1000,
  };
  int code = reason.failed ? sf_no_memory(crew->error)
                           : sf_queue_died(crew->queue, task, &row,
                                           member->overdue, crew->error);
  sf_buffer_clear(&reason);
  return code;
}

/// The first task is the one it was on; the others had not begun.
static void hand_back(crew_member *member, int status, int signal) {
  crew_run *crew = member->crew;
  sf_note note = {.step = SF_STEP_NONE};
  sf_page_read(member->page, &note);
  for (size_t i = 1; i < member->task_count; i++)
    sf_queue_return(crew->queue, &member->tasks[i]);
  if (member->task_count)
    check(crew, report_death(member, &member->tasks[0], &note, status, signal));
  member->task_count = 0;
}

static void false_start(crew_member *member, int status, int signal) {
  crew_run *crew = member->crew;
  sf_note note = {.step = SF_STEP_NONE};
  sf_buffer reason = {0};
  if (++crew->false_starts < FALSE_STARTS && !member->overdue) return;
  sf_page_read(member->page, &note);
  explain_death(member, &note, status, signal, &reason);
  const char *why = sf_buffer_text(&reason);
  const char *what = note.step < crew->job->step_count
                         ? crew->job->steps[note.step].manifest.name
                         : "worker";
  int code = sf_fail(crew->error, SHEAF_ELOAD, what, "no worker gets ready: %s",
                     why ? why : "");
  sf_buffer_clear(&reason);
  stop(crew, code);
}

static int start(crew_member *member);

static void clear_member(crew_member *member) {
  sf_child_close(member->child);
  sf_page_free(member->page);
  if (member->page_fd >= 0) close(member->page_fd);
  sf_buffer_clear(&member->input);
  member->child = NULL;
  member->page = NULL;
  member->page_fd = -1;
  member->ready = member->overdue = false;
}

static void on_exit_child(void *context, int status, int signal) {
  crew_member *member = context;
  crew_run *crew = member->crew;
  crew->alive--;
  if (!over(crew)) {
    if (member->ready)
      hand_back(member, status, signal);
    else
      false_start(member, status, signal);
  }
  clear_member(member);
  if (!over(crew)) {
    check(crew, start(member));
    dispatch_all(crew);
  }
  if (over(crew)) let_go(crew);
  if (over(crew) && !crew->alive) sf_loop_stop(crew->loop);
}

static int start(crew_member *member) {
  crew_run *crew = member->crew;
  const sf_child_events events = {on_data, on_exit_child, member};
  int code = sf_page_new(&member->page, &member->page_fd, crew->error);
  if (!code)
    code = sf_child_start(
        &member->child, crew->loop, crew->options->worker_program,
        crew->options->worker_arguments, member->page_fd, &events, crew->error);
  if (!code) {
    crew->alive++;
    code = sf_child_write(member->child, sf_buffer_bytes(&crew->order),
                          crew->error);
  }
  return code;
}

// --- Time and signals ------------------------------------------------------

static void check_time(crew_member *member, uint64_t now) {
  sf_note note;
  if (!member->child || member->overdue || !sf_page_read(member->page, &note) ||
      !note.wall_ms)
    return;
  uint64_t since = note.started > member->crew->awake_since
                       ? note.started
                       : member->crew->awake_since;
  uint64_t limit = ((uint64_t)note.wall_ms + GRACE_MS) * 1000 * 1000;
  if (now < since || now - since < limit) return;
  member->overdue = true;
  sf_child_kill(member->child, SIGKILL);
}

static void on_tick(void *context) {
  crew_run *crew = context;
  uint64_t now = sf_now();
  if (crew->code) return;
  if (now - crew->last_tick > STALLED_NS) crew->awake_since = now;
  crew->last_tick = now;
  for (size_t i = 0; i < crew->count; i++) check_time(&crew->members[i], now);
  check(crew, sf_book_tick(crew->book, crew->error));
  if (++crew->ticks % TELL_EVERY == 0)
    sf_run_tell(crew->options, crew->queue, crew->book);
}

static void on_signal(void *context, int number) {
  crew_run *crew = context;
  crew->signal = number;
  stop(crew, sf_fail(crew->error, SHEAF_EINTERRUPTED, crew->options->output,
                     "stopped by %s", strsignal(number)));
}

// --- The run ---------------------------------------------------------------

static int write_order(crew_run *crew) {
  size_t at = sf_frame_begin(&crew->order, SF_FRAME_JOB);
  sf_job_order(crew->job, &crew->order);
  sf_frame_end(&crew->order, at);
  return crew->order.failed ? sf_no_memory(crew->error) : SHEAF_OK;
}

static int start_all(crew_run *crew) {
  crew->members = calloc(crew->count, sizeof *crew->members);
  if (!crew->members) return sf_no_memory(crew->error);
  for (size_t i = 0; i < crew->count; i++)
    crew->members[i] = (crew_member){.crew = crew, .page_fd = -1};
  int code = write_order(crew);
  for (size_t i = 0; i < crew->count && !code; i++)
    code = start(&crew->members[i]);
  return code;
}

static int work(crew_run *crew) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  sf_signal *signals[SF_COUNT(numbers)] = {NULL};
  sf_timer *timer = NULL;
  int code =
      sf_timer_every(&timer, crew->loop, TICK_MS, on_tick, crew, crew->error);
  for (size_t i = 0; i < SF_COUNT(numbers) && !code; i++)
    code = sf_signal_watch(&signals[i], crew->loop, numbers[i], on_signal, crew,
                           crew->error);
  if (!code) code = start_all(crew);
  check(crew, code);
  if (crew->alive) check(crew, sf_loop_run(crew->loop, crew->error));
  for (size_t i = 0; i < SF_COUNT(numbers); i++) sf_signal_close(signals[i]);
  sf_timer_close(timer);
  return crew->code;
}

int sf_crew_run(const sheaf_run_options *options, const sf_job *job,
                sf_queue *queue, sf_book *book, int *signal,
                sheaf_error *error) {
  crew_run crew = {.options = options,
                   .job = job,
                   .queue = queue,
                   .book = book,
                   .count = (size_t)options->workers,
                   .last_tick = sf_now(),
                   .error = error};
  if (sf_queue_finished(queue)) return SHEAF_OK;
  int code = sf_loop_new(&crew.loop, error);
  if (!code) code = work(&crew);
  for (size_t i = 0; crew.members && i < crew.count; i++)
    clear_member(&crew.members[i]);
  sf_loop_free(crew.loop);
  sf_buffer_clear(&crew.order);
  free(crew.members);
  *signal = crew.signal;
  return code;
}
