/// The supervisor of a run: what its parts share.
#ifndef SF_RUN_SUPERVISOR_H
#define SF_RUN_SUPERVISOR_H

#include "loop/loop.h"
#include "run/queue.h"

typedef struct {
  const sheaf_run_options *options;
  sf_job job;
  sf_run_folder folder;
  sf_book book;
  sf_queue *queue;
  sf_loop *loop;
  int code;              ///< What ends the run early; SHEAF_OK: nothing yet.
  sheaf_error error;     ///< Why, when `code` is an error.
  sheaf_error unopened;  ///< The first bundle that cannot be opened.
  int signal;            ///< That asked for the end; 0: none.
  int bad_starts;        ///< Workers in a row that died before they were ready.
} sf_supervisor;

/// Ends the run with `code`, for which `error` was filled. The first one
/// counts; SHEAF_OK is ignored.
void sf_supervisor_stop(sf_supervisor *run, int code, const sheaf_error *error);

/// Hands a warning to the user.
void sf_supervisor_warn(const sf_supervisor *run, const sheaf_error *warning);

/// Works through the queue with worker processes (crew.c). Returns when that
/// is finished or the run is stopped.
void sf_crew_work(sf_supervisor *run);

/// Works through the queue in this process (solo.c).
void sf_solo_work(sf_supervisor *run);

/// Has the outputs made that are made when all documents are done (closing.c).
/// A plugin that fails in that is noted in the book, and is no error.
int sf_closing_work(sf_supervisor *run, sheaf_error *error);

/// The same where the spools are in the folder as `.part` files, whole.
int sf_closing_steps(sf_supervisor *run, sheaf_error *error);

#endif
