/// The book of a run: its outputs and its ledger, written in input order, the
/// counts, and how far it has come.
///
/// What is written becomes durable in batches. A batch is committed in the
/// order outputs, ledger, state, so that the state never tells of bytes that
/// are not on the disk.
#ifndef SF_RUN_BOOK_H
#define SF_RUN_BOOK_H

#include "run/folder.h"
#include "run/part.h"
#include "run/row.h"
#include "run/timing.h"

/// A file that `finish` of some step has made. The name is the manifest's.
typedef struct {
  const char *name;
  const sf_job_step *step;
  uint64_t bytes;
} sf_made_file;

/// Where in the input a run stands: the next thing to come.
typedef struct {
  uint64_t bundle;             ///< From 0.
  uint64_t member;             ///< The next ordinal that has no row.
  uint64_t documents;          ///< Members of this bundle so far.
  char digest[SF_SHA256_HEX];  ///< Of this bundle's plan; "": not known.
} sf_position;

typedef struct {
  const sf_job *job;
  const sf_run_folder *folder;
  sf_buffer identity;        ///< JSON members; see identity.h.
  char plan[SF_SHA256_HEX];  ///< What all shards of the run must have planned
                             ///< alike; "" without shards.
  sf_part *parts;            ///< The outputs, then the ledger.
  size_t part_count;
  bool open;       ///< The parts are.
  bool committed;  ///< There is a state.

  sf_position at;
  sheaf_progress counts;
  sf_timing *timings;          ///< One a step.
  uint64_t supervisor_memory;  ///< Bytes that this process had at most,
  uint64_t worker_memory;      ///< and those in which plugins run.
  sf_buffer failures;          ///< JSON: the bundles that could not be opened.
  sf_made_file *made;          ///< By `finish`, in the order of the steps.
  size_t made_count;
  sf_buffer unfinished;  ///< JSON: the steps whose `finish` failed.
  uint64_t max_errors;
  double seconds_before;  ///< Of the runs that this one goes on with.
  uint64_t started;

  bool dirty;  ///< Something has changed since the last commit.
  uint64_t batch_bytes;
  uint64_t batch_started;
} sf_book;

/// Prepares the book. No file is made before the first row.
int sf_book_init(sf_book *book, const sf_job *job, const sf_run_folder *folder,
                 uint64_t max_errors, sheaf_error *error);
void sf_book_clear(sf_book *book);

/// The identity as a value, which the caller clears.
int sf_book_identity(const sf_book *book, sheaf_value *out, sheaf_error *error);

/// Goes on from the folder's state: reads it and cuts the files back.
int sf_book_resume(sf_book *book, sheaf_error *error);

/// Goes on from the beginning of the bundle `bundle`, or of that in which the
/// folder's run stood if it came less far (cut.c): what comes of later ones is
/// cut off. The run, whose report is `report`, may be complete.
int sf_book_cut(sf_book *book, const sheaf_value *report, size_t bundle,
                sheaf_error *error);

/// A bundle begins, whose plan has `digest`. Harmless when it has begun.
void sf_book_bundle(sf_book *book, uint64_t bundle, const char *digest);

/// Writes a unit of that bundle, which was checked; no commit parts it.
/// SHEAF_EWRITE; SHEAF_ETOOMANY when that was one failure too many, and it was
/// written nevertheless.
int sf_book_unit(sf_book *book, sheaf_bytes unit, sheaf_error *error);

/// Bundle `bundle` has ended; with `failure`, it could not be opened.
void sf_book_bundle_end(sf_book *book, uint64_t bundle,
                        const sheaf_error *failure);

/// Takes what a block has cost, see sf_executor_costs(). SHEAF_EDAMAGED when it
/// is no such thing.
int sf_book_costs(sf_book *book, sheaf_bytes packed);

/// Commits what was written, when it is due.
int sf_book_tick(sf_book *book, sheaf_error *error);

/// Commits what was written.
int sf_book_commit(sf_book *book, sheaf_error *error);

/// All documents are done: makes everything durable, so that spools can be
/// read, and a run that is stopped now goes on here.
int sf_book_settle(sf_book *book, sheaf_error *error);

/// `finish` of `step` has made the output of that name, which lies in the run
/// folder as a `.part` file.
int sf_book_made(sf_book *book, const sf_job_step *step, const char *name,
                 uint64_t bytes, sheaf_error *error);

/// `finish` of the step of that number took so long, whatever came of it.
void sf_book_finish_took(sf_book *book, size_t step, uint64_t microseconds);

/// `finish` of `step` has failed. The run is completed without its outputs;
/// its spool stays, for a resumed run to try again.
void sf_book_unfinished(sf_book *book, const sf_job_step *step,
                        const sheaf_error *failure);

/// Completes the run: everything durable, final names, the report.
int sf_book_finish(sf_book *book, int workers, sheaf_error *error);

/// Removes the spools of a run that is complete.
int sf_book_remove_spools(const sf_book *book, sheaf_error *error);

/// Seconds of wall time so far.
double sf_book_seconds(const sf_book *book);

/// Appends the timings as JSON, divided by commas.
void sf_book_write_timings(const sf_book *book, sf_buffer *out);

// --- The state (state.c) ---------------------------------------------------

/// Appends the state as JSON.
void sf_state_write(const sf_book *book, sf_buffer *out);

/// Replaces the folder's state by that of `book`.
int sf_state_replace(const sf_book *book, sheaf_error *error);

/// Reads the folder's state. SHEAF_EOPEN when there is none.
int sf_state_load(sf_book *book, sheaf_error *error);

/// Fills in `book` what the state says, and the sizes of the parts.
int sf_state_read(sf_book *book, const sheaf_value *state, sheaf_error *error);

// --- The report (report.c) -------------------------------------------------

/// Appends run.json.
int sf_report_write(const sf_book *book, int workers, sf_buffer *out,
                    sheaf_error *error);

/// Reads the counts back from a report.
void sf_report_counts(const sheaf_value *report, sheaf_progress *counts);

#endif
