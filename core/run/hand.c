/// Starting a worker, talking with it, and seeing its end.
#include "run/hand.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/inquest.h"
#include "run/wire.h"

/// What a plugin may be late before its worker is killed, in milliseconds.
#define GRACE_MS 250

/// Nanoseconds at one document from which on a worker is slow.
#define SLOW ((uint64_t)250000000)

/// Workers in a row that may die before they are ready.
#define BAD_STARTS 3

/// An input buffer that grew beyond this for one row is not kept.
#define KEPT_CAPACITY ((size_t)1 << 20)

static void kill_worker(sf_hand *hand) {
  hand->doomed = true;
  sf_child_kill(hand->child, SIGKILL);
}

// --- Frames ----------------------------------------------------------------

static int take_blocks(sf_hand *hand, sheaf_bytes payload, sheaf_error *error) {
  sf_unpack from = {payload, false};
  int code = SHEAF_OK;
  while (from.rest.size && !code) {
    sf_block block;
    sf_block_unpack(&from, &block);
    if (from.failed) return SHEAF_EDAMAGED;
    code = sf_queue_block(hand->run->queue, &hand->tasks[0], &block, error);
  }
  return code;
}

/// Takes the first task off the list: it is done.
static sf_task pop_task(sf_hand *hand) {
  sf_task task = hand->tasks[0];
  hand->task_count--;
  memmove(hand->tasks, hand->tasks + 1, hand->task_count * sizeof task);
  return task;
}

static int take_planned(sf_hand *hand, sheaf_bytes payload,
                        sheaf_error *error) {
  sf_unpack from = {payload, false};
  sheaf_error failure, flaw;
  char digest[SF_SHA256_HEX] = "";
  sf_get_error(&from, &failure);
  sf_get_error(&from, &flaw);
  sheaf_bytes bytes = sf_get_bytes(&from);
  if (!sf_unpack_whole(&from) || bytes.size >= sizeof digest)
    return SHEAF_EDAMAGED;
  if (bytes.size) memcpy(digest, bytes.data, bytes.size);
  sf_task task = pop_task(hand);
  sf_queue_flaw(&task, &flaw);
  return sf_queue_plan_end(hand->run->queue, &task, digest,
                           failure.code ? &failure : NULL, error);
}

static int take_done(sf_hand *hand, sheaf_error *error) {
  sf_task task = pop_task(hand);
  return sf_queue_done(hand->run->queue, &task, error);
}

static int take_finished(sf_hand *hand, sheaf_bytes payload,
                         sheaf_error *error) {
  sf_unpack from = {payload, false};
  sf_get_error(&from, error);
  if (!sf_unpack_whole(&from)) return SHEAF_EDAMAGED;
  pop_task(hand);
  return error->code;
}

static int take_failed(sheaf_bytes payload, sheaf_error *error) {
  sf_unpack from = {payload, false};
  sf_get_error(&from, error);
  return sf_unpack_whole(&from) && error->code < 0 ? error->code
                                                   : SHEAF_EDAMAGED;
}

static int take_ready(sf_hand *hand) {
  hand->ready = true;
  hand->run->bad_starts = 0;
  return SHEAF_OK;
}

static int take_frame(sf_hand *hand, const sf_frame *frame,
                      sheaf_error *error) {
  if (!hand->ready && frame->type == SF_FRAME_READY) return take_ready(hand);
  if (!hand->ready && frame->type == SF_FRAME_FAILED)
    return take_failed(frame->payload, error);
  // What finish costs is in no account.
  if (hand->ready && hand->run->queue && frame->type == SF_FRAME_COSTS)
    return sf_book_costs(&hand->run->book, frame->payload);
  if (!hand->ready || !hand->task_count) return SHEAF_EDAMAGED;
  sf_task_type type = hand->tasks[0].type;
  if (type == SF_TASK_FINISH)
    return frame->type == SF_FRAME_FINISHED
               ? take_finished(hand, frame->payload, error)
               : SHEAF_EDAMAGED;
  bool plan = type == SF_TASK_PLAN;
  if (plan && frame->type == SF_FRAME_BLOCKS)
    return take_blocks(hand, frame->payload, error);
  if (plan && frame->type == SF_FRAME_PLANNED)
    return take_planned(hand, frame->payload, error);
  if (!plan && frame->type == SF_FRAME_ROWS)
    return sf_queue_unit(hand->run->queue, &hand->tasks[0], frame->payload,
                         error);
  if (!plan && frame->type == SF_FRAME_DONE) return take_done(hand, error);
  return SHEAF_EDAMAGED;
}

