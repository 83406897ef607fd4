/// The executor: documents through plugins. What a worker does, and what a
/// run without workers does itself.
#ifndef SF_RUN_EXECUTOR_H
#define SF_RUN_EXECUTOR_H

#include "loop/loop.h"
#include "run/page.h"
#include "run/plan.h"
#include "run/row.h"
#include "run/timing.h"

typedef struct sf_executor sf_executor;

/// Opens the plugins of `order` (see sf_job_order()). `page` may be NULL and
/// must outlive the executor, as `loop` must, on which plugins wait.
int sf_executor_new(sf_executor **out, sheaf_bytes order, sf_page *page,
                    sf_loop *loop, sheaf_error *error);
void sf_executor_free(sf_executor *executor);

/// Where this process may have no children: who starts those that it needs to
/// read archives (see sf_isolate_helper()).
void sf_executor_set_helper(sf_executor *executor, int helper);

/// Receives a unit: the rows of one member; see row.h. Members come in order.
/// Anything but SHEAF_OK stops.
typedef int (*sf_unit_sink)(void *context, const sf_buffer *unit);

/// Plans bundle number `bundle` (from 0); see sf_plan(). A plan that is kept is
/// not made again. `*flaw` becomes what is wrong with the bundle itself; see
/// sheaf_bundle_flaw().
int sf_executor_plan(sf_executor *executor, uint64_t bundle, sf_block_sink sink,
                     void *context, char digest[SF_SHA256_HEX],
                     sheaf_error *flaw, sheaf_error *error);

/// Works on the documents from `first` to `last`; `near` is the place of the
/// first or of one before it. With `alone`, never on two at one time. Whatever
/// is wrong with them is in their rows: the only errors are those of `sink`.
int sf_executor_block(sf_executor *executor, uint64_t bundle, uint64_t first,
                      uint64_t last, const sheaf_place *near, bool alone,
                      sf_unit_sink sink, void *context);

/// Appends what it has cost: the most memory that this process had, in bytes,
/// and the timings since the last call, one a step; these begin anew.
void sf_executor_costs(sf_executor *executor, sf_buffer *packed);

/// Ends the programs that plugins are: what memory they took is known then.
void sf_executor_rest(sf_executor *executor);

/// Runs the `finish` hook of the only step; see finish.h.
int sf_executor_finish(sf_executor *executor, const char *spool,
                       const char *folder, sheaf_error *error);

#endif
