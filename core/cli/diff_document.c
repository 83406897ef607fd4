#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"

// --- Ids -------------------------------------------------------------------

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int diff_compare_ids(const char *a, const char *b) {
  size_t at = 0;
  while (a[at] && a[at] == b[at]) at++;
  while (at > 0 && is_digit(a[at - 1])) at--;
  if (!is_digit(a[at]) || !is_digit(b[at])) return strcmp(a + at, b + at);
  unsigned long long left = strtoull(a + at, NULL, 10);
  unsigned long long right = strtoull(b + at, NULL, 10);
  if (left != right) return left < right ? -1 : 1;
  return strcmp(a + at, b + at);
}

// --- Totals ----------------------------------------------------------------

void diff_totals_clear(diff_totals *totals) {
  for (size_t i = 0; i < totals->count; i++) free(totals->kinds[i].kind);
  free(totals->kinds);
  *totals = (diff_totals){.kinds = NULL};
}

static diff_kind *count_kind(diff_totals *totals, const char *kind) {
  for (size_t i = 0; i < totals->count; i++)
    if (strcmp(totals->kinds[i].kind, kind) == 0) return &totals->kinds[i];
  size_t size = (totals->count + 1) * sizeof *totals->kinds;
  diff_kind *grown = realloc(totals->kinds, size);
  if (!grown) return NULL;
  totals->kinds = grown;
  char *copy = strdup(kind);
  if (!copy) return NULL;
  grown[totals->count] = (diff_kind){.kind = copy};
  return &grown[totals->count++];
}

// --- Small parts -----------------------------------------------------------

static bool same(const sheaf_value *a, const sheaf_value *b) {
  static const sheaf_value null = SHEAF_VALUE_NULL;
  return sheaf_value_equal(a ? a : &null, b ? b : &null);
}

static int append_copy(sheaf_value *list, const sheaf_value *element) {
  sheaf_value copy = SHEAF_VALUE_NULL;
  int code = element ? sheaf_value_copy(&copy, element) : SHEAF_OK;
  return code ? code : sheaf_value_append(list, copy);
}

static int make_pair(sheaf_value *out, const sheaf_value *a,
                     const sheaf_value *b) {
  int code = sheaf_value_list(out);
  if (!code) code = append_copy(out, a);
  if (!code) code = append_copy(out, b);
  if (code) sheaf_value_clear(out);
  return code;
}

// What is found becomes a map with the first difference.
static int add_found(sheaf_value *found, const char *key, sheaf_value value) {
  int code = found->type == SHEAF_MAP ? SHEAF_OK : sheaf_value_map(found);
  if (!code) return sheaf_value_set(found, key, value);
  sheaf_value_clear(&value);
  return code;
}

static int add_pair(sheaf_value *found, const char *key, const sheaf_value *a,
                    const sheaf_value *b) {
  sheaf_value pair;
  int code = make_pair(&pair, a, b);
  return code ? code : add_found(found, key, pair);
}

// --- Rows and facts --------------------------------------------------------

// What of a row belongs to a document's end. Reasons may tell times and sizes:
// alone they are no difference.
static const char *const row_keys[] = {"status", "code", "plugin", "reason"};

#define ROW_KEYS        (sizeof row_keys / sizeof row_keys[0])
#define KEYS_THAT_COUNT (ROW_KEYS - 1)

static int copy_end(sheaf_value *out, const sheaf_value *row) {
  int code = sheaf_value_map(out);
  for (size_t i = 0; i < ROW_KEYS && !code; i++) {
    const sheaf_value *from = sheaf_value_get(row, row_keys[i]);
    sheaf_value copy = SHEAF_VALUE_NULL;
    if (from) code = sheaf_value_copy(&copy, from);
    if (!code) code = sheaf_value_set(out, row_keys[i], copy);
  }
  if (code) sheaf_value_clear(out);
  return code;
}

