/// What the files of the queue share: plans (planned.c), the window of blocks
/// (queue.c), and who is to blame (verdict.c).
#ifndef SF_RUN_QUEUE_PARTS_H
#define SF_RUN_QUEUE_PARTS_H

#include "run/queue.h"

typedef enum { SF_WAITING, SF_ASSIGNED, SF_DONE } sf_work_state;

struct sf_planned {
  sf_planned *next;
  uint64_t bundle;
  sf_work_state state;
  int deaths;
  sf_block *blocks;
  size_t count;
  size_t capacity;
  size_t cursor;  ///< The next block to enter the window.
  size_t again;   ///< Blocks that come once more: a worker died on the plan.
  char digest[SF_SHA256_HEX];
  sheaf_error failure;  ///< A code of 0: none. So it is
  sheaf_error flaw;     ///< with what is wrong with the bundle itself.
};

struct sf_piece {
  sf_piece *next;
  sf_planned *plan;  ///< Released with the piece that is its bundle's end.
  bool end;          ///< No block, but the end of its bundle.
  uint64_t member;   ///< The first one that has no row yet.
  uint64_t last;
  sheaf_place near;  ///< Where the block began.
  sf_work_state state;
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
  sf_bundle_sink tell;
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

// --- Plans -----------------------------------------------------------------

/// Releases a plan. Its last piece does so, or the queue.
void sf_planned_free(sf_planned *plan);

/// Hands out the next bundle that is to be planned; SHEAF_END: none now.
int sf_planned_take(sf_queue *queue, sf_task *task, sheaf_error *error);

/// Steps to the next bundle of which something is wanted.
void sf_planned_pass_over(sf_queue *queue);

/// Finds the blocks of a shard, once everything is planned.
void sf_planned_find_shard(sf_queue *queue);

bool sf_queue_is_shard(const sf_queue *queue);

/// True for a block that a resumed run has done already, or that is of another
/// shard.
bool sf_queue_is_skipped(const sf_queue *queue, const sf_planned *plan,
                         const sf_block *block, uint64_t number);

// --- The window ------------------------------------------------------------

/// Fills the window from the plans.
int sf_queue_refill(sf_queue *queue, sheaf_error *error);

/// Brings what has become first into the book, as far as it goes.
int sf_queue_advance(sf_queue *queue, sheaf_error *error);

// --- Verdicts --------------------------------------------------------------

/// Carries out a sentence whose turn has come, and sees what is left to do.
int sf_queue_settle(sf_queue *queue, sf_piece *piece, sheaf_error *error);

#endif
