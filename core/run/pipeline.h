/// The pipeline: open plugins, through which documents go. Where plugins wait,
/// several are under way.
#ifndef SF_RUN_PIPELINE_H
#define SF_RUN_PIPELINE_H

#include "plugin/plugin.h"
#include "run/page.h"
#include "run/row.h"
#include "run/timing.h"

typedef struct sf_pipeline sf_pipeline;

/// How long a plugin may take to open.
#define SF_OPEN_MS 30000

/// Opens the plugins that `order` lists (see sf_job_order()) and reads past
/// them. Notes on `page`, which may be NULL, which plugin it is in. Plugins
/// that wait do so on `loop`, which outlives the pipeline.
int sf_pipeline_open(sf_pipeline **out, sf_unpack *order, sf_page *page,
                     sf_loop *loop, sheaf_error *error);
void sf_pipeline_close(sf_pipeline *pipeline);

/// A document on its way through the plugins, and what came of it. Start from
/// a zeroed struct; it must not move while it is under way.
typedef struct sf_passage {
  // Set by the one who sends it.
  sheaf_doc *doc;        ///< Owned.
  size_t first;          ///< The step that it begins with.
  sf_row row;            ///< `member`, and what it says of the document.
  sheaf_bytes member;    ///< The member's name, for the page.
  sf_children children;  ///< With its `family` set.
  void (*done)(void *context);
  void *context;
  uint64_t now;  ///< When the clock was last looked at, see sf_now().

  // What came of it: the rest of the row, the children, and:
  sf_buffer *records;  ///< One an output of the run. Owned, kept for the next.

  // The pipeline's own.
  sf_pipeline *pipeline;
  size_t step;
  bool under_way;
  bool succeeded;      ///< A plugin has, other than a reader.
  const char *reader;  ///< The last one that has; what it says of the text,
  sheaf_error unread;  ///< if that is not all; a code of 0: nothing.
  uint64_t began;      ///< The passage,
  uint64_t started;    ///< and its step.
  sheaf_result result;
  sheaf_task task;
  sf_buffer reason;
  char hint[sizeof((sheaf_error *)0)->hint];
  struct sf_passage *next;  ///< In the queue before a step.
} sf_passage;

/// How many documents may be under way at one time.
size_t sf_pipeline_window(const sf_pipeline *pipeline);

/// The number of outputs of the run.
size_t sf_pipeline_outputs(const sf_pipeline *pipeline);

/// Sends the document through the plugins and fills in its row: status, code,
/// plugin, reason (borrowed until the passage is used again), bytes_out. True
/// when that is done; otherwise `done` is called from the loop.
bool sf_pipeline_run(sf_pipeline *pipeline, sf_passage *passage);

/// Runs the `finish` hook of the only step; see finish.h.
int sf_pipeline_finish(sf_pipeline *pipeline, const char *spool,
                       const char *folder, sheaf_error *error);

/// Stops a passage that is under way. Harmless when it is not.
void sf_passage_stop(sf_passage *passage);

/// Releases what it owns.
void sf_passage_clear(sf_passage *passage);

/// Ends the programs that plugins are; they are started anew when needed.
void sf_pipeline_rest(sf_pipeline *pipeline);

/// Appends the packed timings since the last call.
void sf_pipeline_timings(sf_pipeline *pipeline, sf_buffer *packed);

// --- What becomes of a document (passage.c) --------------------------------

/// It has not ended early: later plugins see it, and it is exported.
bool sf_passage_goes_on(const sf_passage *passage);

/// Makes `error` what its row tells: code, reason, with `what` in front of it
/// if that is wanted, and hint.
void sf_passage_blame(sf_passage *passage, const sheaf_error *error, bool what);

/// A plugin has failed; the first failure of a document is what its row tells.
void sf_passage_fail(sf_passage *passage, const char *plugin,
                     const sheaf_error *error);

/// If all went well, but its reader could not read all of it, the row tells.
void sf_passage_tell_unread(sf_passage *passage);

/// A plugin has dropped it.
void sf_passage_drop(sf_passage *passage, const char *plugin,
                     const char *reason);

/// It fails, whatever its plugins made of it.
void sf_passage_refuse(sf_passage *passage, int code, const char *why);

#endif
