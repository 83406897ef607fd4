/// Handing out work in input order, and putting what comes back in order.
#include "run/queue.h"

#include <stdlib.h>
#include <string.h>

#include "run/wire.h"

enum {
  PLANS_AHEAD = 4,      ///< Bundles planned at one time, beside two a worker.
  DEATHS_OF_PLAN = 2,   ///< Workers that a plan may cost.
  DEATHS_OF_BLOCK = 8,  ///< Workers that died nobody knows on what.
  WINDOW = 1024         ///< Blocks between the first and the last in work.
};

/// Bytes of results held back before only the first block may go on.
#define HELD_LIMIT ((size_t)32 << 20)

typedef enum { WAITING, ASSIGNED, DONE } progress;

struct sf_planned {
  sf_planned *next;
  uint64_t bundle;
  progress state;
  int deaths;
  sf_block *blocks;
  size_t count;
  size_t capacity;
  size_t cursor;  ///< The next block to enter the window.
  size_t again;   ///< Blocks that come once more: a worker died on the plan.
  char digest[SF_SHA256_HEX];
  sheaf_error failure;  ///< A code of 0: none.
};

struct sf_piece {
  sf_piece *next;
  sf_planned *plan;  ///< Released with the piece that is its bundle's end.
  bool end;          ///< No block, but the end of its bundle.
  uint64_t member;   ///< The first one that has no row yet.
  uint64_t last;
  sheaf_place near;  ///< Where the block began.
  progress state;
  bool careful;        ///< A worker died here: rows are sent one by one.
  int deaths;          ///< Of workers, nobody knows on which document.
  uint64_t suspect;    ///< The document on which one died; 0: none.
  uint64_t condemned;  ///< Is marked `killed` when its turn comes; 0: none.
  sf_buffer sentence;  ///< Its unit.
  sf_buffer held;      ///< Units that wait for earlier blocks.
};

struct sf_queue {
  sf_book *book;
  sf_position from;  ///< Where the run goes on.
  size_t workers;
  void (*warn)(void *context, const sheaf_error *warning);
  void *context;

  uint64_t next_bundle;  ///< The next one to plan.
  sf_planned *plans;     ///< In input order, as is the window.
  size_t plan_count;
  sf_piece *window;
  sf_piece **window_end;
  size_t piece_count;
  size_t held;       ///< Bytes, of all pieces.
  uint64_t planned;  ///< Documents.
  uint64_t block;    ///< The number of the next one to enter the window,
  uint64_t from_block, to_block;  ///< and those that are of this shard.
};

static bool is_shard(const sf_queue *queue) {
  return queue->book->job->shards > 0;
}

/// Steps to the next bundle of which something is wanted.
static void pass_over(sf_queue *queue) {
  const sf_job *job = queue->book->job;
  while (queue->next_bundle < job->bundle_count &&
         !sf_choice_touches(&job->choice, queue->next_bundle))
    queue->next_bundle++;
}

int sf_queue_new(sf_queue **out, sf_book *book, int workers,
                 void (*warn)(void *context, const sheaf_error *warning),
                 void *context, sheaf_error *error) {
  sf_queue *queue = calloc(1, sizeof *queue);
  if (!queue) return sf_no_memory(error);
  queue->book = book;
  queue->from = book->at;
  queue->workers = workers > 0 ? (size_t)workers : 1;
  queue->warn = warn;
  queue->context = context;
  queue->window_end = &queue->window;
  // Where a shard begins is known when everything is planned.
  queue->to_block = UINT64_MAX;
  queue->next_bundle = is_shard(queue) ? 0 : book->at.bundle;
  pass_over(queue);
  queue->planned = book->counts.documents - book->at.documents;
  *out = queue;
  return SHEAF_OK;
}

static void free_plan(sf_planned *plan) {
  free(plan->blocks);
  free(plan);
}

static void pop_piece(sf_queue *queue) {
  sf_piece *piece = queue->window;
  queue->window = piece->next;
  if (!queue->window) queue->window_end = &queue->window;
  queue->piece_count--;
  queue->held -= piece->held.size;
  sf_buffer_clear(&piece->held);
  sf_buffer_clear(&piece->sentence);
  if (piece->end) free_plan(piece->plan);
  free(piece);
}

