/// Runs: a pipeline of plugins over the documents of bundles.
///
/// The supervisor, in the calling process, plans blocks of documents, hands
/// them to worker processes and appends what comes back in input order. It
/// never opens a bundle and never runs plugin code. Every document ends in
/// one row of the ledger. The same input and plugins give the same bytes,
/// however many workers there are and however often the run was resumed.
#ifndef SHEAF_RUN_H
#define SHEAF_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sheaf/bundle.h"
#include "sheaf/error.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// X(NAME, name): what a document ends in.
///
/// `partial`: read incompletely, or a plugin failed after others had
/// succeeded. `skipped`: a plugin dropped it, or it is no regular file.
/// `failed`: could not be read, or the first plugin failed. `killed`: its
/// worker died on it, or a limit that only a kill could enforce.
#define SHEAF_STATUS_MAP(X) \
  X(ROW_OK, "ok")           \
  X(ROW_PARTIAL, "partial") \
  X(ROW_SKIPPED, "skipped") \
  X(ROW_FAILED, "failed")   \
  X(ROW_KILLED, "killed")

typedef enum {
#define SHEAF_X(name, text) SHEAF_##name,
  SHEAF_STATUS_MAP(SHEAF_X)
#undef SHEAF_X
      SHEAF_STATUS_COUNT
} sheaf_status;

/// Returns "ok", "partial", "skipped", "failed" or "killed".
SHEAF_API const char *sheaf_status_name(sheaf_status status);

/// One step of the pipeline.
typedef struct {
  const char *plugin;          ///< A plugin's name or its folder.
  const sheaf_value *options;  ///< A map, or NULL for the defaults.
  const sheaf_value *limits;   ///< A map of limits, or NULL for its own.
} sheaf_step;

/// How far a run has come.
typedef struct {
  uint64_t planned;                     ///< Documents found so far.
  bool planning;                        ///< More may still be found.
  uint64_t documents;                   ///< Rows written.
  uint64_t status[SHEAF_STATUS_COUNT];  ///< Rows by status.
  uint64_t bytes_in;                    ///< Bytes of text read.
  uint64_t bytes_out;                   ///< Bytes exported.
  uint64_t bundles_failed;              ///< Bundles that could not be opened.
  double seconds;                       ///< Wall time.
  int signal;                           ///< That stopped the run; 0: none.
  bool complete_before;                 ///< Resumed, with nothing left to do.
  uint64_t unfinished;  ///< Steps whose `finish` failed; their outputs are
                        ///< missing, and a resumed run tries again.
} sheaf_progress;

