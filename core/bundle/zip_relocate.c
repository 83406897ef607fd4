/// Zip: a directory that is whole, in a file that lost or gained bytes before
/// it, or is joined of the parts of a split zip. The entries behind such places
/// lie elsewhere than the directory says.
#include <string.h>

#include "bundle/zip.h"

/// How much further off than the directory itself an entry is looked for.
#define SLACK ((int64_t)64 << 10)

/// Other headers that are looked at before an entry is given up.
#define PATIENCE 64

/// What looking at one costs, in bytes that are searched.
#define LOOK ((uint64_t)4 << 10)

/// How far the walk along the directory has come.
typedef struct {
  sf_zip_directory *directory;
  sf_buffer name;   // Of the current entry.
  int64_t shift;    // Of the entry that was found last.
  uint64_t after;   // Where it was.
  uint64_t budget;  // Bytes that may still be searched.
} walk;

static bool is_entry(const walk *on, uint64_t at) {
  sf_zip_entry local;
  return sf_zip_read_local(on->directory->file, at, &local, NULL) == SHEAF_OK &&
         local.name.size == on->name.size &&
         !memcmp(local.name.data, on->name.data, on->name.size);
}

static int64_t absolute(int64_t number) {
  return number < 0 ? -number : number;
}

// Searches around `wanted` for the entry's local header.
static bool search(walk *on, int64_t wanted, uint64_t *found) {
  sf_file *file = on->directory->file;
  int64_t radius = absolute(on->directory->shift) + SLACK;
  int64_t from = wanted - radius, to = wanted + radius;
  uint64_t at = from > (int64_t)on->after ? (uint64_t)from : on->after;
  uint64_t size = sf_file_size(file);
  uint64_t end = to < 0 ? 0 : (uint64_t)to < size ? (uint64_t)to : size;
  for (int tries = 0; tries < PATIENCE && on->budget && at < end; tries++) {
    uint64_t begin = at;
    int code = sf_zip_find_local(file, &at, end, NULL);
    uint64_t cost = at - begin + LOOK;
    on->budget -= cost < on->budget ? cost : on->budget;
    if (code) return false;
    *found = at;
    if (is_entry(on, at)) return true;
    at += 4;
  }
  return false;
}

static void place_entry(walk *on, sf_zip_place *place) {
  int64_t wanted = (int64_t)place->from + on->shift;
  uint64_t found = (uint64_t)wanted;
  bool known = wanted >= 0 && is_entry(on, found);
  if (!known && !search(on, wanted, &found)) return;
  on->shift = (int64_t)(found - place->from);
  on->after = found + SF_ZIP_LOCAL_SIZE;
  place->from = found;
}

static int relocate(walk *on, size_t index, sheaf_error *error) {
  sf_zip_entry entry;
  sf_zip_place *places = on->directory->places;
  // One that makes no sense stays where it is: that is told in time.
  if (places[index].from > INT64_MAX / 4 ||
      sf_zip_entry_at(on->directory, index, &entry, NULL))
    return SHEAF_OK;
  on->name.size = 0;
  sf_buffer_append(&on->name, entry.name.data, entry.name.size);
  if (on->name.failed) return sf_no_memory(error);
  place_entry(on, &places[index]);
  return SHEAF_OK;
}

int sf_zip_relocate(sf_zip_directory *directory, sheaf_error *error) {
  walk on = {.directory = directory,
             .budget = 16 * (sf_file_size(directory->file) + LOOK)};
  int code = SHEAF_OK;
  for (size_t i = 0; !code && i < directory->count; i++) {
    code = relocate(&on, i, error);
    if (i && directory->places[i].from <= directory->places[i - 1].from)
      directory->shuffled = true;
  }
  sf_buffer_clear(&on.name);
  return code;
}
