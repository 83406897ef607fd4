/// The queue: which work is there, who has it, and what came of it.
///
/// Bundles are planned a little ahead and in order; their blocks enter a
/// window, from which they are handed out; what comes back goes to the book
/// at once when it is of the first block of the window, and is held back
/// otherwise. The queue knows nothing of processes.
#ifndef SF_RUN_QUEUE_H
#define SF_RUN_QUEUE_H

#include "run/book.h"
#include "run/plan.h"

typedef struct sf_queue sf_queue;

/// A plan in the making, or made.
typedef struct sf_planned sf_planned;

/// A block on its way.
typedef struct sf_piece sf_piece;

typedef enum { SF_TASK_PLAN, SF_TASK_BLOCK, SF_TASK_FINISH } sf_task_type;

/// Something for a worker to do. The queue has tasks of the first two types;
/// see closing.c for the third.
typedef struct {
  sf_task_type type;
  uint64_t bundle;
  sf_planned *plan;  ///< Of SF_TASK_PLAN.
  sf_piece *piece;   ///< Of SF_TASK_BLOCK.
  uint64_t first;    ///< Members, both ends included.
  uint64_t last;
  sheaf_place near;  ///< Of the first one or of one before it.
  bool careful;  ///< A worker died in this block: every row at once, please.
  const char *spool;   ///< Of SF_TASK_FINISH: the file with the records,
  const char *folder;  ///< and where the outputs go.
} sf_task;

/// Is told why a bundle cannot be opened, or else what is wrong with it itself.
typedef void (*sf_bundle_sink)(void *context, const sheaf_error *why,
                               bool failed);

/// Makes the queue of a run from the book's position on. `workers` says how
/// far it looks ahead. `tell` is called in input order.
int sf_queue_new(sf_queue **out, sf_book *book, int workers,
                 sf_bundle_sink tell, void *context, sheaf_error *error);
void sf_queue_free(sf_queue *queue);

/// Hands out the next task. SHEAF_END when there is none now.
int sf_queue_take(sf_queue *queue, sf_task *task, sheaf_error *error);

/// True when every bundle has come to its end.
bool sf_queue_finished(const sf_queue *queue);

/// True when so much is held back that only the first block should go on.
bool sf_queue_full(const sf_queue *queue);

/// True when `task` is what everything held back is waiting for.
bool sf_queue_first(const sf_queue *queue, const sf_task *task);

/// Documents found, and whether more may be.
uint64_t sf_queue_planned(const sf_queue *queue, bool *planning);

// What came of a task. SHEAF_EDAMAGED: the worker broke the rules. Other
// codes are those of the book, and end the run.

/// A block of a plan.
int sf_queue_block(sf_queue *queue, const sf_task *task, const sf_block *block,
                   sheaf_error *error);

/// What is wrong with the bundle of a plan itself, before the plan's end: that
/// is told when the bundle has come to its end. A code of 0: nothing.
void sf_queue_flaw(const sf_task *task, const sheaf_error *flaw);

/// The end of a plan; with `failure`, the bundle cannot be opened.
/// SHEAF_ECHANGED when the run goes on with a bundle that is another one now;
/// the failure's code when that bundle cannot be opened any more.
int sf_queue_plan_end(sf_queue *queue, const sf_task *task, const char *digest,
                      const sheaf_error *failure, sheaf_error *error);

/// A unit (see row.h): the rows of one member of a block.
int sf_queue_unit(sf_queue *queue, const sf_task *task, sheaf_bytes unit,
                  sheaf_error *error);

/// The end of a block.
int sf_queue_done(sf_queue *queue, const sf_task *task, sheaf_error *error);

/// Takes back a task on which work had not begun.
void sf_queue_return(sf_queue *queue, const sf_task *task);

/// The worker died on `task`. `row` is the document that it was on, made out
/// as `killed`; with member 0 when that is not known. `final` condemns it at
/// once; otherwise it is tried once more.
int sf_queue_died(sf_queue *queue, const sf_task *task, const sf_row *row,
                  bool final, sheaf_error *error);

#endif
