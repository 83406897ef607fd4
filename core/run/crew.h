/// The crew: the worker processes of a run, kept at work until the queue is
/// finished.
///
/// A worker that dies is replaced; one whose plugin does not come back in
/// time is killed. What a worker was on, its page tells.
#ifndef SF_RUN_CREW_H
#define SF_RUN_CREW_H

#include "run/job.h"
#include "run/queue.h"

/// Runs the queue with `options->workers` processes, on an event loop of its
/// own, until it is finished. SHEAF_EINTERRUPTED when a signal came, which
/// `*signal` then is.
int sf_crew_run(const sheaf_run_options *options, const sf_job *job,
                sf_queue *queue, sf_book *book, int *signal,
                sheaf_error *error);

/// The same within this process.
int sf_inline_run(const sheaf_run_options *options, const sf_job *job,
                  sf_queue *queue, sf_book *book, int *signal,
                  sheaf_error *error);

/// Tells how far the run is, if anyone wants to know.
void sf_run_tell(const sheaf_run_options *options, const sf_queue *queue,
                 const sf_book *book);

#endif
