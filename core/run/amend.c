#include "run/amend.h"

#include <stdlib.h>
#include <string.h>

#include "run/tally.h"

static int set_number(sheaf_value *map, const char *key, uint64_t number) {
  return sheaf_value_set(map, key, sheaf_value_int((int64_t)number));
}

static int set_counts(sheaf_value *counts, const sheaf_progress *from,
                      size_t bundles_failed) {
  int code = set_number(counts, "documents", from->documents);
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT && !code; s++)
    code = set_number(counts, sheaf_status_name(s), from->status[s]);
  if (!code) code = set_number(counts, "bytes_in", from->bytes_in);
  if (!code) code = set_number(counts, "bytes_out", from->bytes_out);
  return code ? code : set_number(counts, "bundles_failed", bundles_failed);
}

static int set_sizes(const sheaf_value *outputs, const uint64_t *sizes) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(outputs) && !code; i++)
    code = set_number((sheaf_value *)sheaf_value_at(outputs, i), "bytes",
                      sizes[i]);
  return code;
}

// --- Bundles ---------------------------------------------------------------

static bool was_tried(const sheaf_value *again, const sheaf_value *bundles,
                      const char *path) {
  const sheaf_value *only =
      sheaf_value_get(sheaf_value_get(again, "choice"), "only");
  for (size_t i = 0; i < sheaf_value_count(only); i++) {
    const char *place = sheaf_value_at(only, i)->as.string.data;
    size_t bundle = strtoul(place, NULL, 10) - 1;
    const sheaf_value *of = sheaf_value_at(bundles, bundle);
    if (!strchr(place, '/') &&
        !strcmp(sheaf_value_get_string(of, "path", ""), path))
      return true;
  }
  return false;
}

static int add_copy(sheaf_value *list, const sheaf_value *item) {
  sheaf_value copy;
  int code = sheaf_value_copy(&copy, item);
  return code ? code : sheaf_value_append(list, copy);
}

/// Those that were not tried stay; of the others, those that failed again.
static int find_failed(const sheaf_value *report, const sheaf_value *again,
                       sheaf_value *out) {
  const sheaf_value *bundles = sheaf_value_get(report, "bundles");
  const sheaf_value *lists[] = {sheaf_value_get(report, "failed_bundles"),
                                sheaf_value_get(again, "failed_bundles")};
  int code = sheaf_value_list(out);
  for (size_t k = 0; k < SF_COUNT(lists); k++)
    for (size_t i = 0; i < sheaf_value_count(lists[k]) && !code; i++) {
      const sheaf_value *item = sheaf_value_at(lists[k], i);
      const char *path = sheaf_value_get_string(item, "path", "");
      if (was_tried(again, bundles, path) == (k == 1))
        code = add_copy(out, item);
    }
  return code;
}

// --- The entry -------------------------------------------------------------

static int copy_member(sheaf_value *to, const sheaf_value *from,
                       const char *key) {
  const sheaf_value *value = sheaf_value_get(from, key);
  sheaf_value copy;
  if (!value) return SHEAF_OK;
  int code = sheaf_value_copy(&copy, value);
  return code ? code : sheaf_value_set(to, key, copy);
}

static int make_entry(sheaf_value *entry, const sheaf_value *again,
                      const sheaf_value *changes) {
  static const char *const keys[] = {
      "version", "choice",         "request", "pipeline", "bundles",
      "counts",  "failed_bundles", "sandbox", "workers",  "seconds"};
  sheaf_value copy;
  int code = sheaf_value_map(entry);
  if (!code) code = sheaf_value_copy(&copy, changes);
  if (!code) code = sheaf_value_set(entry, "changes", copy);
  for (size_t i = 0; i < SF_COUNT(keys) && !code; i++)
    code = copy_member(entry, again, keys[i]);
  return code;
}

static int add_entry(sheaf_value *report, const sheaf_value *again,
                     const sheaf_value *changes) {
  sheaf_value entry, list;
  int code = make_entry(&entry, again, changes);
  if (code) return code;
  if (!sheaf_value_get(report, "retries")) {
    code = sheaf_value_list(&list);
    if (!code) code = sheaf_value_set(report, "retries", list);
  }
  if (code) {
    sheaf_value_clear(&entry);
    return code;
  }
  return sheaf_value_append((sheaf_value *)sheaf_value_get(report, "retries"),
                            entry);
}

int sf_amend_report(sheaf_value *report, const sheaf_value *again,
                    const sf_splice *splice, const sheaf_value *changes) {
  sheaf_value failed;
  sheaf_value *counts = (sheaf_value *)sheaf_value_get(report, "counts");
  int code = find_failed(report, again, &failed);
  if (code) return code;
  code = set_counts(counts, &splice->counts, sheaf_value_count(&failed));
  if (!code) code = sheaf_value_set(report, "failed_bundles", failed);
  if (!code)
    code = set_sizes(sheaf_value_get(report, "outputs"), splice->sizes);
  if (!code) code = sf_tally_timings(report, again);
  if (!code) code = sf_tally_memory(report, again);
  if (!code) code = sf_tally_member(report, again, "seconds");
  return code ? code : add_entry(report, again, changes);
}
