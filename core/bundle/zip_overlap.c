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

static int sort_starts(sf_zip_directory *directory, sheaf_error *error) {
  if (!directory->shuffled || directory->starts) return SHEAF_OK;
  size_t count = directory->count;
  sf_zip_start *starts = calloc(count, sizeof *starts);
  if (!starts) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++)
    starts[i] = (sf_zip_start){directory->places[i].from, i};
  qsort(starts, count, sizeof *starts, compare);
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

// The entry's place in the order of the file. False where it is not the one
// that the directory has there.
static bool find_start(const sf_zip_directory *directory, size_t index,
                       uint64_t from, size_t *place) {
  *place = index;
  if (!directory->shuffled) return directory->places[index].from == from;
  const sf_zip_start key = {from, index}, *all = directory->starts;
  const sf_zip_start *own =
      bsearch(&key, all, directory->count, sizeof key, compare);
  if (own) *place = (size_t)(own - all);
  return own != NULL;
}

static uint64_t start_at(const sf_zip_directory *directory, size_t place) {
  return directory->shuffled ? directory->starts[place].from
                             : directory->places[place].from;
}

int sf_zip_check_overlap(sf_zip_directory *directory, size_t index,
                         uint64_t from, uint64_t to, sheaf_error *error) {
  if (from < directory->to && to > directory->from)
    return refuse(from, to, "the zip's directory", directory->from, error);
  size_t own, patience = PATIENCE;
  int code = sort_starts(directory, error);
  if (code || !find_start(directory, index, from, &own)) return code;
  for (size_t i = own + 1; i < directory->count; i++) {
    uint64_t next = start_at(directory, i);
    if (next >= to) break;
    if (patience-- == 0 || is_entry(directory, next))
      return refuse(from, to, "another member", next, error);
  }
  return SHEAF_OK;
}
