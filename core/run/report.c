/// run.json: what a complete run was and what came of it.
#include <inttypes.h>
#include <string.h>

#include "json/json.h"
#include "run/book.h"

static void write_counts(const sheaf_progress *counts, sf_buffer *out) {
  sf_buffer_printf(out, ",\"counts\":{\"documents\":%" PRIu64,
                   counts->documents);
  for (int status = 0; status < SHEAF_STATUS_COUNT; status++)
    sf_buffer_printf(out, ",\"%s\":%" PRIu64,
                     sheaf_status_name((sheaf_status)status),
                     counts->status[status]);
  sf_buffer_printf(out,
                   ",\"bytes_in\":%" PRIu64 ",\"bytes_out\":%" PRIu64
                   ",\"bundles_failed\":%" PRIu64 "}",
                   counts->bytes_in, counts->bytes_out, counts->bundles_failed);
}

/// Appends number `number` of the outputs. What `finish` has `made` is no sum
/// of what documents have exported.
static void write_output(sf_buffer *out, size_t number, const char *name,
                         uint64_t bytes, size_t header, bool made) {
  sf_buffer_puts(out, number ? ",{\"name\":" : "{\"name\":");
  sf_json_string(out, sf_bytes(name));
  sf_buffer_printf(out, ",\"bytes\":%" PRIu64 ",\"header\":%zu%s}", bytes,
                   header, made ? ",\"finish\":true" : "");
}

/// In the place of a spool stand the files that were made of it.
static void write_outputs(const sf_book *book, sf_buffer *out) {
  size_t count = 0;
  sf_buffer_puts(out, ",\"outputs\":[");
  for (size_t i = 0; i < book->job->output_count; i++) {
    const sf_job_output *output = &book->job->outputs[i];
    size_t header = strlen(output->header);
    if (!output->spool || book->job->shards)
      // With its line end.
      write_output(out, count++, output->name, book->parts[i].size,
                   header + (header > 0), false);
    for (size_t k = 0; k < book->made_count; k++)
      if (output->spool && book->made[k].step == output->step)
        write_output(out, count++, book->made[k].name, book->made[k].bytes, 0,
                     true);
  }
  sf_buffer_putc(out, ']');
}

/// Where a shard ends depends on the plan of all.
static void write_plan(const sf_book *book, sf_buffer *out) {
  sf_buffer_puts(out, ",\"plan\":");
  if (book->plan[0])
    sf_json_string(out, sf_bytes(book->plan));
  else
    sf_buffer_puts(out, "null");
}

/// The most memory that a process had at one time, in bytes.
static void write_memory(const sf_book *book, sf_buffer *out) {
  sf_buffer_printf(
      out, ",\"memory\":{\"supervisor\":%" PRIu64 ",\"worker\":%" PRIu64 "}",
      book->supervisor_memory, book->worker_memory);
}

static int make_pretty(sf_buffer *compact, sf_buffer *out, sheaf_error *error) {
  sheaf_value report;
  if (compact->failed) return sf_no_memory(error);
  int code = sheaf_value_parse(&report, compact->data, compact->size, error);
  if (code) return code;
  sf_json_pretty(out, &report);
  sf_buffer_putc(out, '\n');
  sheaf_value_clear(&report);
  return out->failed ? sf_no_memory(error) : SHEAF_OK;
}

/// What stood around the workers; null: there were none.
static void write_sandbox(const sf_job *job, sf_buffer *out) {
  sf_buffer_puts(out, ",\"sandbox\":");
  if (!job->walled) {
    sf_buffer_puts(out, "null");
    return;
  }
  sf_buffer_printf(out, "{\"landlock\":%d,\"seccomp\":%s}",
                   job->kernel.landlock,
                   job->kernel.seccomp ? "true" : "false");
}

int sf_report_write(const sf_book *book, int workers, sf_buffer *out,
                    sheaf_error *error) {
  sf_buffer text = {0};
  sf_buffer_putc(&text, '{');
  sf_buffer_append(&text, book->identity.data, book->identity.size);
  write_plan(book, &text);
  write_outputs(book, &text);
  write_counts(&book->counts, &text);
  sf_buffer_puts(&text, ",\"failed_bundles\":[");
  sf_buffer_append(&text, book->failures.data, book->failures.size);
  sf_buffer_puts(&text, "],\"unfinished\":[");
  sf_buffer_append(&text, book->unfinished.data, book->unfinished.size);
  sf_buffer_putc(&text, ']');
  sf_buffer_puts(&text, ",\"timings\":[");
  sf_book_write_timings(book, &text);
  sf_buffer_putc(&text, ']');
  write_memory(book, &text);
  write_sandbox(book->job, &text);
  sf_buffer_printf(&text, ",\"workers\":%d,\"seconds\":", workers);
  sf_put_thousandths(&text, (uint64_t)(sf_book_seconds(book) * 1000));
  sf_buffer_putc(&text, '}');
  int code = make_pretty(&text, out, error);
  sf_buffer_clear(&text);
  return code;
}

static uint64_t read_count(const sheaf_value *counts, const char *key) {
  int64_t number = sheaf_value_get_int(counts, key, 0);
  return number > 0 ? (uint64_t)number : 0;
}

void sf_report_counts(const sheaf_value *report, sheaf_progress *counts) {
  const sheaf_value *from = sheaf_value_get(report, "counts");
  counts->documents = counts->planned = read_count(from, "documents");
  for (int status = 0; status < SHEAF_STATUS_COUNT; status++)
    counts->status[status] =
        read_count(from, sheaf_status_name((sheaf_status)status));
  counts->bytes_in = read_count(from, "bytes_in");
  counts->bytes_out = read_count(from, "bytes_out");
  counts->bundles_failed = read_count(from, "bundles_failed");
}
