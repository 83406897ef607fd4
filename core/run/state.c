/// The state of an interrupted run: how far it had come when it was last
/// committed.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/io.h"
#include "json/json.h"
#include "run/book.h"

enum { STATE_VERSION = 2 };

static void write_number(sf_buffer *out, const char *key, uint64_t number) {
  sf_buffer_printf(out, ",\"%s\":%" PRIu64, key, number);
}

static void write_sizes(const sf_book *book, sf_buffer *out) {
  sf_buffer_puts(out, ",\"sizes\":[");
  for (size_t i = 0; i < book->part_count; i++)
    sf_buffer_printf(out, i ? ",%" PRIu64 : "%" PRIu64, book->parts[i].size);
  sf_buffer_puts(out, "],\"timings\":[");
  sf_book_write_timings(book, out);
  sf_buffer_putc(out, ']');
}

static void write_counts(const sheaf_progress *counts, sf_buffer *out) {
  for (int status = 0; status < SHEAF_STATUS_COUNT; status++)
    write_number(out, sheaf_status_name((sheaf_status)status),
                 counts->status[status]);
  write_number(out, "rows", counts->documents);
  write_number(out, "bytes_in", counts->bytes_in);
  write_number(out, "bytes_out", counts->bytes_out);
  write_number(out, "bundles_failed", counts->bundles_failed);
}

void sf_state_write(const sf_book *book, sf_buffer *out) {
  sf_buffer_printf(out, "{\"state\":%d", STATE_VERSION);
  write_number(out, "bundle", book->at.bundle);
  write_number(out, "member", book->at.member);
  write_number(out, "documents", book->at.documents);
  sf_buffer_puts(out, ",\"digest\":");
  sf_json_string(out, sf_bytes(book->at.digest));
  write_sizes(book, out);
  write_number(out, "supervisor_memory", book->supervisor_memory);
  write_number(out, "worker_memory", book->worker_memory);
  write_counts(&book->counts, out);
  sf_buffer_puts(out, ",\"seconds\":");
  sf_put_thousandths(out, (uint64_t)(sf_book_seconds(book) * 1000));
  sf_buffer_puts(out, ",\"failures\":[");
  sf_buffer_append(out, book->failures.data, book->failures.size);
  sf_buffer_puts(out, "]}\n");
}

int sf_state_replace(const sf_book *book, sheaf_error *error) {
  sf_buffer text = {0};
  sf_state_write(book, &text);
  char *path = sf_run_folder_file(book->folder, SF_STATE, "");
  int code = text.failed || !path
                 ? sf_no_memory(error)
                 : sf_file_replace(path, sf_buffer_bytes(&text), error);
  sf_buffer_clear(&text);
  free(path);
  return code;
}

// --- Reading ---------------------------------------------------------------

static bool read_number(const sheaf_value *map, const char *key,
                        uint64_t *number) {
  const sheaf_value *value = sheaf_value_get(map, key);
  if (!value || value->type != SHEAF_INT || value->as.integer < 0) return false;
  *number = (uint64_t)value->as.integer;
  return true;
}

static bool read_element(const sheaf_value *list, size_t index,
                         uint64_t *number) {
  const sheaf_value *value = sheaf_value_at(list, index);
  if (!value || value->type != SHEAF_INT || value->as.integer < 0) return false;
  *number = (uint64_t)value->as.integer;
  return true;
}

static bool read_position(const sheaf_value *state, sf_position *at) {
  const char *digest = sheaf_value_get_string(state, "digest", NULL);
  if (!digest || strlen(digest) >= sizeof at->digest) return false;
  memcpy(at->digest, digest, strlen(digest) + 1);
  return read_number(state, "bundle", &at->bundle) &&
         read_number(state, "member", &at->member) &&
         read_number(state, "documents", &at->documents);
}

static bool read_sizes(const sheaf_value *state, sf_book *book) {
  const sheaf_value *sizes = sheaf_value_get(state, "sizes");
  if (sheaf_value_count(sizes) != book->part_count) return false;
  for (size_t i = 0; i < book->part_count; i++)
    if (!read_element(sizes, i, &book->parts[i].size)) return false;
  return true;
}

static bool read_timings(const sheaf_value *state, sf_book *book) {
  const sheaf_value *timings = sheaf_value_get(state, "timings");
  if (sheaf_value_count(timings) != book->job->step_count) return false;
  for (size_t i = 0; i < book->job->step_count; i++)
    if (!sf_timing_read(sheaf_value_at(timings, i), &book->timings[i]))
      return false;
  return read_number(state, "supervisor_memory", &book->supervisor_memory) &&
         read_number(state, "worker_memory", &book->worker_memory);
}

static bool read_counts(const sheaf_value *state, sheaf_progress *counts) {
  for (int status = 0; status < SHEAF_STATUS_COUNT; status++)
    if (!read_number(state, sheaf_status_name((sheaf_status)status),
                     &counts->status[status]))
      return false;
  return read_number(state, "rows", &counts->documents) &&
         read_number(state, "bytes_in", &counts->bytes_in) &&
         read_number(state, "bytes_out", &counts->bytes_out) &&
         read_number(state, "bundles_failed", &counts->bundles_failed);
}

static bool read_failures(const sheaf_value *state, sf_buffer *failures) {
  const sheaf_value *list = sheaf_value_get(state, "failures");
  if (!list || list->type != SHEAF_LIST) return false;
  for (size_t i = 0; i < sheaf_value_count(list); i++) {
    if (i) sf_buffer_putc(failures, ',');
    sf_json_value(failures, sheaf_value_at(list, i));
  }
  return !failures->failed;
}

static bool read_seconds(const sheaf_value *state, double *seconds) {
  const double most = 1e10;  // Some hundred years.
  const sheaf_value *value = sheaf_value_get(state, "seconds");
  if (!value || value->type != SHEAF_FLOAT) return false;
  *seconds = value->as.number;
  return *seconds >= 0 && *seconds <= most;
}

int sf_state_read(sf_book *book, const sheaf_value *state, sheaf_error *error) {
  if (sheaf_value_get_int(state, "state", 0) == STATE_VERSION &&
      read_position(state, &book->at) && read_sizes(state, book) &&
      read_timings(state, book) && read_counts(state, &book->counts) &&
      read_failures(state, &book->failures) &&
      read_seconds(state, &book->seconds_before) &&
      book->at.bundle <= book->job->bundle_count && book->at.member)
    return SHEAF_OK;
  sf_fail(error, SHEAF_ECHANGED, book->folder->path,
          "its %s is not that of a run", SF_STATE);
  return sf_hint(error, "begin a new run in another folder");
}

int sf_state_load(sf_book *book, sheaf_error *error) {
  char *path = sf_run_folder_file(book->folder, SF_STATE, "");
  if (!path) return sf_no_memory(error);
  sheaf_value state = SHEAF_VALUE_NULL;
  int code = sf_json_file(&state, path, error);
  if (!code) code = sf_state_read(book, &state, error);
  sheaf_value_clear(&state);
  free(path);
  return code;
}
