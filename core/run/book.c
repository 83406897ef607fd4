/// Writing rows and records, and committing them.
#include "run/book.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"
#include "json/json.h"
#include "loop/loop.h"
#include "run/identity.h"
#include "run/request.h"
#include "run/wire.h"

#define BATCH_BYTES       ((uint64_t)16 << 20)
#define BATCH_NANOSECONDS ((uint64_t)1000000000)

int sf_book_init(sf_book *book, const sf_job *job, const sf_run_folder *folder,
                 uint64_t max_errors, sheaf_error *error) {
  *book = (sf_book){
      .job = job,
      .folder = folder,
      .part_count = job->output_count + 1,
      .at = {.member = 1},
      .max_errors = max_errors,
      .started = sf_now(),
  };
  sf_identity_write(job, &book->identity);
  sf_buffer_putc(&book->identity, ',');
  sf_request_write(job->options, &book->identity);
  book->parts = calloc(book->part_count, sizeof *book->parts);
  book->timings = calloc(job->step_count + 1, sizeof *book->timings);
  if (book->identity.failed || !book->parts || !book->timings) {
    sf_book_clear(book);
    return sf_no_memory(error);
  }
  for (size_t i = 0; i < book->part_count; i++) book->parts[i].fd = -1;
  book->batch_started = sf_now_roughly();
  return SHEAF_OK;
}

void sf_book_clear(sf_book *book) {
  for (size_t i = 0; book->parts && i < book->part_count; i++)
    sf_part_close(&book->parts[i], NULL);
  free(book->parts);
  free(book->timings);
  free(book->made);
  sf_buffer_clear(&book->identity);
  sf_buffer_clear(&book->failures);
  sf_buffer_clear(&book->unfinished);
  *book = (sf_book){0};
}

int sf_book_identity(const sf_book *book, sheaf_value *out,
                     sheaf_error *error) {
  sf_buffer text = {0};
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  sf_buffer_putc(&text, '{');
  sf_buffer_append(&text, book->identity.data, book->identity.size);
  sf_buffer_putc(&text, '}');
  int code = text.failed ? sf_no_memory(error)
                         : sheaf_value_parse(out, text.data, text.size, error);
  sf_buffer_clear(&text);
  return code;
}

double sf_book_seconds(const sf_book *book) {
  return book->seconds_before + (double)(sf_now() - book->started) / 1e9;
}

// --- Costs -----------------------------------------------------------------

