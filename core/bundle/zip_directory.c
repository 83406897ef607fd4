/// Zip: finding the central directory and indexing it.
#include <stdlib.h>
#include <string.h>

#include "bundle/zip.h"

#define END_SIZE     22
#define LOCATOR_SIZE 20
#define END64_SIZE   56
#define COMMENT_MAX  65535

// What the end of the central directory says.
typedef struct {
  uint64_t at;      // Where the directory must end in the file.
  uint64_t size;    // Of the directory.
  uint64_t offset;  // Of the directory in the archive.
} directory_end;

int sf_zip_add_offset(sf_zip_directory *directory, uint64_t offset,
                      sheaf_error *error) {
  size_t count = directory->count;
  // A power of two, or nothing yet: the array is full.
  if ((count & (count - 1)) == 0) {
    size_t capacity = count ? 2 * count : 1;
    uint64_t *grown =
        realloc(directory->offsets, capacity * sizeof *directory->offsets);
    if (!grown) return sf_no_memory(error);
    directory->offsets = grown;
  }
  directory->offsets[directory->count++] = offset;
  return SHEAF_OK;
}

// --- The end of the central directory --------------------------------------

// With zip64 the real numbers stand in a record of their own, which a locator
// right before the end points to.
static bool read_end64(sf_file *file, directory_end *end) {
  sheaf_bytes bytes;
  if (end->at < LOCATOR_SIZE ||
      sf_file_view(file, end->at - LOCATOR_SIZE, LOCATOR_SIZE, &bytes, NULL) ||
      memcmp(bytes.data, "PK\6\7", 4) != 0)
    return false;
  uint64_t offset = sf_le64(bytes.data + 8);
  uint64_t before = end->at - LOCATOR_SIZE;
  // Bytes in front of the archive shift it: then it stands before the locator.
  if (sf_file_view(file, offset, END64_SIZE, &bytes, NULL) ||
      memcmp(bytes.data, "PK\6\6", 4) != 0) {
    offset = before < END64_SIZE ? 0 : before - END64_SIZE;
    if (sf_file_view(file, offset, END64_SIZE, &bytes, NULL) ||
        memcmp(bytes.data, "PK\6\6", 4) != 0)
      return false;
  }
  end->at = offset;
  end->size = sf_le64(bytes.data + 40);
  end->offset = sf_le64(bytes.data + 48);
  return true;
}

// Tries the signature at `at`: a directory must end right before it and begin
// with a record, or be empty.
static bool try_end(sf_file *file, uint64_t at, const char *record,
                    directory_end *end) {
  sheaf_bytes bytes;
  *end = (directory_end){at, sf_le32(record + 12), sf_le32(record + 16)};
  read_end64(file, end);
  if (end->size > end->at) return false;
  if (end->size == 0) return true;
  return sf_file_view(file, end->at - end->size, 4, &bytes, NULL) == SHEAF_OK &&
         memcmp(bytes.data, "PK\1\2", 4) == 0;
}

static bool find_end(sf_file *file, directory_end *end) {
  uint64_t size = sf_file_size(file);
  size_t tail =
      size < END_SIZE + COMMENT_MAX ? (size_t)size : END_SIZE + COMMENT_MAX;
  sf_buffer copy = {0};
  sheaf_bytes bytes;
  bool found = false;
  if (tail < END_SIZE ||
      sf_file_view(file, size - tail, tail, &bytes, NULL) != SHEAF_OK)
    return false;
  // The attempts look at other places of the file: keep what is searched.
  sf_buffer_append(&copy, bytes.data, bytes.size);
  for (size_t at = tail - END_SIZE + 1; at-- > 0 && !found && !copy.failed;)
    if (memcmp(copy.data + at, "PK\5\6", 4) == 0)
      found = try_end(file, size - tail + at, copy.data + at, end);
  sf_buffer_clear(&copy);
  return found;
}

// --- Overlap ---------------------------------------------------------------

typedef struct {
  uint64_t from, to;
  size_t index;
} extent;

