#include "run/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "run/folder.h"

int sf_ledger_open(sf_ledger *ledger, const char *folder, const char *ending,
                   size_t outputs, sheaf_error *error) {
  *ledger = (sf_ledger){.outputs = outputs};
  ledger->path = sf_sprintf("%s/" SF_LEDGER "%s", folder, ending);
  ledger->sizes = calloc(outputs + 1, sizeof *ledger->sizes);
  if (!ledger->path || !ledger->sizes) {
    sf_ledger_close(ledger);
    return sf_no_memory(error);
  }
  ledger->stream = fopen(ledger->path, "re");
  if (ledger->stream) return SHEAF_OK;
  sf_fail_errno(error, SHEAF_EOPEN, ledger->path, "it cannot be opened");
  sf_ledger_close(ledger);
  return SHEAF_EOPEN;
}

void sf_ledger_close(sf_ledger *ledger) {
  if (ledger->stream) fclose(ledger->stream);
  sheaf_value_clear(&ledger->row);
  free(ledger->path);
  free(ledger->line);
  free(ledger->sizes);
  *ledger = (sf_ledger){.stream = NULL};
}

// --- Rows ------------------------------------------------------------------

static bool read_place(sf_ledger *ledger) {
  char *end;
  const char *id = sf_ledger_id(ledger);
  ledger->bundle = strtoull(id, &end, 10) - 1;
  if (end == id || *end != '/') return false;
  id = end + 1;
  ledger->member = strtoull(id, &end, 10);
  return end != id && *end == '/' && ledger->member;
}

static bool read_status(sf_ledger *ledger) {
  const char *name = sheaf_value_get_string(&ledger->row, "status", "");
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++) {
    ledger->status = s;
    if (!strcmp(sheaf_status_name(s), name)) return true;
  }
  return false;
}

static bool read_bytes(const sheaf_value *value, uint64_t *out) {
  bool fine = value && value->type == SHEAF_INT && value->as.integer >= 0;
  *out = fine ? (uint64_t)value->as.integer : 0;
  return fine;
}

/// Where there is one output, its records are all that was exported.
static bool read_sizes(sf_ledger *ledger) {
  const sheaf_value *sizes = sheaf_value_get(&ledger->row, "outputs");
  if (ledger->outputs == 1) ledger->sizes[0] = ledger->bytes_out;
  if (ledger->outputs < 2) return true;
  memset(ledger->sizes, 0, ledger->outputs * sizeof *ledger->sizes);
  if (!sizes) return !ledger->bytes_out;
  if (sheaf_value_count(sizes) != ledger->outputs) return false;
  for (size_t i = 0; i < ledger->outputs; i++)
    if (!read_bytes(sheaf_value_at(sizes, i), &ledger->sizes[i])) return false;
  return true;
}

static int damaged(const sf_ledger *ledger, sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, ledger->path,
                 "one of its lines is no row: %.60s", ledger->line);
}

int sf_ledger_next(sf_ledger *ledger, sheaf_error *error) {
  ssize_t size = getline(&ledger->line, &ledger->room, ledger->stream);
  if (size <= 0 && ferror(ledger->stream))
    return sf_fail(error, SHEAF_EREAD, ledger->path, "it cannot be read");
  if (size <= 0 || ledger->line[size - 1] != '\n') return SHEAF_END;
  ledger->line_size = (size_t)size;
  sheaf_value_clear(&ledger->row);
  const sheaf_value *row = &ledger->row;
  if (sheaf_value_parse(&ledger->row, ledger->line, ledger->line_size, NULL) ||
      !read_place(ledger) || !read_status(ledger) ||
      !read_bytes(sheaf_value_get(row, "bytes_in"), &ledger->bytes_in) ||
      !read_bytes(sheaf_value_get(row, "bytes_out"), &ledger->bytes_out))
    return damaged(ledger, error);
  if (read_sizes(ledger)) return SHEAF_OK;
  sf_fail(error, SHEAF_ECHANGED, ledger->path,
          "it does not tell where in the outputs %s is", sf_ledger_id(ledger));
  return sf_hint(error, "it is of an earlier version: run it anew");
}

const char *sf_ledger_id(const sf_ledger *ledger) {
  return sheaf_value_get_string(&ledger->row, "id", "");
}

bool sf_ledger_is_at(const sf_ledger *ledger, uint64_t bundle,
                     uint64_t member) {
  return ledger->bundle == bundle && ledger->member == member;
}

void sf_ledger_count(const sf_ledger *ledger, sheaf_progress *counts) {
  counts->documents++;
  counts->status[ledger->status]++;
  counts->bytes_in += ledger->bytes_in;
  counts->bytes_out += ledger->bytes_out;
}
