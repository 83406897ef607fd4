/// Zip: finding the central directory and indexing it. What the end of a zip
/// says of its directory is tried out, not believed.
#include <stdlib.h>
#include <string.h>

#include "bundle/zip.h"

#define END_SIZE     22
#define LOCATOR_SIZE 20
#define END64_SIZE   56
#define COMMENT_MAX  65535

/// What the end of a zip says of its directory.
typedef struct {
  uint64_t at;      // Where the directory ends in the file.
  uint64_t size;    // Of the directory.
  uint64_t offset;  // Of the directory in the archive.
} zip_end;

static bool is_signature(sf_file *file, uint64_t at, const char *signature) {
  sheaf_bytes bytes;
  return sf_file_view(file, at, 4, &bytes, NULL) == SHEAF_OK &&
         memcmp(bytes.data, signature, 4) == 0;
}

// --- The place of the directory --------------------------------------------

// Tells whether a directory at `from` is one: its first record leads to a local
// header when `base` is added.
static bool leads_to_entry(sf_file *file, uint64_t from, uint64_t base) {
  sf_zip_entry entry;
  return sf_zip_read_central(file, from, base, &entry, NULL) == SHEAF_OK &&
         is_signature(file, entry.local, "PK\3\4");
}

// The directory is not where its end says: bytes were lost or added before it.
static bool displace(sf_zip_directory *directory, const zip_end *end,
                     uint64_t from) {
  bool near = end->offset <= INT64_MAX / 4;
  directory->from = from;
  directory->shift = near ? (int64_t)from - (int64_t)end->offset : 0;
  return true;
}

// The first of several readings that the bytes agree with: as it says, with
// bytes before the archive (as a self-extracting one has), with a wrong
// offset, with a wrong size, with a first entry that is lost.
static bool place_directory(sf_zip_directory *directory, const zip_end *end) {
  sf_file *file = directory->file;
  uint64_t from = end->at - end->size;
  bool has_room = end->size <= end->at;
  directory->to = end->at;
  directory->from = from;
  directory->base = 0;
  directory->shift = 0;
  if (has_room && from == end->offset)
    return from == end->at ? from == 0 : is_signature(file, from, "PK\1\2");
  if (has_room && from > end->offset) {
    directory->base = from - end->offset;
    if (leads_to_entry(file, from, directory->base)) return true;
    directory->base = 0;
  }
  if (has_room && leads_to_entry(file, from, 0))
    return displace(directory, end, from);
  directory->from = end->offset;
  if (end->offset < end->at && leads_to_entry(file, end->offset, 0))
    return true;
  return has_room && is_signature(file, from, "PK\1\2") &&
         displace(directory, end, from);
}

// With zip64 the real numbers stand in a record of their own, which a locator
// right before the end points to.
static void read_end64(sf_file *file, zip_end *end) {
  sheaf_bytes bytes;
  if (end->at < LOCATOR_SIZE + END64_SIZE) return;
  uint64_t locator = end->at - LOCATOR_SIZE;
  if (sf_file_view(file, locator, LOCATOR_SIZE, &bytes, NULL) ||
      memcmp(bytes.data, "PK\6\7", 4) != 0)
    return;
  uint64_t at = sf_le64(bytes.data + 8);
  // Bytes before the archive shift it: then it stands before the locator.
  if (at > locator - END64_SIZE || !is_signature(file, at, "PK\6\6"))
    at = locator - END64_SIZE;
  if (sf_file_view(file, at, END64_SIZE, &bytes, NULL) ||
      memcmp(bytes.data, "PK\6\6", 4) != 0)
    return;
  *end = (zip_end){at, sf_le64(bytes.data + 40), sf_le64(bytes.data + 48)};
}

// Tries the end of a zip whose 22 bytes `record` stand at `at`.
static bool try_end(sf_zip_directory *directory, uint64_t at,
                    const char *record) {
  zip_end end = {at, sf_le32(record + 12), sf_le32(record + 16)};
  read_end64(directory->file, &end);
  directory->part = sf_le16(record + 4);
  if (directory->part == UINT16_MAX) directory->part = 0;  // See zip64's.
  return place_directory(directory, &end);
}

// Searches `tail`, the last bytes of the file, backwards for an end whose
// comment ends where the file does; with `anywhere`, for any other.
static bool search_end(sf_zip_directory *directory, sheaf_bytes tail,
                       bool anywhere) {
  uint64_t first = sf_file_size(directory->file) - tail.size;
  for (size_t at = tail.size - END_SIZE + 1; at-- > 0;) {
    const char *record = tail.data + at;
    if (memcmp(record, "PK\5\6", 4) != 0) continue;
    bool exact = at + END_SIZE + sf_le16(record + 20) == tail.size;
    if (exact != anywhere && try_end(directory, first + at, record))
      return true;
  }
  return false;
}

