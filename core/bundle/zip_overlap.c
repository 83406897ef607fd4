/// Zip: entries that share data. They make the smallest bombs (D. Fifield, "A
/// better zip bomb", 2019), and no honest archive has them.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/zip.h"

/// How many false neighbours are looked at before an entry is refused.
#define PATIENCE 16

// Of entries at one place, the first in the directory comes last: it is the
// one that is read.
static int compare(const void *left, const void *right) {
  const sf_zip_start *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return a->index > b->index ? -1 : a->index < b->index;
}

static int list_starts(sf_zip_directory *directory, sheaf_error *error) {
  if (directory->starts) return SHEAF_OK;
  size_t count = directory->count;
  sf_zip_start *starts = calloc(count, sizeof *starts);
  if (!starts) return sf_no_memory(error);
  bool sorted = true;
  for (size_t i = 0; i < count; i++) {
    uint64_t from;
    bool known = !sf_zip_start_of(directory, i, &from);
    starts[i] = (sf_zip_start){known ? from : UINT64_MAX, i};
    sorted = sorted && (i == 0 || compare(&starts[i - 1], &starts[i]) < 0);
  }
  if (!sorted) qsort(starts, count, sizeof *starts, compare);
  directory->starts = starts;
  return SHEAF_OK;
}

// An entry with a wrong offset is no neighbour: it must not spoil others.
static bool is_entry(const sf_zip_directory *directory, uint64_t at) {
  sheaf_bytes bytes;
  return sf_file_view(directory->file, at, 4, &bytes, NULL) == SHEAF_OK &&
         memcmp(bytes.data, "PK\3\4", 4) == 0;
}

static int refuse(uint64_t from, uint64_t to, const char *other, uint64_t at,
                  sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL,
                 "its bytes, %" PRIu64 " to %" PRIu64
                 ", overlap %s at byte %" PRIu64,
                 from, to, other, at);
}

// Where the directory has the order of the data, each entry is at its own
// place.
static const sf_zip_start *find_start(const sf_zip_directory *directory,
                                      size_t index, uint64_t from) {
  const sf_zip_start key = {from, index}, *all = directory->starts;
  if (all[index].index == index && all[index].from == from) return &all[index];
  return bsearch(&key, all, directory->count, sizeof key, compare);
}

int sf_zip_check_overlap(sf_zip_directory *directory, size_t index,
                         uint64_t from, uint64_t to, sheaf_error *error) {
  if (from < directory->to && to > directory->from)
    return refuse(from, to, "the zip's directory", directory->from, error);
  int code = list_starts(directory, error);
  if (code) return code;
  const sf_zip_start *all = directory->starts;
  const sf_zip_start *own = find_start(directory, index, from);
  if (!own) return SHEAF_OK;
  size_t patience = PATIENCE;
  for (size_t i = (size_t)(own - all) + 1; i < directory->count; i++) {
    if (all[i].from >= to) break;
    if (patience-- == 0 || is_entry(directory, all[i].from))
      return refuse(from, to, "another member", all[i].from, error);
  }
  return SHEAF_OK;
}