/// Options for sheaf_run(). Start from SHEAF_RUN_OPTIONS_INIT. Everything is
/// borrowed for the length of the call.
typedef struct {
  size_t size;  ///< sizeof(sheaf_run_options).
  const sheaf_step *steps;
  size_t step_count;
  const char *const *bundles;
  size_t bundle_count;
  const char *output;  ///< The run folder.
  int workers;         ///< Worker processes; 0: none, work in this process.
  bool resume;         ///< Go on with an interrupted run in `output`.
  const sheaf_bundle_options *reading;  ///< How bundles are read; NULL: the
                                        ///< defaults.
  uint64_t max_errors;             ///< Stop after so many failures; 0: never.
  const char *const *plugin_path;  ///< As in sheaf_plugin_info().

  /// The program that is started as a worker, with `worker_arguments` (ended
  /// by NULL; the first is its name). It must call sheaf_worker().
  const char *worker_program;
  const char *const *worker_arguments;

  /// Called about five times a second, and once at the end. May be NULL.
  void (*on_progress)(void *context, const sheaf_progress *progress);

  /// Called with each warning: a bundle that cannot be opened, a worker that
  /// died. May be NULL.
  void (*on_warning)(void *context, const sheaf_error *warning);

  void *context;  ///< Handed to the callbacks.

  /// What plugins are granted of what they ask for in plugin.json: a list of
  /// "[PLUGIN:]PERMISSION[=WHAT]", ended by NULL; NULL: nothing.
  const char *const *allow;

  /// Limits for plugins, over those in plugin.json and of the steps: a list
  /// of "[PLUGIN:]LIMIT=NUMBER,…", ended by NULL; NULL: none.
  const char *const *limits;

  /// Fail with SHEAF_ESANDBOX where the kernel cannot build the whole wall
  /// around workers, or where there are none.
  bool require_sandbox;

  /// How deep bundles inside of bundles are opened: 0 leaves them as they are;
  /// at most SHEAF_NESTED_MAX.
  unsigned nested;

  /// Take documents as they are. Otherwise the plugins of stage `read` on the
  /// plugin path are put before the steps, unless these name some themselves.
  bool raw;

  /// Only documents whose names match one of these patterns (as in glob(7),
  /// where "*" passes over "/" as well), and none that begins with "!" and
  /// matches behind that. Ended by NULL; NULL: all.
  const char *const *filters;
  uint64_t limit;  ///< The first so many of each bundle; 0: all.
  double sample;   ///< About this part of them, always the same; 0: all.

  /// Part number `shard`, from 1, of `shards` of about the same size, for
  /// sheaf_merge(); 0 of 0: all. Bundles that cannot be opened are told of in
  /// the first part.
  unsigned shard, shards;

  /// Only the documents at these places: "BUNDLE/MEMBER", their numbers from 1,
  /// or an id, which begins so; "BUNDLE" is the whole of it. For these
  /// `filters`, `limit` and `sample` count only within whole bundles. Ended by
  /// NULL; NULL: all.
  const char *const *only;

  /// With `resume`: go on although something has changed since the run began.
  /// What that concerns is done anew: everything where it is the pipeline, an
  /// option or the version; otherwise the first bundle that has changed and all
  /// that come behind it. A run that was complete may so go on, too.
  bool accept_changes;
} sheaf_run_options;

#define SHEAF_RUN_OPTIONS_INIT                                               \
  {                                                                          \
    sizeof(sheaf_run_options), 0, 0, 0, 0, 0, 1, false, 0, 0, 0, 0, 0, 0, 0, \
        0, 0, 0, false, 0, false, 0, 0, 0, 0, 0, 0, false                    \
  }

/// Runs the pipeline and writes the run folder `output`.
///
/// Blocks until the run is complete, failed or was stopped by SIGINT or
/// SIGTERM (SHEAF_EINTERRUPTED: resumable). `*progress`, which may be NULL,
/// gets the final counts. The folder is made where it is missing; one that
/// is there and is no run is SHEAF_EEXISTS. Where no bundle at all can be
/// opened nothing is written, and the first one's error is returned.
/// SHEAF_OK says that the run is complete, not that each document is: look
/// at the counts.
SHEAF_API int sheaf_run(const sheaf_run_options *options,
                        sheaf_progress *progress, sheaf_error *error);

/// Finds out what a run with these options would do, without doing it: no
/// plugin is opened and nothing written. `*out`, which the caller clears, is a
/// map as run.json is, with the "pipeline" and what of limits and permissions
/// its plugins get, the "outputs" by name, and "plan": a list of bundles, each
/// with "path", "documents", "blocks", "bytes", and "reason" where it cannot be
/// opened. "blocks" lists the blocks of all: "bundle", from 1, the members
/// "first" to "last", and the number of "documents" among them.
SHEAF_API int sheaf_plan(const sheaf_run_options *options, sheaf_value *out,
                         sheaf_error *error);

