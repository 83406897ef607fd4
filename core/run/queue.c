/// The queue of a run: plans, the window of blocks, and their way to the book.
#include "run/queue.h"

#include <stdlib.h>
#include <string.h>

#include "run/wire.h"

/// Blocks in the window for each worker: one that it works on, one that waits
/// for it, and some that wait for an earlier one.
#define BLOCKS_A_WORKER 4

/// What is held back before only the first block goes on.
#define HELD_LIMIT ((size_t)64 << 20)

/// Plans that are made ahead of the window.
#define PLANS_AHEAD 2

/// Deaths of workers that a plan, or a block without a culprit, survives.
#define DEATHS_LIMIT 2

struct sf_planned {
  sf_planned *next;
  uint64_t bundle;
  bool taken;  ///< A worker is making it.
  bool made;
  bool failed;
  unsigned deaths;
  sf_block *blocks;
  size_t count;
  size_t taken_blocks;  ///< How many have entered the window.
  uint64_t documents;
  char digest[SF_SHA256_HEX];
  sheaf_error failure;
};

struct sf_piece {
  sf_piece *next;
  sf_planned *plan;
  uint64_t member;  ///< The next one that has no row.
  uint64_t last;
  bool taken;
  bool done;
  unsigned deaths;     ///< Without a known culprit.
  uint64_t suspect;    ///< The document that a worker died on; 0: none.
  uint64_t condemned;  ///< The document whose row is `sentence`; 0: none.
  sf_buffer sentence;
  sf_buffer held;  ///< Entries that wait for earlier blocks.
};

struct sf_queue {
  sf_book *book;
  size_t window_limit;
  void (*warn)(void *context, const sheaf_error *warning);
  void *context;
  sf_planned *plans, *last_plan;  ///< In input order.
  size_t plan_count;
  uint64_t next_bundle;  ///< The next one to plan.
  sf_piece *window, *last_piece;
  size_t window_count;
  size_t held;  ///< Bytes held back.
  uint64_t planned;
  uint64_t resume_bundle, resume_member;
};

// --- Making ----------------------------------------------------------------

int sf_queue_new(sf_queue **out, sf_book *book, int workers,
                 void (*warn)(void *context, const sheaf_error *warning),
                 void *context, sheaf_error *error) {
  sf_queue *queue = calloc(1, sizeof *queue);
  if (!queue) return sf_no_memory(error);
  queue->book = book;
  queue->window_limit = (size_t)(workers < 1 ? 1 : workers) * BLOCKS_A_WORKER;
  queue->warn = warn;
  queue->context = context;
  queue->next_bundle = book->at.bundle;
  queue->resume_bundle = book->at.bundle;
  queue->resume_member = book->at.member;
  queue->planned = book->counts.documents - book->at.documents;
  *out = queue;
  return SHEAF_OK;
}

static void drop_plan(sf_queue *queue) {
  sf_planned *plan = queue->plans;
  queue->plans = plan->next;
  if (!queue->plans) queue->last_plan = NULL;
  queue->plan_count--;
  free(plan->blocks);
  free(plan);
}

static void drop_piece(sf_queue *queue) {
  sf_piece *piece = queue->window;
  queue->window = piece->next;
  if (!queue->window) queue->last_piece = NULL;
  queue->window_count--;
  sf_buffer_clear(&piece->held);
  sf_buffer_clear(&piece->sentence);
  free(piece);
}

void sf_queue_free(sf_queue *queue) {
  if (!queue) return;
  while (queue->window) drop_piece(queue);
  while (queue->plans) drop_plan(queue);
  free(queue);
}

// --- Looking ---------------------------------------------------------------

bool sf_queue_finished(const sf_queue *queue) {
  return queue->book->at.bundle == queue->book->job->bundle_count;
}

bool sf_queue_full(const sf_queue *queue) {
  return queue->held > HELD_LIMIT;
}

bool sf_queue_first(const sf_queue *queue, const sf_task *task) {
  return task->type == SF_TASK_BLOCK && task->piece == queue->window;
}

uint64_t sf_queue_planned(const sf_queue *queue, bool *planning) {
  *planning = queue->next_bundle < queue->book->job->bundle_count ||
              (queue->last_plan && !queue->last_plan->made);
  return queue->planned;
}

// --- Handing out -----------------------------------------------------------

static void give_piece(sf_piece *piece, sf_task *task) {
  piece->taken = true;
  *task = (sf_task){.type = SF_TASK_BLOCK,
                    .bundle = piece->plan->bundle,
                    .plan = piece->plan,
                    .piece = piece,
                    .first = piece->member,
                    .last = piece->last,
                    .careful = piece->suspect || piece->deaths};
  // What stands in front of a condemned document is done without it.
  if (piece->condemned) task->last = piece->condemned - 1;
}

static sf_planned *plan_with_blocks(sf_queue *queue) {
  for (sf_planned *plan = queue->plans; plan; plan = plan->next) {
    if (!plan->made) return NULL;
    if (plan->taken_blocks < plan->count) return plan;
  }
  return NULL;
}