static int append_end(sheaf_value *pair, const sheaf_value *row) {
  sheaf_value end;
  int code = copy_end(&end, row);
  return code ? code : sheaf_value_append(pair, end);
}

static int compare_rows(sheaf_value *found, const sheaf_value *a,
                        const sheaf_value *b, diff_totals *totals) {
  bool equal = true;
  for (size_t i = 0; i < KEYS_THAT_COUNT; i++)
    equal = equal && same(sheaf_value_get(a, row_keys[i]),
                          sheaf_value_get(b, row_keys[i]));
  if (equal) return SHEAF_OK;
  totals->status++;
  sheaf_value pair;
  int code = sheaf_value_list(&pair);
  if (!code) code = append_end(&pair, a);
  if (!code) code = append_end(&pair, b);
  if (!code) return add_found(found, "status", pair);
  sheaf_value_clear(&pair);
  return code;
}

static int compare_facts(sheaf_value *found, const sheaf_value *a,
                         const sheaf_value *b, diff_totals *totals) {
  static const char *const keys[] = {"language", "media_type", "metadata",
                                     "summary"};
  bool counted = false;
  int code = SHEAF_OK;
  for (size_t i = 0; i < sizeof keys / sizeof keys[0] && !code; i++) {
    const sheaf_value *left = sheaf_value_get(a, keys[i]);
    const sheaf_value *right = sheaf_value_get(b, keys[i]);
    if (same(left, right)) continue;
    if (!counted) totals->facts++;
    counted = true;
    code = add_pair(found, keys[i], left, right);
  }
  return code;
}

// --- Spans -----------------------------------------------------------------

/// The differences of one kind: three lists, null while they are empty.
typedef struct {
  sheaf_value removed, added, changed;
} span_changes;

static int add_to(sheaf_value *list, const sheaf_value *span) {
  int code = list->type == SHEAF_LIST ? SHEAF_OK : sheaf_value_list(list);
  return code ? code : append_copy(list, span);
}

static int add_changed(sheaf_value *list, const sheaf_value *a,
                       const sheaf_value *b) {
  sheaf_value pair;
  int code = list->type == SHEAF_LIST ? SHEAF_OK : sheaf_value_list(list);
  if (!code) code = make_pair(&pair, a, b);
  return code ? code : sheaf_value_append(list, pair);
}

// Spans are in the order of their starts, the longer ones first.
static int compare_places(const sheaf_value *a, const sheaf_value *b) {
  if (!a || !b) return a ? -1 : 1;
  int64_t start = sheaf_value_get_int(a, "start", 0);
  int64_t other_start = sheaf_value_get_int(b, "start", 0);
  if (start != other_start) return start < other_start ? -1 : 1;
  int64_t end = sheaf_value_get_int(a, "end", 0);
  int64_t other_end = sheaf_value_get_int(b, "end", 0);
  return end > other_end ? -1 : end < other_end ? 1 : 0;
}

static int compare_spans(span_changes *changes, diff_kind *count,
                         const sheaf_value *a, const sheaf_value *b) {
  size_t i = 0, j = 0;
  int code = SHEAF_OK;
  while (!code && (i < sheaf_value_count(a) || j < sheaf_value_count(b))) {
    const sheaf_value *left = sheaf_value_at(a, i);
    const sheaf_value *right = sheaf_value_at(b, j);
    int order = compare_places(left, right);
    i += order <= 0;
    j += order >= 0;
    if (order < 0) {
      count->removed++;
      code = add_to(&changes->removed, left);
    } else if (order > 0) {
      count->added++;
      code = add_to(&changes->added, right);
    } else if (!same(left, right)) {
      count->changed++;
      code = add_changed(&changes->changed, left, right);
    }
  }
  return code;
}

