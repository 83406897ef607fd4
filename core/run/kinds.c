#include "run/kinds.h"

static bool writes(const sf_job_step *step, sheaf_bytes kind) {
  const sheaf_value *list = sheaf_value_get(&step->manifest.json, "writes");
  for (size_t i = 0; i < sheaf_value_count(list); i++)
    if (sf_bytes_equal(kind, sheaf_value_at(list, i)->as.string.data))
      return true;
  return false;
}

/// The first step from `from` up to `to` that adds spans of that kind; `to`:
/// there is none.
static size_t find_writer(const sf_job *job, size_t from, size_t to,
                          sheaf_bytes kind) {
  while (from < to && !writes(&job->steps[from], kind)) from++;
  return from;
}

static const sheaf_value *reads(const sf_job *job, size_t step) {
  return sheaf_value_get(&job->steps[step].manifest.json, "reads");
}

/// The kind of that place in the list; a question mark behind it says that it
/// may be missing.
static sheaf_bytes kind_at(const sheaf_value *kinds, size_t i, bool *optional) {
  sheaf_bytes kind = sf_bytes(sheaf_value_at(kinds, i)->as.string.data);
  *optional = kind.size && kind.data[kind.size - 1] == '?';
  kind.size -= *optional;
  return kind;
}

static int check_kind(const sf_job *job, size_t step, sheaf_bytes kind,
                      sheaf_error *error) {
  const char *name = job->steps[step].manifest.name;
  size_t count = job->step_count;
  bool early =
      find_writer(job, 0, step, kind) < step || writes(&job->steps[step], kind);
  size_t writer = find_writer(job, step + 1, count, kind);
  if (early || writer >= count) return SHEAF_OK;
  const char *late = job->steps[writer].manifest.name;
  sf_fail(error, SHEAF_EUSAGE, name,
          "it reads spans '%.*s', which %s adds only behind it", (int)kind.size,
          kind.data, late);
  return sf_hint(error, "put %s before %s", late, name);
}

int sf_kinds_check(const sf_job *job, sheaf_error *error) {
  int code = SHEAF_OK;
  bool optional;
  for (size_t step = 0; step < job->step_count; step++)
    for (size_t i = 0; i < sheaf_value_count(reads(job, step)) && !code; i++)
      code =
          check_kind(job, step, kind_at(reads(job, step), i, &optional), error);
  return code ? SHEAF_EUSAGE : SHEAF_OK;
}

bool sf_kinds_missing(const sf_job *job, size_t step, sheaf_error *warning) {
  sf_buffer list = {0};
  const sheaf_value *kinds = reads(job, step);
  bool found = false, optional;
  for (size_t i = 0; i < sheaf_value_count(kinds) && !found; i++) {
    sheaf_bytes kind = kind_at(kinds, i, &optional);
    found = find_writer(job, 0, step + 1, kind) <= step;
    if (optional) continue;
    sf_buffer_puts(&list, list.size ? ", " : "");
    sf_buffer_append(&list, kind.data, kind.size);
  }
  found |= !list.size;
  const char *text = sf_buffer_text(&list);
  if (!found) {
    sf_fail(warning, SHEAF_EUSAGE, job->steps[step].manifest.name,
            "no step before it adds spans that it reads: %.300s",
            text ? text : "");
    sf_hint(warning, "'sheaf plugin list' tells what there is");
  }
  sf_buffer_clear(&list);
  return !found;
}
