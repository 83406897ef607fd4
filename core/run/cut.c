/// Cutting a run back to the beginning of a bundle: what came before stays.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "json/json.h"
#include "run/book.h"
#include "run/ledger.h"

// The ledger of an interrupted run may have lines that were never committed;
// but those are behind its place, and only what is before that is read.

static const char *ledger_ending(const sf_book *book) {
  return faccessat(book->folder->fd, SF_LEDGER SF_PART, F_OK, 0) ? "" : SF_PART;
}

static void count_row(sf_book *past, const sf_ledger *row) {
  sf_ledger_count(row, &past->counts);
  for (size_t i = 0; i < past->job->output_count; i++)
    past->parts[i].size += row->sizes[i];
  past->parts[past->job->output_count].size += row->line_size;
}

static void count_headers(sf_book *past) {
  past->counts = (sheaf_progress){0};
  for (size_t i = 0; i < past->part_count; i++) past->parts[i].size = 0;
  for (size_t i = 0; i < past->job->output_count; i++) {
    size_t size = strlen(past->job->outputs[i].header);
    past->parts[i].size = size + (size > 0);
  }
}

/// Finds the sizes and counts at the first row of that bundle.
static int measure(sf_book *past, size_t bundle, sheaf_error *error) {
  sf_ledger ledger;
  int code = sf_ledger_open(&ledger, past->folder->path, ledger_ending(past),
                            past->job->output_count, error);
  if (code) return code;
  count_headers(past);
  while (!(code = sf_ledger_next(&ledger, error)) && ledger.bundle < bundle)
    count_row(past, &ledger);
  sf_ledger_close(&ledger);
  return code < 0 ? code : SHEAF_OK;
}

/// Keeps those of the bundles that could not be opened which come before.
static int keep_failures(sf_book *past, const sheaf_value *list, size_t bundle,
                         sheaf_error *error) {
  past->failures.size = 0;
  for (size_t i = 0; i < sheaf_value_count(list); i++) {
    const sheaf_value *failure = sheaf_value_at(list, i);
    const char *path = sheaf_value_get_string(failure, "path", "");
    size_t at = 0;
    while (at < bundle && strcmp(past->job->bundles[at], path) != 0) at++;
    if (at == bundle) continue;
    if (past->failures.size) sf_buffer_putc(&past->failures, ',');
    sf_json_value(&past->failures, failure);
    past->counts.bundles_failed++;
  }
  return past->failures.failed ? sf_no_memory(error) : SHEAF_OK;
}

static int read_failures(const sf_book *past, const sheaf_value *report,
                         sheaf_value *list, sheaf_error *error) {
  const sheaf_value *whole = sheaf_value_get(report, "failed_bundles");
  sf_buffer text = {0};
  if (whole) return sheaf_value_copy(list, whole) ? sf_no_memory(error) : 0;
  sf_buffer_putc(&text, '[');
  sf_buffer_append(&text, past->failures.data, past->failures.size);
  sf_buffer_putc(&text, ']');
  int code = text.failed ? sf_no_memory(error)
                         : sheaf_value_parse(list, text.data, text.size, error);
  sf_buffer_clear(&text);
  return code;
}

/// Makes the state what it was when that bundle began.
static int cut_state(sf_book *past, const sheaf_value *report, size_t bundle,
                     sheaf_error *error) {
  sheaf_value failures = SHEAF_VALUE_NULL;
  int code = read_failures(past, report, &failures, error);
  if (!code) code = measure(past, bundle, error);
  if (!code) code = keep_failures(past, &failures, bundle, error);
  sheaf_value_clear(&failures);
  past->at = (sf_position){.bundle = bundle, .member = 1};
  return code ? code : sf_state_replace(past, error);
}

int sf_book_cut(sf_book *book, const sheaf_value *report, size_t bundle,
                sheaf_error *error) {
  sf_book past;
  int code = sf_book_init(&past, book->job, book->folder, 0, error);
  if (code) return code;
  int none = sf_state_load(&past, error);
  bool complete = none == SHEAF_EOPEN;
  if (none && !complete) code = none;
  if (!complete && past.at.bundle < bundle) bundle = past.at.bundle;
  if (!code) code = cut_state(&past, report, bundle, error);
  sf_book_clear(&past);
  if (!code) code = sf_book_resume(book, error);
  // The identity in the folder is that of before.
  book->committed = false;
  book->dirty = true;
  return code ? code : sf_book_commit(book, error);
}