// Moves what is not empty into a map under the kind.
static int keep_changes(sheaf_value *spans, const char *kind,
                        span_changes *changes) {
  struct {
    const char *name;
    sheaf_value *list;
  } parts[] = {{"removed", &changes->removed},
               {"added", &changes->added},
               {"changed", &changes->changed}};
  sheaf_value map = SHEAF_VALUE_NULL;
  int code = SHEAF_OK;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (parts[i].list->type != SHEAF_LIST) continue;
    if (code)
      sheaf_value_clear(parts[i].list);
    else
      code = add_found(&map, parts[i].name, *parts[i].list);
  }
  if (!code && map.type == SHEAF_MAP) return add_found(spans, kind, map);
  sheaf_value_clear(&map);
  return code;
}

static int compare_kind(sheaf_value *spans, const char *kind,
                        const sheaf_value *a, const sheaf_value *b,
                        diff_totals *totals) {
  if (same(a, b)) return SHEAF_OK;
  diff_kind *count = count_kind(totals, kind);
  if (!count) return SHEAF_ENOMEM;
  span_changes changes = {SHEAF_VALUE_NULL, SHEAF_VALUE_NULL, SHEAF_VALUE_NULL};
  int code = compare_spans(&changes, count, a, b);
  int kept = keep_changes(spans, kind, &changes);
  return code ? code : kept;
}

static int compare_kinds(sheaf_value *found, const sheaf_value *a,
                         const sheaf_value *b, diff_totals *totals) {
  sheaf_value spans = SHEAF_VALUE_NULL;
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(a) && !code; i++) {
    const char *kind = sheaf_value_key(a, i).data;
    code = compare_kind(&spans, kind, sheaf_value_at(a, i),
                        sheaf_value_get(b, kind), totals);
  }
  for (size_t i = 0; i < sheaf_value_count(b) && !code; i++) {
    const char *kind = sheaf_value_key(b, i).data;
    if (!sheaf_value_get(a, kind))
      code = compare_kind(&spans, kind, NULL, sheaf_value_at(b, i), totals);
  }
  if (!code && spans.type == SHEAF_MAP) return add_found(found, "spans", spans);
  sheaf_value_clear(&spans);
  return code;
}

// --- The document ----------------------------------------------------------

// The places of spans mean nothing when they are not in the same text.
static int compare_documents(sheaf_value *found, const sheaf_value *a,
                             const sheaf_value *b, diff_totals *totals) {
  int code = compare_facts(found, a, b, totals);
  if (code) return code;
  if (same(sheaf_value_get(a, "text"), sheaf_value_get(b, "text")))
    return compare_kinds(found, sheaf_value_get(a, "spans"),
                         sheaf_value_get(b, "spans"), totals);
  totals->text++;
  return add_found(found, "text", sheaf_value_bool(true));
}

// The id comes first in the map, which is made anew for it.
static int add_id(sheaf_value *found, const sheaf_value *row) {
  sheaf_value named;
  int code = sheaf_value_map(&named);
  if (code) return code;
  code = sheaf_value_set_string(&named, "id",
                                sheaf_value_get_string(row, "id", ""));
  for (size_t i = 0; i < sheaf_value_count(found) && !code; i++) {
    sheaf_items *items = found->as.items;
    sheaf_value moved = items->values[i];
    items->values[i] = (sheaf_value)SHEAF_VALUE_NULL;
    code = sheaf_value_set(&named, sheaf_value_key(found, i).data, moved);
  }
  sheaf_value_clear(found);
  *found = named;
  return code;
}

int diff_document(sheaf_value *out, const sheaf_value *row_a,
                  const sheaf_value *row_b, const sheaf_value *doc_a,
                  const sheaf_value *doc_b, diff_totals *totals) {
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  int code = compare_rows(out, row_a, row_b, totals);
  if (!code && doc_a && doc_b)
    code = compare_documents(out, doc_a, doc_b, totals);
  if (!code && out->type == SHEAF_MAP) code = add_id(out, row_a);
  if (code) sheaf_value_clear(out);
  return code;
}
