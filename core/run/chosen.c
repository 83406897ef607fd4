#include "run/chosen.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/ledger.h"

/// What a retry is for when nothing else is said: all that keeps a run from
/// ending with 0. Every plugin but the first makes `partial` documents when it
/// fails.
#define UNWELL \
  (1u << SHEAF_ROW_PARTIAL | 1u << SHEAF_ROW_FAILED | 1u << SHEAF_ROW_KILLED)

typedef struct {
  sf_chosen *chosen;
  unsigned status;
  const char *const *only;
  bool *found;              ///< One for each of `only`.
  uint64_t bundle, member;  ///< Of the last place that was added.
} choosing;

static int add(sf_chosen *chosen, char *place, sheaf_error *error) {
  if (!place) return sf_no_memory(error);
  if (chosen->count + 1 >= chosen->capacity) {
    size_t capacity = chosen->capacity ? 2 * chosen->capacity : 64;
    char **grown = realloc(chosen->places, capacity * sizeof *grown);
    if (!grown) {
      free(place);
      return sf_no_memory(error);
    }
    chosen->places = grown;
    chosen->capacity = capacity;
  }
  chosen->places[chosen->count++] = place;
  chosen->places[chosen->count] = NULL;
  return SHEAF_OK;
}

/// True when `wanted` is the id of the row's document, the part of that in
/// front of the name, or the name.
static bool is_meant(const sf_ledger *row, const char *wanted) {
  const char *id = sf_ledger_id(row);
  const char *name = sheaf_value_get_string(&row->row, "member", "");
  size_t size = strlen(wanted), front = strlen(id) - strlen(name);
  if (!strcmp(id, wanted) || !strcmp(name, wanted)) return true;
  return size + 1 == front && !strncmp(id, wanted, size);
}

static bool is_wanted(choosing *of, const sf_ledger *row) {
  bool wanted = false;
  if (!of->only) return of->status >> row->status & 1;
  for (size_t i = 0; of->only[i]; i++) {
    if (!is_meant(row, of->only[i])) continue;
    of->found[i] = wanted = true;
  }
  return wanted;
}

/// A child document is done again with the member that it comes from.
static int look_at(choosing *of, const sf_ledger *row, sheaf_error *error) {
  if (!is_wanted(of, row) || sf_ledger_is_at(row, of->bundle, of->member))
    return SHEAF_OK;
  of->bundle = row->bundle;
  of->member = row->member;
  return add(of->chosen,
             sf_sprintf("%" PRIu64 "/%" PRIu64, row->bundle + 1, row->member),
             error);
}

static int read_rows(choosing *of, const char *folder, size_t outputs,
                     sheaf_error *error) {
  sf_ledger ledger;
  int code = sf_ledger_open(&ledger, folder, "", outputs, error);
  if (code) return code;
  while (!code && !(code = sf_ledger_next(&ledger, error)))
    code = look_at(of, &ledger, error);
  sf_ledger_close(&ledger);
  return code == SHEAF_END ? SHEAF_OK : code;
}

static int check_found(const choosing *of, const char *folder,
                       sheaf_error *error) {
  for (size_t i = 0; of->only && of->only[i]; i++) {
    if (of->found[i]) continue;
    sf_fail(error, SHEAF_ENOMEMBER, folder, "no row for '%s' in its ledger",
            of->only[i]);
    return sf_hint(error,
                   "an id such as 1/2/name, its 1/2, or a member's name");
  }
  return SHEAF_OK;
}

static bool has_failed(const sheaf_value *report, const char *path) {
  const sheaf_value *list = sheaf_value_get(report, "failed_bundles");
  for (size_t i = 0; i < sheaf_value_count(list); i++)
    if (!strcmp(sheaf_value_get_string(sheaf_value_at(list, i), "path", ""),
                path))
      return true;
  return false;
}

/// In a shard nobody knows which blocks of such a bundle would have been its
/// own.
static int add_bundles(sf_chosen *chosen, const sheaf_value *report,
                       sheaf_error *error) {
  const sheaf_value *list = sheaf_value_get(report, "bundles");
  int code = SHEAF_OK;
  if (sheaf_value_get_int(report, "shards", 0)) return SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(list) && !code; i++)
    if (has_failed(report,
                   sheaf_value_get_string(sheaf_value_at(list, i), "path", "")))
      code = add(chosen, sf_sprintf("%zu", i + 1), error);
  return code;
}

int sf_chosen_find(sf_chosen *chosen, const sheaf_retry_options *options,
                   const sheaf_value *report, sheaf_error *error) {
  size_t wanted = 0;
  while (options->only && options->only[wanted]) wanted++;
  *chosen = (sf_chosen){.places = calloc(1, sizeof *chosen->places)};
  choosing of = {.chosen = chosen,
                 .status = options->status ? options->status : UNWELL,
                 .only = options->only,
                 .found = calloc(wanted + 1, sizeof *of.found)};
  size_t outputs = sheaf_value_count(sheaf_value_get(report, "outputs"));
  int code = chosen->places && of.found ? SHEAF_OK : sf_no_memory(error);
  if (!code) code = read_rows(&of, options->folder, outputs, error);
  if (!code) code = check_found(&of, options->folder, error);
  if (!code && !options->only) code = add_bundles(chosen, report, error);
  free(of.found);
  return code;
}

void sf_chosen_clear(sf_chosen *chosen) {
  for (size_t i = 0; i < chosen->count; i++) free(chosen->places[i]);
  free(chosen->places);
  *chosen = (sf_chosen){.places = NULL};
}