static int compare_extents(const void *left, const void *right) {
  const extent *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

static int list_extents(const sf_zip_directory *directory, extent *extents,
                        sheaf_error *error) {
  for (size_t i = 0; i < directory->count; i++) {
    sf_zip_entry entry;
    int code = sf_zip_entry_at(directory, i, &entry, error);
    if (code != SHEAF_OK) return code;
    uint64_t room = UINT64_MAX - entry.local;
    extents[i] = (extent){
        entry.local,
        entry.local + (entry.packed_size < room ? entry.packed_size : room), i};
  }
  return SHEAF_OK;
}

// Entries that share data make small bombs (D. Fifield, "A better zip bomb",
// 2019). They show in that the sizes add up to more than the file.
static int find_overlaps(sf_zip_directory *directory, sheaf_error *error) {
  if (directory->packed <= sf_file_size(directory->file)) return SHEAF_OK;
  extent *extents = calloc(directory->count, sizeof *extents);
  directory->overlaps = calloc(directory->count, 1);
  int code = extents && directory->overlaps
                 ? list_extents(directory, extents, error)
                 : sf_no_memory(error);
  if (code == SHEAF_OK) {
    uint64_t end = 0;
    qsort(extents, directory->count, sizeof *extents, compare_extents);
    for (size_t i = 0; i < directory->count; i++) {
      directory->overlaps[extents[i].index] = extents[i].from < end;
      if (extents[i].to > end) end = extents[i].to;
    }
  }
  free(extents);
  return code;
}

// --- The index -------------------------------------------------------------

static void add_packed(sf_zip_directory *directory, uint64_t size) {
  bool fits = size <= UINT64_MAX - directory->packed;
  directory->packed = fits ? directory->packed + size : UINT64_MAX;
}

static int index_records(sf_zip_directory *directory, uint64_t at, uint64_t end,
                         sheaf_error *error) {
  while (at < end) {
    sf_zip_entry entry;
    int code =
        sf_zip_central(directory->file, at, directory->base, &entry, error);
    if (code == SHEAF_OK) code = sf_zip_add_offset(directory, at, error);
    if (code != SHEAF_OK) return code;
    add_packed(directory, entry.packed_size);
    at += entry.record_size;
  }
  return SHEAF_OK;
}

// The count of entries that the end gives is not asked: the bytes decide.
static int read_directory(sf_zip_directory *directory, const directory_end *end,
                          sheaf_error *error) {
  uint64_t start = end->at - end->size;
  // Bytes in front of the archive, as in a self-extracting one.
  directory->base = start > end->offset ? start - end->offset : 0;
  return index_records(directory, start, end->at, error);
}

int sf_zip_directory_find(sf_zip_directory *directory, sf_file *file,
                          sheaf_error *error) {
  directory_end end;
  *directory = (sf_zip_directory){.file = file};
  int code = find_end(file, &end)
                 ? read_directory(directory, &end, error)
                 : sf_fail(error, SHEAF_EDAMAGED, sf_file_path(file),
                           "it has no central directory");
  if (code != SHEAF_OK) sf_zip_directory_clear(directory);
  return code;
}

int sf_zip_directory_read(sf_zip_directory *directory, sf_file *file,
                          sheaf_error *error) {
  int code = sf_zip_directory_find(directory, file, error);
  if (code == SHEAF_EDAMAGED || code == SHEAF_ETRUNCATED) {
    *directory = (sf_zip_directory){.file = file, .recovered = true};
    code = sf_zip_recover(directory, error);
  }
  if (code == SHEAF_OK && directory->count)
    code = find_overlaps(directory, error);
  if (code != SHEAF_OK) sf_zip_directory_clear(directory);
  return code;
}

void sf_zip_directory_clear(sf_zip_directory *directory) {
  free(directory->offsets);
  free(directory->overlaps);
  *directory = (sf_zip_directory){0};
}

int sf_zip_entry_at(const sf_zip_directory *directory, size_t index,
                    sf_zip_entry *entry, sheaf_error *error) {
  uint64_t offset = directory->offsets[index];
  if (directory->recovered)
    return sf_zip_local(directory->file, offset, entry, error);
  return sf_zip_central(directory->file, offset, directory->base, entry, error);
}