// A comment may hold the signature, and bytes may follow the comment.
static bool find_directory(sf_zip_directory *directory) {
  uint64_t size = sf_file_size(directory->file);
  const size_t most = END_SIZE + COMMENT_MAX;
  size_t wanted = size < most ? (size_t)size : most;
  if (wanted < END_SIZE) return false;
  char *copy = malloc(wanted);  // The search looks at other places.
  sheaf_bytes tail = {copy, wanted};
  bool found =
      copy &&
      sf_file_read(directory->file, size - wanted, copy, wanted, NULL) == 0 &&
      (search_end(directory, tail, false) || search_end(directory, tail, true));
  free(copy);
  return found;
}

bool sf_zip_has_directory(sf_file *file) {
  sf_zip_directory directory = {.file = file};
  return find_directory(&directory) && directory.from < directory.to;
}

// --- The index -------------------------------------------------------------

int sf_zip_add(sf_zip_directory *directory, sf_zip_place place,
               sheaf_error *error) {
  size_t count = directory->count;
  // A power of two, or nothing yet: the array is full.
  if ((count & (count - 1)) == 0) {
    size_t capacity = count ? 2 * count : 1;
    sf_zip_place *grown =
        realloc(directory->places, capacity * sizeof *directory->places);
    if (!grown) return sf_no_memory(error);
    directory->places = grown;
  }
  if (count && place.from <= directory->places[count - 1].from)
    directory->shuffled = true;
  directory->places[directory->count++] = place;
  return SHEAF_OK;
}

static int damaged_at(const sf_zip_directory *directory, uint64_t at,
                      sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, sf_file_path(directory->file),
                 "the zip's directory is damaged at byte %llu",
                 (unsigned long long)at);
}

// Where the entry is that the record at `at`, which begins with `head`, tells
// of.
static sf_zip_place place_of(const sf_zip_directory *directory, uint64_t at,
                             const char *head) {
  uint32_t offset = sf_le32(head + 42);
  if (offset != UINT32_MAX) return (sf_zip_place){at, directory->base + offset};
  sf_zip_entry entry;  // One that needs 64 bits.
  int code =
      sf_zip_read_central(directory->file, at, directory->base, &entry, NULL);
  return (sf_zip_place){at, code ? UINT64_MAX : entry.local};
}

// How many entries there are the bytes decide, not the count that the end
// gives. A digital signature may follow the last record.
static int index_records(sf_zip_directory *directory, sheaf_error *error) {
  uint64_t at = directory->from;
  while (directory->to - at >= SF_ZIP_CENTRAL_SIZE) {
    sheaf_bytes head;
    int code =
        sf_file_view(directory->file, at, SF_ZIP_CENTRAL_SIZE, &head, error);
    if (code) return code;
    if (memcmp(head.data, "PK\1\2", 4) != 0) break;
    uint64_t size = SF_ZIP_CENTRAL_SIZE + (uint64_t)sf_le16(head.data + 28) +
                    sf_le16(head.data + 30) + sf_le16(head.data + 32);
    if (size > directory->to - at) return damaged_at(directory, at, error);
    code = sf_zip_add(directory, place_of(directory, at, head.data), error);
    if (code) return code;
    at += size;
  }
  bool ends = at == directory->to ||
              is_signature(directory->file, at, "PK\5\5") ||
              is_signature(directory->file, at, "PK\6\6");
  return ends ? SHEAF_OK : damaged_at(directory, at, error);
}

int sf_zip_open_directory(sf_zip_directory *directory, sf_file *file,
                          sheaf_error *error) {
  *directory = (sf_zip_directory){.file = file, .records = file};
  int code = SHEAF_EDAMAGED;
  if (find_directory(directory)) code = index_records(directory, error);
  if (!code && directory->shift) code = sf_zip_relocate(directory, error);
  bool damaged = code == SHEAF_EDAMAGED;
  // Entries that this directory knows nothing of: another zip stands before
  // it, or it is not the file's own. All are read, by their local headers.
  bool knows_all = directory->count > 0 && directory->base == 0;
  if (!code && !knows_all && is_signature(file, 0, "PK\3\4"))
    code = SHEAF_EDAMAGED;
  if (code != SHEAF_EDAMAGED) return code;
  sf_zip_clear_directory(directory);
  directory->file = file;
  directory->damaged = damaged;
  return sf_zip_recover(directory, error);
}

void sf_zip_clear_directory(sf_zip_directory *directory) {
  sf_file_close(directory->memory);
  sf_buffer_clear(&directory->rebuilt);
  free(directory->places);
  free(directory->starts);
  *directory = (sf_zip_directory){0};
}

int sf_zip_entry_at(const sf_zip_directory *directory, size_t index,
                    sf_zip_entry *entry, sheaf_error *error) {
  const sf_zip_place *place = &directory->places[index];
  int code = sf_zip_read_central(directory->records, place->record,
                                 directory->base, entry, error);
  if (!code) entry->local = place->from;  // It may have been found again.
  return code;
}
