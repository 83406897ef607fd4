/// The job: what a run does, resolved from its options before it begins.
#ifndef SF_RUN_JOB_H
#define SF_RUN_JOB_H

#include "base/base.h"
#include "jail/jail.h"
#include "plugin/plugin.h"
#include "run/choice.h"
#include "sheaf/run.h"

typedef struct {
  sf_manifest manifest;
  sheaf_value options;  ///< Checked, defaults filled in.
  bool automatic;       ///< A reader that nobody has asked for by name.
  char digest[SF_SHA256_HEX];
  char *spool;  ///< The name of its spool file; NULL: it has none. Owned.
} sf_job_step;

/// One file that grows with the documents: what an export writes, or a spool.
/// Texts are borrowed from the step.
typedef struct {
  const char *name;
  const char *header;       ///< First line; "" for none.
  const sf_job_step *step;  ///< Whose it is.
  bool spool;               ///< Records that are kept for `finish`.
} sf_job_output;

typedef struct {
  const sheaf_run_options *options;  ///< What it was resolved from.
  sf_job_step *steps;
  size_t step_count;
  sf_job_output *outputs;  ///< Of all steps, in their order.
  size_t output_count;
  const char *const *bundles;  ///< Borrowed from the options.
  char **sources;              ///< Where they are read from; NULL: there.
  size_t bundle_count;
  sheaf_bundle_options reading;
  sf_choice choice;        ///< Of the documents.
  unsigned shard, shards;  ///< Of blocks; 0: all.
  unsigned nested;         ///< How deep bundles inside of bundles are opened.
  sf_jail_kernel kernel;   ///< What the wall around workers is built of.
  bool walled;             ///< There is one: the run has workers.
} sf_job;

/// Resolves `options`: plugins found, readers put before them, options checked,
/// their outputs listed, permissions and limits worked out. Runs no plugin
/// code. SHEAF_EUSAGE when two steps write one file, or when a permission or a
/// limit is for none of them; SHEAF_ESANDBOX when the wall is asked for and
/// cannot be built.
int sf_job_init(sf_job *job, const sheaf_run_options *options,
                sheaf_error *error);
void sf_job_clear(sf_job *job);

/// True when some step has a spool.
bool sf_job_has_spool(const sf_job *job);

/// A job for the `finish` hook of `step` alone, without documents: it borrows
/// everything, from `one` its only step, and is not to be cleared.
sf_job sf_job_finish(const sf_job *job, const sf_job_step *step,
                     sf_job_step *one);

/// The path of the bundle's file, or of the copy of a stream.
const char *sf_job_source(const sf_job *job, size_t bundle);

/// Appends what a worker is told of the job: how to read (see reading.h), u64
/// nested, which documents (see choice.h), u64 steps and for each its folder,
/// its options, limits and grants as JSON, u64 bundles and for each its path
/// and where it is read from.
void sf_job_order(const sf_job *job, sf_buffer *out);

#endif