/// Takes the whole frames off the input.
static int take_frames(sf_hand *hand, sheaf_error *error) {
  if (hand->input.failed) return sf_no_memory(error);
  sheaf_bytes stream = sf_buffer_bytes(&hand->input);
  sf_frame frame;
  int code;
  while (!(code = sf_frame_next(&stream, &frame)))
    if ((code = take_frame(hand, &frame, error))) return code;
  if (stream.size) memmove(hand->input.data, stream.data, stream.size);
  hand->input.size = stream.size;
  if (!stream.size && hand->input.capacity > KEPT_CAPACITY)
    sf_buffer_clear(&hand->input);
  return code == SHEAF_END ? SHEAF_OK : code;
}

static void on_data(void *context, sheaf_bytes data) {
  sf_hand *hand = context;
  sheaf_error error = {0};
  if (hand->broken || hand->run->code) return;
  sf_buffer_append(&hand->input, data.data, data.size);
  int code = take_frames(hand, &error);
  if (code == SHEAF_EDAMAGED) {
    hand->broken = true;
    kill_worker(hand);
  } else {
    sf_supervisor_stop(hand->run, code, &error);
  }
  hand->changed(hand->context);
}

// --- The end of a process --------------------------------------------------

static void warn_of_death(const sf_hand *hand, const sf_row *row) {
  sf_buffer id = {0};
  sheaf_error warning;
  if (row->member) sf_row_id(&id, row);
  const char *what = sf_buffer_text(&id);
  sf_fail(&warning, SHEAF_EDIED, what && what[0] ? what : "worker", "%.*s",
          (int)row->reason.size, row->reason.data);
  sf_supervisor_warn(hand->run, &warning);
  sf_buffer_clear(&id);
}

/// A worker died before its plugins were open: that is tried a few times.
static int end_of_start(sf_hand *hand, const sf_inquest *found,
                        sheaf_error *error) {
  for (size_t i = 0; hand->run->queue && i < hand->task_count; i++)
    sf_queue_return(hand->run->queue, &hand->tasks[i]);
  bool last = ++hand->run->bad_starts >= BAD_STARTS || found->final;
  if (!last) return SHEAF_OK;
  const char *plugin = found->row.plugin;
  return sf_fail(error, plugin ? SHEAF_ELOAD : SHEAF_EINTERNAL,
                 plugin ? plugin : "worker", "it cannot be started: %.*s",
                 (int)found->row.reason.size, found->row.reason.data);
}

static int end_of_work(sf_hand *hand, const sf_inquest *found,
                       sheaf_error *error) {
  sf_queue *queue = hand->run->queue;
  for (size_t i = hand->task_count; i-- > 1;)
    sf_queue_return(queue, &hand->tasks[i]);
  if (!hand->task_count) return SHEAF_OK;
  if (!found->final) warn_of_death(hand, &found->row);
  if (!found->innocent)
    return sf_queue_died(queue, &hand->tasks[0], &found->row, found->final,
                         error);
  sf_queue_return(queue, &hand->tasks[0]);
  return SHEAF_OK;
}

static int end_of_finish(const sf_hand *hand, const sf_inquest *found,
                         sheaf_error *error) {
  if (!hand->task_count) return SHEAF_OK;
  return sf_fail(error, found->row.code, hand->run->job.steps[0].manifest.name,
                 "%.*s", (int)found->row.reason.size, found->row.reason.data);
}

static int end(sf_hand *hand, const sf_inquest *found, sheaf_error *error) {
  const sf_supervisor *run = hand->run;
  if (run->code || (run->queue && sf_queue_finished(run->queue)))
    return SHEAF_OK;
  if (!hand->ready) return end_of_start(hand, found, error);
  return run->queue ? end_of_work(hand, found, error)
                    : end_of_finish(hand, found, error);
}