void sf_queue_free(sf_queue *queue) {
  if (!queue) return;
  while (queue->window) pop_piece(queue);
  while (queue->plans) {
    sf_planned *plan = queue->plans;
    queue->plans = plan->next;
    free_plan(plan);
  }
  free(queue);
}

// --- Plans -----------------------------------------------------------------

static size_t blocks_ahead(const sf_queue *queue) {
  size_t count = 0;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    count += plan->count - plan->cursor;
  for (const sf_piece *piece = queue->window; piece; piece = piece->next)
    count += piece->state == WAITING && !piece->end;
  return count;
}

static bool wants_plan(const sf_queue *queue) {
  if (queue->next_bundle >= queue->book->job->bundle_count) return false;
  return is_shard(queue) ||
         (queue->plan_count < PLANS_AHEAD + 2 * queue->workers &&
          blocks_ahead(queue) < 2 * queue->workers);
}

static sf_planned *add_plan(sf_queue *queue) {
  sf_planned *plan = calloc(1, sizeof *plan);
  if (!plan) return NULL;
  sf_planned **last = &queue->plans;
  while (*last) last = &(*last)->next;
  *last = plan;
  plan->bundle = queue->next_bundle++;
  pass_over(queue);
  queue->plan_count++;
  return plan;
}

static int take_plan(sf_queue *queue, sf_task *task, sheaf_error *error) {
  sf_planned *plan = queue->plans;
  while (plan && plan->state != WAITING) plan = plan->next;
  if (!plan) {
    if (!wants_plan(queue)) return SHEAF_END;
    plan = add_plan(queue);
    if (!plan) return sf_no_memory(error);
  }
  plan->state = ASSIGNED;
  *task = (sf_task){.type = SF_TASK_PLAN, .bundle = plan->bundle, .plan = plan};
  return SHEAF_OK;
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

/// True for a block that a resumed run has done already, or that is of another
/// shard.
static bool is_skipped(const sf_queue *queue, const sf_planned *plan,
                       const sf_block *block, uint64_t number) {
  if (number < queue->from_block || number >= queue->to_block) return true;
  return plan->bundle < queue->from.bundle ||
         (plan->bundle == queue->from.bundle &&
          block->last < queue->from.member);
}

static void drop_plan(sf_queue *queue, sf_planned *plan) {
  queue->plans = plan->next;
  queue->plan_count--;
}

/// Moves the next block of the first plan, or its end, into the window.
static int move_block(sf_queue *queue, sf_planned *plan, sheaf_error *error) {
  if (plan->cursor < plan->count) {
    const sf_block *block = &plan->blocks[plan->cursor++];
    if (is_skipped(queue, plan, block, queue->block++)) return SHEAF_OK;
    return add_piece(queue, plan, block, error);
  }
  bool done = plan->bundle < queue->from.bundle;
  int code = done ? SHEAF_OK : add_piece(queue, plan, NULL, error);
  if (code) return code;
  drop_plan(queue, plan);
  if (done) free_plan(plan);
  return SHEAF_OK;
}

static bool all_planned(const sf_queue *queue) {
  if (queue->next_bundle < queue->book->job->bundle_count) return false;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    if (plan->state != DONE) return false;
  return true;
}

/// Another build of this program, or a folder that has changed, may be planned
/// otherwise: shards that are of two plans do not make one run.
static void digest_plans(sf_queue *queue) {
  sf_sha256 sha;
  sf_sha256_init(&sha);
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next) {
    sf_sha256_update(&sha, plan->digest, sizeof plan->digest);
    for (size_t i = 0; i < plan->count; i++)
      sf_sha256_update(&sha, &plan->blocks[i].last,
                       sizeof plan->blocks[i].last);
  }
  sf_sha256_hex(&sha, queue->book->plan);
}

/// Shards are ranges of blocks, as even as these are.
static void find_shard(sf_queue *queue) {
  const sf_job *job = queue->book->job;
  uint64_t count = 0, number = 0;
  digest_plans(queue);
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    count += plan->count;
  queue->from_block = count * (job->shard - 1) / job->shards;
  queue->to_block = count * job->shard / job->shards;
  queue->planned = queue->book->counts.documents;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    for (size_t i = 0; i < plan->count; i++)
      if (!is_skipped(queue, plan, &plan->blocks[i], number++))
        queue->planned += plan->blocks[i].documents;
}

