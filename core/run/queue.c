/// Handing out work in input order, and putting what comes back in order.
#include "run/queue.h"

#include <stdlib.h>

#include "run/queue_parts.h"
#include "run/wire.h"

enum {
  WINDOW = 1024  ///< Blocks between the first and the last in work.
};

/// Bytes of results held back before only the first block may go on.
#define HELD_LIMIT ((size_t)32 << 20)

int sf_queue_new(sf_queue **out, sf_book *book, int workers,
                 sf_bundle_sink tell, void *context, sheaf_error *error) {
  sf_queue *queue = calloc(1, sizeof *queue);
  if (!queue) return sf_no_memory(error);
  queue->book = book;
  queue->from = book->at;
  queue->workers = workers > 0 ? (size_t)workers : 1;
  queue->tell = tell;
  queue->context = context;
  queue->window_end = &queue->window;
  // Where a shard begins is known when everything is planned.
  queue->to_block = UINT64_MAX;
  queue->next_bundle = sf_queue_is_shard(queue) ? 0 : book->at.bundle;
  sf_planned_pass_over(queue);
  queue->planned = book->counts.documents - book->at.documents;
  *out = queue;
  return SHEAF_OK;
}

static void pop_piece(sf_queue *queue) {
  sf_piece *piece = queue->window;
  queue->window = piece->next;
  if (!queue->window) queue->window_end = &queue->window;
  queue->piece_count--;
  queue->held -= piece->held.size;
  sf_buffer_clear(&piece->held);
  sf_buffer_clear(&piece->sentence);
  if (piece->end) sf_planned_free(piece->plan);
  free(piece);
}

void sf_queue_free(sf_queue *queue) {
  if (!queue) return;
  while (queue->window) pop_piece(queue);
  while (queue->plans) {
    sf_planned *plan = queue->plans;
    queue->plans = plan->next;
    sf_planned_free(plan);
  }
  free(queue);
}

// --- The window ------------------------------------------------------------

/// Appends `block`, or the end of its bundle when that is NULL.
static int add_piece(sf_queue *queue, sf_planned *plan, const sf_block *block,
                     sheaf_error *error) {
  sf_piece *piece = calloc(1, sizeof *piece);
  if (!piece) return sf_no_memory(error);
  piece->plan = plan;
  piece->end = !block;
  if (block) {
    piece->member = block->first;
    piece->last = block->last;
    piece->near = (sheaf_place){block->first, block->offset};
  }
  // What a resumed run has done already.
  if (plan->bundle == queue->from.bundle && piece->member < queue->from.member)
    piece->member = queue->from.member;
  *queue->window_end = piece;
  queue->window_end = &piece->next;
  queue->piece_count++;
  return SHEAF_OK;
}

static void drop_plan(sf_queue *queue, sf_planned *plan) {
  queue->plans = plan->next;
  queue->plan_count--;
}

/// Moves the next block of the first plan, or its end, into the window.
static int move_block(sf_queue *queue, sf_planned *plan, sheaf_error *error) {
  if (plan->cursor < plan->count) {
    const sf_block *block = &plan->blocks[plan->cursor++];
    if (sf_queue_is_skipped(queue, plan, block, queue->block++))
      return SHEAF_OK;
    return add_piece(queue, plan, block, error);
  }
  bool done = plan->bundle < queue->from.bundle;
  int code = done ? SHEAF_OK : add_piece(queue, plan, NULL, error);
  if (code) return code;
  drop_plan(queue, plan);
  if (done) sf_planned_free(plan);
  return SHEAF_OK;
}

/// Blocks of a plan in the making are worked on at once; but where a run goes
/// on, not before its end shows that the bundle is what it was.
static bool may_move(const sf_queue *queue, const sf_planned *plan) {
  if (sf_queue_is_shard(queue)) return queue->to_block != UINT64_MAX;
  if (plan->state == SF_DONE) return true;
  bool resumed = queue->from.documents && plan->bundle == queue->from.bundle;
  return !resumed && plan->cursor < plan->count;
}