/// Moves the next block into the window. SHEAF_END when there is none or no
/// room.
static int add_piece(sf_queue *queue, sf_piece **out, sheaf_error *error) {
  sf_planned *plan = plan_with_blocks(queue);
  if (!plan || queue->window_count >= queue->window_limit) return SHEAF_END;
  sf_piece *piece = calloc(1, sizeof *piece);
  if (!piece) return sf_no_memory(error);
  const sf_block *block = &plan->blocks[plan->taken_blocks++];
  piece->plan = plan;
  piece->member = block->first;
  piece->last = block->last;
  if (plan->bundle == queue->resume_bundle &&
      piece->member < queue->resume_member)
    piece->member = queue->resume_member;
  if (queue->last_piece)
    queue->last_piece->next = piece;
  else
    queue->window = piece;
  queue->last_piece = piece;
  queue->window_count++;
  *out = piece;
  return SHEAF_OK;
}

static int add_plan(sf_queue *queue, sf_planned **out, sheaf_error *error) {
  if (queue->plan_count > PLANS_AHEAD ||
      queue->next_bundle == queue->book->job->bundle_count)
    return SHEAF_END;
  sf_planned *plan = calloc(1, sizeof *plan);
  if (!plan) return sf_no_memory(error);
  plan->bundle = queue->next_bundle++;
  if (queue->last_plan)
    queue->last_plan->next = plan;
  else
    queue->plans = plan;
  queue->last_plan = plan;
  queue->plan_count++;
  *out = plan;
  return SHEAF_OK;
}

static int take_plan(sf_queue *queue, sf_task *task, sheaf_error *error) {
  sf_planned *plan = queue->plans;
  while (plan && (plan->made || plan->taken)) plan = plan->next;
  int code = plan ? SHEAF_OK : add_plan(queue, &plan, error);
  if (code) return code;
  plan->taken = true;
  *task = (sf_task){.type = SF_TASK_PLAN, .bundle = plan->bundle, .plan = plan};
  return SHEAF_OK;
}

int sf_queue_take(sf_queue *queue, sf_task *task, sheaf_error *error) {
  sf_piece *piece = queue->window;
  while (piece && piece->taken) piece = piece->next;
  bool full = sf_queue_full(queue);
  if (full && piece != queue->window) return SHEAF_END;
  int code = piece ? SHEAF_OK : add_piece(queue, &piece, error);
  if (code == SHEAF_END) return take_plan(queue, task, error);
  if (!code) give_piece(piece, task);
  return code;
}

void sf_queue_return(sf_queue *queue, const sf_task *task) {
  (void)queue;
  if (task->type == SF_TASK_PLAN)
    task->plan->taken = false;
  else
    task->piece->taken = false;
}

// --- On to the book --------------------------------------------------------

static int flush(sf_queue *queue, sf_piece *piece, sheaf_error *error) {
  sf_unpack from = {sf_buffer_bytes(&piece->held), false};
  queue->held -= piece->held.size;
  int code = SHEAF_OK;
  while (from.rest.size && !code) {
    sf_entry entry;
    size_t outputs = queue->book->job->output_count;
    code = sf_entry_read(&entry, sf_get_bytes(&from), outputs);
    if (!code) code = sf_book_entry(queue->book, &entry, error);
  }
  sf_buffer_clear(&piece->held);
  return code;
}

static void end_bundle(sf_queue *queue) {
  sf_planned *plan = queue->plans;
  const sheaf_error *failure = plan->failed ? &plan->failure : NULL;
  if (failure) queue->warn(queue->context, failure);
  sf_book_bundle_end(queue->book, plan->bundle, failure);
  drop_plan(queue);
}

/// Sends everything to the book that no earlier block holds up.
static int advance(sf_queue *queue, sheaf_error *error) {
  while (queue->plans && queue->plans->made) {
    sf_planned *plan = queue->plans;
    sf_piece *piece = queue->window;
    if (piece && piece->plan == plan) {
      sf_book_bundle(queue->book, plan->bundle, plan->digest);
      int code = flush(queue, piece, error);
      if (code) return code;
      if (!piece->done) return SHEAF_OK;
      drop_piece(queue);
    } else if (plan->taken_blocks < plan->count) {
      return SHEAF_OK;
    } else {
      end_bundle(queue);
    }
  }
  return SHEAF_OK;
}

// --- What came of a plan ---------------------------------------------------

int sf_queue_block(sf_queue *queue, const sf_task *task, const sf_block *block,
                   sheaf_error *error) {
  sf_planned *plan = task->plan;
  size_t count = plan->count;
  (void)queue;
  // A power of two, or nothing yet: the array is full.
  if ((count & (count - 1)) == 0) {
    size_t capacity = count ? 2 * count : 1;
    sf_block *grown = realloc(plan->blocks, capacity * sizeof *grown);
    if (!grown) return sf_no_memory(error);
    plan->blocks = grown;
  }
  plan->blocks[plan->count++] = *block;
  plan->documents += block->documents;
  return SHEAF_OK;
}