static uint64_t larger(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

static void note_memory(sf_book *book) {
  book->supervisor_memory = larger(book->supervisor_memory, sf_memory_peak());
}

int sf_book_costs(sf_book *book, sheaf_bytes packed) {
  sf_unpack from = {packed, false};
  book->worker_memory = larger(book->worker_memory, sf_get_u64(&from));
  if (from.failed) return SHEAF_EDAMAGED;
  return sf_timing_unpack(from.rest, book->timings, book->job->step_count);
}

void sf_book_write_timings(const sf_book *book, sf_buffer *out) {
  for (size_t i = 0; i < book->job->step_count; i++) {
    if (i) sf_buffer_putc(out, ',');
    sf_timing_write(out, book->job->steps[i].manifest.name, &book->timings[i]);
  }
}

// --- Files -----------------------------------------------------------------

static const char *part_name(const sf_book *book, size_t index) {
  return index < book->job->output_count ? book->job->outputs[index].name
                                         : SF_LEDGER;
}

/// Opens the files, cut to the sizes that their structs have. The ledger comes
/// first: by its name the folder is known as that of a run.
static int open_parts(sf_book *book, sheaf_error *error) {
  for (size_t i = book->part_count; i-- > 0;) {
    int code = sf_part_open(&book->parts[i], book->folder, part_name(book, i),
                            book->parts[i].size, error);
    if (code) return code;
  }
  book->open = true;
  return SHEAF_OK;
}

static int write_headers(sf_book *book, sheaf_error *error) {
  for (size_t i = 0; i < book->job->output_count; i++) {
    const char *header = book->job->outputs[i].header;
    if (!header[0]) continue;
    int code = sf_part_append(&book->parts[i], sf_bytes(header), error);
    if (!code) code = sf_part_append(&book->parts[i], sf_bytes("\n"), error);
    if (code) return code;
  }
  return SHEAF_OK;
}

static int begin(sf_book *book, sheaf_error *error) {
  if (book->open) return SHEAF_OK;
  int code = open_parts(book, error);
  return code ? code : write_headers(book, error);
}

// --- Rows ------------------------------------------------------------------

static int write_records(sf_book *book, const sf_entry *entry,
                         sheaf_error *error) {
  sf_unpack from = {entry->records, false};
  int code = SHEAF_OK;
  for (size_t i = 0; from.rest.size && !code; i++) {
    code = sf_part_append(&book->parts[i], sf_get_bytes(&from), error);
  }
  return code;
}

static void count(sf_book *book, const sf_entry *entry) {
  book->at.member = entry->member + 1;
  book->counts.documents++;
  book->counts.status[entry->status]++;
  book->counts.bytes_in += entry->bytes_in;
  book->counts.bytes_out += entry->bytes_out;
  book->batch_bytes += entry->records.size + entry->line.size;
  book->dirty = true;
}

static int check_failures(const sf_book *book, sheaf_error *error) {
  const uint64_t *status = book->counts.status;
  uint64_t failures = status[SHEAF_ROW_FAILED] + status[SHEAF_ROW_KILLED] +
                      status[SHEAF_ROW_PARTIAL];
  if (!book->max_errors || failures < book->max_errors) return SHEAF_OK;
  sf_fail(error, SHEAF_ETOOMANY, book->folder->path, "%llu documents failed",
          (unsigned long long)failures);
  return sf_hint(error,
                 "see 'sheaf status'; --resume goes on, further with a higher "
                 "--max-errors");
}

static int write_entry(sf_book *book, const sf_entry *entry,
                       sheaf_error *error) {
  sf_part *ledger = &book->parts[book->part_count - 1];
  int code = write_records(book, entry, error);
  if (!code) code = sf_part_append(ledger, entry->line, error);
  if (!code) count(book, entry);
  return code;
}

int sf_book_unit(sf_book *book, sheaf_bytes unit, sheaf_error *error) {
  sf_entry entry;
  bool failed = false;
  int code = begin(book, error);
  while (!code &&
         !(code = sf_unit_next(&unit, &entry, book->job->output_count))) {
    failed |= entry.status != SHEAF_ROW_OK && entry.status != SHEAF_ROW_SKIPPED;
    code = write_entry(book, &entry, error);
  }
  if (code != SHEAF_END) return code;
  book->at.documents++;
  code = failed ? check_failures(book, error) : SHEAF_OK;
  return code ? code : sf_book_tick(book, error);
}

void sf_book_bundle(sf_book *book, uint64_t bundle, const char *digest) {
  if (book->at.bundle != bundle) book->at = (sf_position){.bundle = bundle};
  if (!book->at.member) book->at.member = 1;
  if (!book->at.digest[0])
    memcpy(book->at.digest, digest, sizeof book->at.digest);
}

/// Appends `{ "KEY": what, "code", "reason" }` to a list without its brackets.
static void note_failure(sf_buffer *out, const char *key, const char *what,
                         const sheaf_error *failure) {
  sf_buffer_printf(out, out->size ? ",{\"%s\":" : "{\"%s\":", key);
  sf_json_string(out, sf_bytes(what));
  sf_buffer_puts(out, ",\"code\":");
  sf_json_string(out, sf_bytes(sheaf_code_slug(failure->code)));
  sf_buffer_puts(out, ",\"reason\":");
  sf_json_string(out, sf_bytes(failure->why));
  sf_buffer_putc(out, '}');
}

void sf_book_bundle_end(sf_book *book, uint64_t bundle,
                        const sheaf_error *failure) {
  if (failure) {
    book->counts.bundles_failed++;
    note_failure(&book->failures, "path", book->job->bundles[bundle], failure);
  }
  book->at = (sf_position){.bundle = bundle + 1, .member = 1};
  book->dirty = true;
}

// --- Commits ---------------------------------------------------------------

/// Replaces what the unfinished report says. Never half written: it is what
/// a resume compares itself with.
static int write_report(sf_book *book, const sf_buffer *text,
                        sheaf_error *error) {
  sf_part part;
  if (text->failed) return sf_no_memory(error);
  int code = sf_part_open(&part, book->folder, SF_REPORT ".new", 0, error);
  if (code) return code;
  code = sf_part_append(&part, sf_buffer_bytes(text), error);
  if (!code) code = sf_part_sync(&part, error);
  int closed = sf_part_close(&part, code ? NULL : error);
  if (code || closed) return code ? code : closed;
  if (!renameat(book->folder->fd, SF_REPORT ".new" SF_PART, book->folder->fd,
                SF_REPORT SF_PART))
    return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, book->folder->path,
                       "the report cannot be renamed");
}

static int write_identity(sf_book *book, sheaf_error *error) {
  sf_buffer text = {0};
  sf_buffer_putc(&text, '{');
  sf_buffer_append(&text, book->identity.data, book->identity.size);
  sf_buffer_puts(&text, "}\n");
  int code = write_report(book, &text, error);
  sf_buffer_clear(&text);
  return code;
}

static int sync_parts(sf_book *book, sheaf_error *error) {
  for (size_t i = 0; i < book->part_count; i++) {
    int code = sf_part_sync(&book->parts[i], error);
    if (code) return code;
  }
  return SHEAF_OK;
}