/// Blocks of a plan in the making are worked on at once; but where a run goes
/// on, not before its end shows that the bundle is what it was.
static bool may_move(const sf_queue *queue, const sf_planned *plan) {
  if (is_shard(queue)) return queue->to_block != UINT64_MAX;
  if (plan->state == DONE) return true;
  bool resumed = queue->from.documents && plan->bundle == queue->from.bundle;
  return !resumed && plan->cursor < plan->count;
}

static int refill(sf_queue *queue, sheaf_error *error) {
  if (is_shard(queue) && queue->to_block == UINT64_MAX && all_planned(queue))
    find_shard(queue);
  while (queue->plans && may_move(queue, queue->plans) &&
         queue->piece_count < WINDOW) {
    int code = move_block(queue, queue->plans, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

int sf_queue_block(sf_queue *queue, const sf_task *task, const sf_block *block,
                   sheaf_error *error) {
  sf_planned *plan = task->plan;
  if (plan->again) {
    plan->again--;
    return SHEAF_OK;
  }
  uint64_t before = plan->count ? plan->blocks[plan->count - 1].last : 0;
  if (block->first <= before || block->last < block->first ||
      block->last == UINT64_MAX)
    return sf_fail(error, SHEAF_EDAMAGED, "worker", "it sent a broken plan");
  if (plan->count == plan->capacity) {
    size_t capacity = plan->capacity ? 2 * plan->capacity : 16;
    sf_block *grown = realloc(plan->blocks, capacity * sizeof *grown);
    if (!grown) return sf_no_memory(error);
    plan->blocks = grown;
    plan->capacity = capacity;
  }
  plan->blocks[plan->count++] = *block;
  return refill(queue, error);
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
  bool failed = plan->failure.code && queue->book->job->shard <= 1;
  sf_book_bundle_end(queue->book, plan->bundle, failed ? &plan->failure : NULL);
  if (failed) queue->warn(queue->context, &plan->failure);
}

/// Brings what has become first into the book, as far as it goes.
static int advance(sf_queue *queue, sheaf_error *error) {
  int code = refill(queue, error);
  while (queue->window && !code) {
    sf_piece *piece = queue->window;
    if (piece->end) {
      end_bundle(queue, piece->plan);
    } else {
      sf_book_bundle(queue->book, piece->plan->bundle, piece->plan->digest);
      code = write_held(queue, piece, error);
      if (code || piece->state != DONE) return code;
    }
    pop_piece(queue);
    code = refill(queue, error);
  }
  return code;
}

static int take_piece(sf_queue *queue, sf_task *task) {
  sf_piece *piece = queue->window;
  while (piece && (piece->end || piece->state != WAITING)) piece = piece->next;
  if (!piece || (sf_queue_full(queue) && piece != queue->window))
    return SHEAF_END;
  piece->state = ASSIGNED;
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
  int code = take_plan(queue, task, error);
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

uint64_t sf_queue_planned(const sf_queue *queue, bool *planning) {
  *planning = queue->next_bundle < queue->book->job->bundle_count;
  for (const sf_planned *plan = queue->plans; plan; plan = plan->next)
    *planning |= plan->state != DONE;
  return queue->planned;
}

// --- Results ---------------------------------------------------------------

/// A run can only go on with the bundle that it began with.
static int check_bundle(const sf_queue *queue, const sf_planned *plan,
                        sheaf_error *error) {
  if (plan->bundle != queue->from.bundle || !queue->from.digest[0] ||
      !strcmp(plan->digest, queue->from.digest))
    return SHEAF_OK;
  if (plan->failure.code) {
    *error = plan->failure;
    return error->code;
  }
  sf_fail(error, SHEAF_ECHANGED, queue->book->job->bundles[plan->bundle],
          "its members are not those that it had when the run began");
  return sf_hint(error, "begin a new run in another folder");
}

int sf_queue_plan_end(sf_queue *queue, const sf_task *task, const char *digest,
                      const sheaf_error *failure, sheaf_error *error) {
  sf_planned *plan = task->plan;
  size_t size = strlen(digest);
  if (size >= sizeof plan->digest)
    return sf_fail(error, SHEAF_EDAMAGED, "worker", "it sent a broken digest");
  memcpy(plan->digest, digest, size + 1);
  plan->state = DONE;
  if (failure) {
    plan->failure = *failure;
    plan->count = plan->cursor;  // What is on its way stays there.
  }
  for (size_t i = 0; i < plan->count; i++)
    queue->planned += plan->blocks[i].documents;
  int code = check_bundle(queue, plan, error);
  return code ? code : advance(queue, error);
}

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

static int accept_sentence(sf_queue *queue, sf_piece *piece,
                           const sf_buffer *sentence, sheaf_error *error) {
  const sf_task task = {.piece = piece, .last = piece->last};
  if (sentence->failed) return sf_no_memory(error);
  return sf_queue_unit(queue, &task, sf_buffer_bytes(sentence), error);
}

/// Carries out a sentence whose turn has come, and sees what is left to do.
static int settle(sf_queue *queue, sf_piece *piece, sheaf_error *error) {
  int code = SHEAF_OK;
  piece->state = WAITING;
  if (piece->condemned && piece->member >= piece->condemned) {
    piece->condemned = 0;
    code = accept_sentence(queue, piece, &piece->sentence, error);
  }
  if (piece->member > piece->last) piece->state = DONE;
  return code ? code : advance(queue, error);
}

int sf_queue_done(sf_queue *queue, const sf_task *task, sheaf_error *error) {
  task->piece->member = task->last + 1;
  return settle(queue, task->piece, error);
}

void sf_queue_return(sf_queue *queue, const sf_task *task) {
  (void)queue;
  if (task->type == SF_TASK_BLOCK)
    task->piece->state = WAITING;
  else
    task->plan->state = WAITING;
}

// --- Deaths ----------------------------------------------------------------

static int plan_died(sf_queue *queue, const sf_task *task, const sf_row *row,
                     sheaf_error *error) {
  sf_planned *plan = task->plan;
  sheaf_error failure;
  plan->again = plan->count;
  plan->state = WAITING;
  if (++plan->deaths < DEATHS_OF_PLAN) return SHEAF_OK;
  sf_fail(&failure, SHEAF_EREAD, row->path, "%.*s", (int)row->reason.size,
          row->reason.data);
  return sf_queue_plan_end(queue, task, "", &failure, error);
}

/// Marks a document as killed. A careful worker has sent the rows of all
/// documents before it; otherwise they are done again before its turn comes.
static int condemn(sf_queue *queue, sf_piece *piece, const sf_row *row,
                   sheaf_error *error) {
  sf_buffer sentence = {0};
  sf_unit_add(&sentence, row, NULL, 0);
  if (!piece->careful) {
    piece->condemned = row->member;
    piece->sentence = sentence;
    return SHEAF_OK;
  }
  int code = accept_sentence(queue, piece, &sentence, error);
  sf_buffer_clear(&sentence);
  return code;
}

int sf_queue_died(sf_queue *queue, const sf_task *task, const sf_row *row,
                  bool final, sheaf_error *error) {
  if (task->type == SF_TASK_PLAN) return plan_died(queue, task, row, error);
  sf_piece *piece = task->piece;
  sf_row killed = *row;
  if (killed.member < piece->member || killed.member > task->last)
    killed.member = 0;
  bool again = killed.member && killed.member == piece->suspect;
  piece->suspect = killed.member;
  // A worker notes each document before it touches it, so that one which died
  // on none was killed by someone else; but that must come to an end, too.
  bool left = piece->member <= task->last;
  if (!killed.member && left && ++piece->deaths >= DEATHS_OF_BLOCK) {
    killed.member = piece->member;
    killed.name = sf_bytes("");
    piece->deaths = 0;
    again = true;
  }
  int code = SHEAF_OK;
  if (again || (final && killed.member))
    code = condemn(queue, piece, &killed, error);
  piece->careful = true;
  return code ? code : settle(queue, piece, error);
}