int sf_queue_refill(sf_queue *queue, sheaf_error *error) {
  if (sf_queue_is_shard(queue) && queue->to_block == UINT64_MAX)
    sf_planned_find_shard(queue);
  while (queue->plans && may_move(queue, queue->plans) &&
         queue->piece_count < WINDOW) {
    int code = move_block(queue, queue->plans, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

static int write_held(sf_queue *queue, sf_piece *piece, sheaf_error *error) {
  sf_unpack from = {sf_buffer_bytes(&piece->held), false};
  int code = SHEAF_OK;
  while (from.rest.size && !code)
    code = sf_book_unit(queue->book, sf_get_bytes(&from), error);
  queue->held -= piece->held.size;
  sf_buffer_clear(&piece->held);
  return code;
}

static void end_bundle(sf_queue *queue, const sf_planned *plan) {
  // The first shard tells for all.
  bool tells = queue->book->job->shard <= 1;
  bool failed = plan->failure.code && tells;
  sf_book_bundle_end(queue->book, plan->bundle, failed ? &plan->failure : NULL);
  if (failed) queue->tell(queue->context, &plan->failure, true);
  if (plan->flaw.code && tells) queue->tell(queue->context, &plan->flaw, false);
}

int sf_queue_advance(sf_queue *queue, sheaf_error *error) {
  int code = sf_queue_refill(queue, error);
  while (queue->window && !code) {
    sf_piece *piece = queue->window;
    if (piece->end) {
      end_bundle(queue, piece->plan);
    } else {
      sf_book_bundle(queue->book, piece->plan->bundle, piece->plan->digest);
      code = write_held(queue, piece, error);
      if (code || piece->state != SF_DONE) return code;
    }
    pop_piece(queue);
    code = sf_queue_refill(queue, error);
  }
  return code;
}

static int take_piece(sf_queue *queue, sf_task *task) {
  sf_piece *piece = queue->window;
  while (piece && (piece->end || piece->state != SF_WAITING))
    piece = piece->next;
  if (!piece || (sf_queue_full(queue) && piece != queue->window))
    return SHEAF_END;
  piece->state = SF_ASSIGNED;
  *task = (sf_task){
      .type = SF_TASK_BLOCK,
      .bundle = piece->plan->bundle,
      .piece = piece,
      .first = piece->member,
      .last = piece->condemned ? piece->condemned - 1 : piece->last,
      .near = piece->near,
      .careful = piece->careful,
  };
  return SHEAF_OK;
}

int sf_queue_take(sf_queue *queue, sf_task *task, sheaf_error *error) {
  int code = sf_planned_take(queue, task, error);
  return code == SHEAF_END ? take_piece(queue, task) : code;
}

bool sf_queue_finished(const sf_queue *queue) {
  return queue->next_bundle >= queue->book->job->bundle_count &&
         !queue->plans && !queue->window;
}

bool sf_queue_full(const sf_queue *queue) {
  return queue->held > HELD_LIMIT;
}

bool sf_queue_first(const sf_queue *queue, const sf_task *task) {
  return task->type == SF_TASK_BLOCK && task->piece == queue->window;
}

// --- Results ---------------------------------------------------------------

int sf_queue_unit(sf_queue *queue, const sf_task *task, sheaf_bytes unit,
                  sheaf_error *error) {
  sf_piece *piece = task->piece;
  uint64_t member, count;
  if (sf_unit_check(unit, queue->book->job->output_count, &member, &count) ||
      member < piece->member || member > task->last)
    return sf_fail(error, SHEAF_EDAMAGED, "worker", "it sent a broken row");
  piece->member = member + 1;
  // No plan knows of child documents.
  queue->planned += count - 1;
  if (piece == queue->window) return sf_book_unit(queue->book, unit, error);
  size_t before = piece->held.size;
  sf_put_bytes(&piece->held, unit);
  queue->held += piece->held.size - before;
  return piece->held.failed ? sf_no_memory(error) : SHEAF_OK;
}

int sf_queue_done(sf_queue *queue, const sf_task *task, sheaf_error *error) {
  task->piece->member = task->last + 1;
  return sf_queue_settle(queue, task->piece, error);
}

void sf_queue_return(sf_queue *queue, const sf_task *task) {
  (void)queue;
  if (task->type == SF_TASK_BLOCK)
    task->piece->state = SF_WAITING;
  else
    task->plan->state = SF_WAITING;
}