/// Leaves out the blocks that an earlier run has done.
static int skip_done(sf_queue *queue, sf_planned *plan, sheaf_error *error) {
  const sf_position *at = &queue->book->at;
  if (plan->bundle != queue->resume_bundle || queue->resume_member == 1)
    return SHEAF_OK;
  if (at->digest[0] && strcmp(at->digest, plan->digest) != 0) {
    sf_fail(error, SHEAF_ECHANGED, queue->book->job->bundles[plan->bundle],
            "its members are not those that the run began with");
    return sf_hint(error, "begin a new run in another folder");
  }
  while (plan->taken_blocks < plan->count &&
         plan->blocks[plan->taken_blocks].last < queue->resume_member)
    plan->taken_blocks++;
  return SHEAF_OK;
}

int sf_queue_plan_end(sf_queue *queue, const sf_task *task, const char *digest,
                      const sheaf_error *failure, sheaf_error *error) {
  sf_planned *plan = task->plan;
  plan->taken = false;
  plan->made = true;
  plan->failed = failure != NULL;
  if (failure) plan->failure = *failure;
  memcpy(plan->digest, digest, sizeof plan->digest);
  queue->planned += plan->documents;
  int code = failure ? SHEAF_OK : skip_done(queue, plan, error);
  return code ? code : advance(queue, error);
}

// --- What came of a block --------------------------------------------------

static int hold(sf_queue *queue, sf_piece *piece, sheaf_bytes packed,
                sheaf_error *error) {
  size_t before = piece->held.size;
  sf_put_bytes(&piece->held, packed);
  if (piece->held.failed) return sf_no_memory(error);
  queue->held += piece->held.size - before;
  return SHEAF_OK;
}

int sf_queue_entry(sf_queue *queue, const sf_task *task, sheaf_bytes packed,
                   sheaf_error *error) {
  sf_piece *piece = task->piece;
  sf_entry entry;
  if (sf_entry_read(&entry, packed, queue->book->job->output_count) ||
      entry.member < piece->member || entry.member > piece->last)
    return sf_fail(error, SHEAF_EDAMAGED, "worker", "it sent a broken row");
  piece->member = entry.member + 1;
  if (piece != queue->window || piece->plan != queue->plans)
    return hold(queue, piece, packed, error);
  int code = flush(queue, piece, error);
  return code ? code : sf_book_entry(queue->book, &entry, error);
}

static int end_piece(sf_queue *queue, sf_piece *piece, sheaf_error *error) {
  piece->done = true;
  return advance(queue, error);
}

/// Everything in front of the condemned document is done: its row comes now.
static int execute(sf_queue *queue, const sf_task *task, sheaf_error *error) {
  sf_piece *piece = task->piece;
  piece->member = piece->condemned;
  piece->condemned = piece->suspect = 0;
  piece->taken = false;
  int code =
      sf_queue_entry(queue, task, sf_buffer_bytes(&piece->sentence), error);
  sf_buffer_clear(&piece->sentence);
  if (code || piece->member <= piece->last) return code;
  return end_piece(queue, piece, error);
}

int sf_queue_done(sf_queue *queue, const sf_task *task, sheaf_error *error) {
  sf_piece *piece = task->piece;
  if (piece->condemned) return execute(queue, task, error);
  return end_piece(queue, piece, error);
}

// --- Deaths ----------------------------------------------------------------

static int plan_died(sf_queue *queue, const sf_task *task, sheaf_error *error) {
  sf_planned *plan = task->plan;
  sheaf_error failure;
  plan->taken = false;
  plan->count = 0;
  plan->documents = 0;
  if (++plan->deaths < DEATHS_LIMIT) return SHEAF_OK;
  sf_fail(&failure, SHEAF_EDIED, queue->book->job->bundles[plan->bundle],
          "%u workers died while they listed it", plan->deaths);
  return sf_queue_plan_end(queue, task, "", &failure, error);
}

static int condemn(sf_queue *queue, const sf_task *task, const sf_row *row,
                   sheaf_error *error) {
  sf_piece *piece = task->piece;
  piece->condemned = row->member;
  sf_buffer_clear(&piece->sentence);
  sf_entry_write(&piece->sentence, row, NULL, 0);
  if (piece->sentence.failed) return sf_no_memory(error);
  if (piece->member < piece->condemned) return SHEAF_OK;
  return execute(queue, task, error);
}

int sf_queue_died(sf_queue *queue, const sf_task *task, const sf_row *row,
                  bool final, sheaf_error *error) {
  sf_queue_return(queue, task);
  if (task->type == SF_TASK_PLAN) return plan_died(queue, task, error);
  sf_piece *piece = task->piece;
  uint64_t last = piece->condemned ? piece->condemned - 1 : piece->last;
  bool known = row->member >= piece->member && row->member <= last;
  if (known && (final || piece->suspect == row->member))
    return condemn(queue, task, row, error);
  if (known) {
    piece->suspect = row->member;
    return SHEAF_OK;
  }
  if (++piece->deaths < DEATHS_LIMIT) return SHEAF_OK;
  // Nobody knows why: the block goes on behind its next document.
  piece->deaths = 0;
  sf_row next = *row;
  next.member = piece->member;
  return condemn(queue, task, &next, error);
}