int sf_book_commit(sf_book *book, sheaf_error *error) {
  if (!book->dirty || !book->open) return SHEAF_OK;
  int code = sync_parts(book, error);
  if (!code && !book->committed) code = write_identity(book, error);
  note_memory(book);
  if (!code) code = sf_state_replace(book, error);
  if (code) return code;
  book->committed = true;
  book->dirty = false;
  book->batch_bytes = 0;
  book->batch_started = sf_now_roughly();
  return SHEAF_OK;
}

int sf_book_tick(sf_book *book, sheaf_error *error) {
  if (book->batch_bytes < BATCH_BYTES &&
      sf_now_roughly() - book->batch_started < BATCH_NANOSECONDS)
    return SHEAF_OK;
  return sf_book_commit(book, error);
}

// --- The end ---------------------------------------------------------------

int sf_book_settle(sf_book *book, sheaf_error *error) {
  int code = begin(book, error);
  book->dirty = true;
  return code ? code : sf_book_commit(book, error);
}

int sf_book_made(sf_book *book, const sf_job_step *step, const char *name,
                 uint64_t bytes, sheaf_error *error) {
  sf_made_file *grown =
      realloc(book->made, (book->made_count + 1) * sizeof *grown);
  if (!grown) return sf_no_memory(error);
  book->made = grown;
  book->made[book->made_count++] = (sf_made_file){name, step, bytes};
  return SHEAF_OK;
}

void sf_book_finish_took(sf_book *book, size_t step, uint64_t microseconds) {
  book->timings[step].finish += microseconds;
}

void sf_book_unfinished(sf_book *book, const sf_job_step *step,
                        const sheaf_error *failure) {
  while (book->made_count && book->made[book->made_count - 1].step == step)
    book->made_count--;
  book->counts.unfinished++;
  note_failure(&book->unfinished, "plugin", step->manifest.name, failure);
}

/// A spool is kept as a file in its own right by a shard only: what it is for
/// is done when all of them are put together.
static bool is_passing(const sf_book *book, size_t part) {
  return part < book->job->output_count && book->job->outputs[part].spool &&
         !book->job->shards;
}

/// The report gets its final name last: while it has not, the run is not
/// complete, however many other files have theirs.
static int rename_parts(sf_book *book, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < book->part_count && !code; i++) {
    code = sf_part_close(&book->parts[i], error);
    if (!code && !is_passing(book, i))
      code =
          sf_run_folder_rename(book->folder, part_name(book, i), false, error);
  }
  for (size_t i = 0; i < book->made_count && !code; i++)
    code = sf_run_folder_rename(book->folder, book->made[i].name, false, error);
  if (code) return code;
  return sf_run_folder_rename(book->folder, SF_REPORT, false, error);
}

int sf_book_remove_spools(const sf_book *book, sheaf_error *error) {
  for (size_t i = 0; i < book->job->output_count; i++) {
    if (!is_passing(book, i)) continue;
    char *path = sf_run_folder_file(book->folder, part_name(book, i), SF_PART);
    if (!path) return sf_no_memory(error);
    bool failed = unlink(path) && errno != ENOENT;
    if (failed)
      sf_fail_errno(error, SHEAF_EWRITE, path, "it cannot be removed");
    free(path);
    if (failed) return SHEAF_EWRITE;
  }
  return SHEAF_OK;
}

/// Where a `finish` has failed the state stays: there is something to do.
static int remove_state(const sf_book *book, sheaf_error *error) {
  if (!book->committed || book->counts.unfinished) return SHEAF_OK;
  (void)unlinkat(book->folder->fd, SF_STATE SF_PART, 0);  // Of a crash.
  if (unlinkat(book->folder->fd, SF_STATE, 0))
    return sf_fail_errno(error, SHEAF_EWRITE, book->folder->path,
                         "the state cannot be removed");
  return SHEAF_OK;
}

int sf_book_finish(sf_book *book, int workers, sheaf_error *error) {
  sf_buffer report = {0};
  int code = begin(book, error);
  // A run that never came to a commit is done again from its beginning when
  // it is stopped now: that is less work than one more state.
  if (!code)
    code =
        book->committed ? sf_book_commit(book, error) : sync_parts(book, error);
  note_memory(book);
  if (!code) code = sf_report_write(book, workers, &report, error);
  if (!code) code = write_report(book, &report, error);
  if (!code) code = rename_parts(book, error);
  if (!code) code = remove_state(book, error);
  if (!code && !book->counts.unfinished)
    code = sf_book_remove_spools(book, error);
  if (!code) code = sf_folder_sync(book->folder->path, error);
  sf_buffer_clear(&report);
  return code;
}

// --- Going on --------------------------------------------------------------

int sf_book_resume(sf_book *book, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < book->part_count && !code; i++)
    code = sf_run_folder_rename(book->folder, part_name(book, i), true, error);
  if (!code) code = sf_state_load(book, error);
  if (!code) code = open_parts(book, error);
  if (!code) book->committed = true;
  return code;
}