static void on_exit_seen(void *context, int status, int signal) {
  sf_hand *hand = context;
  sf_supervisor *run = hand->run;
  sf_inquest found;
  sheaf_error error = {0};
  sf_inquire(hand, status, signal, &found);
  int code = end(hand, &found, &error);
  sf_buffer_clear(&found.reason);
  sf_hand_clear(hand);
  sf_supervisor_stop(run, code, &error);
  hand->changed(hand->context);
}

// --- What the crew asks for ------------------------------------------------

int sf_hand_start(sf_hand *hand, sheaf_bytes order, sheaf_error *error) {
  const sheaf_run_options *options = hand->run->options;
  sf_child_events events = {on_data, on_exit_seen, hand};
  int page;
  int code = sf_page_new(&hand->page, &page, error);
  if (code) return code;
  code = sf_child_start(&hand->child, hand->run->loop, options->worker_program,
                        options->worker_arguments, page, &events, error);
  close(page);
  if (!code) code = sf_child_write(hand->child, order, error);
  if (code) sf_hand_clear(hand);
  return code;
}

static void pack_finish(const sf_task *task, sf_buffer *out) {
  size_t at = sf_frame_begin(out, SF_FRAME_FINISH);
  sf_put_bytes(out, sf_bytes(task->spool));
  sf_put_bytes(out, sf_bytes(task->folder));
  sf_frame_end(out, at);
}

static void pack_task(const sf_task *task, sf_buffer *out) {
  if (task->type == SF_TASK_FINISH) {
    pack_finish(task, out);
    return;
  }
  bool plan = task->type == SF_TASK_PLAN;
  size_t at = sf_frame_begin(out, plan ? SF_FRAME_PLAN : SF_FRAME_BLOCK);
  sf_put_u64(out, task->bundle);
  if (!plan) {
    sf_put_u64(out, task->first);
    sf_put_u64(out, task->last);
    sf_put_u8(out, task->careful);
    sf_put_u64(out, task->near.ordinal);
    sf_put_u64(out, task->near.offset);
  }
  sf_frame_end(out, at);
}

int sf_hand_give(sf_hand *hand, const sf_task *task, sheaf_error *error) {
  sf_buffer frame = {0};
  pack_task(task, &frame);
  int code = frame.failed
                 ? sf_no_memory(error)
                 : sf_child_write(hand->child, sf_buffer_bytes(&frame), error);
  sf_buffer_clear(&frame);
  if (!code) hand->tasks[hand->task_count++] = *task;
  return code;
}

void sf_hand_watch(sf_hand *hand, uint64_t now, uint64_t gap) {
  sf_note note;
  if (!hand->child || hand->doomed || !sf_page_read(hand->page, &note)) return;
  uint64_t elapsed = now > note.started ? now - note.started : 0;
  if (note.call != hand->call) {
    hand->call = note.call;
    hand->watched = elapsed < gap ? elapsed : gap;
  } else {
    hand->watched += gap;
  }
  uint64_t allowed = ((uint64_t)note.wall_ms + GRACE_MS) * 1000000;
  if (!note.wall_ms || hand->watched <= allowed) return;
  hand->late = note;
  kill_worker(hand);
}

bool sf_hand_is_slow(const sf_hand *hand) {
  bool works = hand->ready && hand->task_count;
  return works && hand->tasks[0].type == SF_TASK_BLOCK && hand->watched >= SLOW;
}

void sf_hand_pause(sf_hand *hand, bool pause) {
  if (!hand->child || hand->paused == pause) return;
  hand->paused = pause;
  if (pause)
    sf_child_pause(hand->child);
  else
    sf_child_resume(hand->child);
}

void sf_hand_hang_up(sf_hand *hand) {
  if (hand->child) sf_child_hang_up(hand->child);
}

void sf_hand_clear(sf_hand *hand) {
  sf_child_close(hand->child);
  sf_page_free(hand->page);
  sf_buffer_clear(&hand->input);
  *hand = (sf_hand){hand->run, hand->changed, hand->context, .child = NULL};
}