/// Options for sheaf_merge(). Start from SHEAF_MERGE_OPTIONS_INIT. Everything
/// is borrowed for the length of the call.
typedef struct {
  size_t size;                 ///< sizeof(sheaf_merge_options).
  const char *const *folders;  ///< The complete runs of all shards, in any
  size_t count;                ///< order.
  const char *output;          ///< The new run folder.

  /// For plugins that make their outputs when all documents are done, as in
  /// sheaf_run_options. They are found by their names.
  const char *const *plugin_path;
  int workers;  ///< 0: they run in this process; otherwise, in one of their
                ///< own.
  const char *worker_program;
  const char *const *worker_arguments;
  void (*on_warning)(void *context, const sheaf_error *warning);
  void *context;
} sheaf_merge_options;

#define SHEAF_MERGE_OPTIONS_INIT \
  { sizeof(sheaf_merge_options), 0, 0, 0, 0, 1, 0, 0, 0, 0 }

/// Puts the runs of all shards together in the new run folder: the files that
/// one run over everything would have written. SHEAF_ECHANGED when they are not
/// shards of one run, or when a plugin is another one now; SHEAF_EUSAGE when a
/// shard is missing or there twice. Where a plugin cannot make its outputs the
/// merged run stays without its run.json, and the plugin's error is returned.
SHEAF_API int sheaf_merge(const sheaf_merge_options *options,
                          sheaf_error *error);

/// Options for sheaf_retry(). Start from SHEAF_RETRY_OPTIONS_INIT. Everything
/// is borrowed for the length of the call; what is not explained here is as in
/// sheaf_run_options.
typedef struct {
  size_t size;         ///< sizeof(sheaf_retry_options).
  const char *folder;  ///< Of a complete run.
  int workers;
  const char *worker_program;
  const char *const *worker_arguments;

  /// Which documents: bits `1 << status`; 0: those that are `partial`, `failed`
  /// or `killed`.
  unsigned status;

  /// Only these documents, whatever became of them: ids, the BUNDLE/MEMBER that
  /// these begin with, or names of members. Ended by NULL; NULL: all.
  const char *const *only;

  /// Go on although bundles were changed since. A document that is not in its
  /// place any more is SHEAF_ECHANGED nevertheless.
  bool accept_changes;

  const char *const *allow;   ///< Beside what the run was allowed.
  const char *const *limits;  ///< Over those of the run.

  /// Called with each thing that is not as it was when the run was made, such
  /// as a plugin's version. May be NULL.
  void (*on_change)(void *context, const sheaf_error *change);
  void (*on_progress)(void *context, const sheaf_progress *progress);
  void (*on_warning)(void *context, const sheaf_error *warning);
  void *context;
} sheaf_retry_options;

#define SHEAF_RETRY_OPTIONS_INIT \
  { sizeof(sheaf_retry_options), 0, 1, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, 0 }

/// What a retry amounted to.
typedef struct {
  sheaf_progress run;    ///< The whole run, as it is now.
  sheaf_progress again;  ///< What was done again; no documents: nothing had to.
  bool installed;        ///< It only completed an earlier one, which had been
                         ///< interrupted when its documents were done.
} sheaf_retry_result;

/// Does documents of a complete run again, with its pipeline as that is now,
/// and puts what comes of them in the place of what had: the folder then is as
/// if they had gone well at once. Bundles that could not be opened are tried as
/// well, unless `only` names others. Relative paths are those of the directory
/// in which the run was made ("request" in run.json): the caller has to be
/// there.
///
/// Whenever it is interrupted the folder holds the old run or the new one; the
/// same call goes on. SHEAF_EUSAGE for a folder without a complete run,
/// SHEAF_ENOMEMBER when `only` names a document that is not in the run,
/// SHEAF_ECHANGED when a bundle or the outputs are not what they were.
SHEAF_API int sheaf_retry(const sheaf_retry_options *options,
                          sheaf_retry_result *result, sheaf_error *error);

/// Serves as a worker until the supervisor hangs up: blocks come in on
/// descriptor 0, results go out on descriptor 1, and descriptor 3 is the
/// shared page on which the worker notes what it is doing. Returns the exit
/// status for the process.
SHEAF_API int sheaf_worker(void);

#ifdef __cplusplus
}
#endif
#endif
