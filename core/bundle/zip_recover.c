/// Zip without its central directory: the entries are found again by their
/// local headers, and a directory is made of them anew, in memory.
#include <string.h>

#include "bundle/zip.h"

#define PIECE           ((size_t)256 << 10)
#define DESCRIPTOR_SIZE 24  // At most, with its signature.

/// What "PK" and two bytes more announce.
typedef enum { NOTHING, LOCAL, DIRECTORY, DESCRIPTOR } signature;

/// How far the walk has come.
typedef struct {
  sf_zip_directory *directory;
  sf_file *file;
  uint64_t at;
  uint64_t end;   // Of the file.
  bool complete;  // The directory, or a part of it, follows the last entry.
} walk;

// --- Signatures ------------------------------------------------------------

static signature signature_of(const char *p) {
  if (p[0] != 'P' || p[1] != 'K') return NOTHING;
  if (p[2] == 3 && p[3] == 4) return LOCAL;
  if (p[2] == 7 && p[3] == 8) return DESCRIPTOR;
  bool directory = (p[2] == 1 && p[3] == 2) ||             // A record of it,
                   (p[2] == 5 && p[3] == 6) ||             // its end,
                   (p[2] == 6 && p[3] >= 6 && p[3] <= 8);  // and zip64's.
  return directory ? DIRECTORY : NOTHING;
}

static signature signature_at(const walk *on, uint64_t at) {
  sheaf_bytes bytes;
  if (sf_file_view(on->file, at, 4, &bytes, NULL) != SHEAF_OK) return NOTHING;
  return signature_of(bytes.data);
}

static const char *find_in(sheaf_bytes piece, signature *found) {
  const char *p = piece.data, *last = piece.data + piece.size - 4;
  while (p <= last && (p = memchr(p, 'P', (size_t)(last - p) + 1))) {
    *found = signature_of(p);
    if (*found != NOTHING) return p;
    p++;
  }
  return NULL;
}

// Moves `*at` to the next signature. NOTHING, and to the end, where none is.
static int find_signature(const walk *on, uint64_t *at, signature *found,
                          sheaf_error *error) {
  *found = NOTHING;
  while (on->end - *at >= 4) {
    sheaf_bytes piece;
    uint64_t left = on->end - *at;
    size_t wanted = left < PIECE ? (size_t)left : PIECE;
    int code = sf_file_view(on->file, *at, wanted, &piece, error);
    if (code) return code;
    const char *p = find_in(piece, found);
    if (p) {
      *at += (uint64_t)(p - piece.data);
      return SHEAF_OK;
    }
    // One may stand across the end of the piece.
    *at += wanted - 3;
  }
  *at = on->end;
  return SHEAF_OK;
}

int sf_zip_find_local(sf_file *file, uint64_t *at, uint64_t end,
                      sheaf_error *error) {
  const walk on = {.file = file, .end = end};
  signature found;
  for (; *at < on.end; *at += 4) {
    int code = find_signature(&on, at, &found, error);
    if (code || found == LOCAL) return code;
    if (found == NOTHING) break;
  }
  return SHEAF_END;
}

// --- Where an entry ends ---------------------------------------------------

// True where something that belongs between entries begins, or nothing does.
static bool is_boundary(const walk *on, uint64_t at) {
  return at == on->end || signature_at(on, at) != NOTHING;
}

// Reads a data descriptor at `at`, whose `skip` first bytes are a signature,
// if it fits the entry whose data begin at `data` and end before it.
static bool read_descriptor(const walk *on, uint64_t at, uint64_t data,
                            size_t skip, uint64_t *end, sf_zip_entry *entry) {
  sheaf_bytes bytes;
  uint64_t left = on->end - at, packed = at - data;
  size_t size = left < DESCRIPTOR_SIZE ? (size_t)left : DESCRIPTOR_SIZE;
  if (sf_file_view(on->file, at, size, &bytes, NULL)) return false;
  const char *p = bytes.data + skip;
  bool narrow = size >= skip + 12 && sf_le32(p + 4) == packed;
  bool wide = size >= skip + 20 && sf_le64(p + 4) == packed;
  if (!narrow && !wide) return false;
  uint32_t crc32 = sf_le32(p), size32 = narrow ? sf_le32(p + 8) : 0;
  uint64_t size64 = wide ? sf_le64(p + 12) : 0;
  // Both fit where the upper half of a wide number looks like a size of 0.
  if (narrow && wide) wide = is_boundary(on, at + skip + 20);
  entry->crc32 = crc32;
  entry->packed_size = packed;
  entry->size = wide ? size64 : size32;
  *end = at + skip + (wide ? 20 : 12);
  return true;
}

// The descriptor before `at` has no signature: it is known by its end.
static bool read_bare_descriptor(const walk *on, uint64_t at, uint64_t data,
                                 sf_zip_entry *entry) {
  uint64_t end;
  return (at - data >= 12 &&
          read_descriptor(on, at - 12, data, 0, &end, entry) && end == at) ||
         (at - data >= 20 &&
          read_descriptor(on, at - 20, data, 0, &end, entry) && end == at);
}

// Searches for the end of an entry whose size stands behind its data, or is
// wrong. SHEAF_END when the file ends before.
static int search_end(const walk *on, uint64_t data, uint64_t *end,
                      sf_zip_entry *entry, sheaf_error *error) {
  for (uint64_t at = data;; at++) {
    signature found;
    int code = find_signature(on, &at, &found, error);
    if (code) return code;
    *end = at;
    if (found == DESCRIPTOR) {
      if (read_descriptor(on, at, data, 4, end, entry)) return SHEAF_OK;
      continue;
    }
    if (read_bare_descriptor(on, at, data, entry)) return SHEAF_OK;
    entry->packed_size = at - data;
    return found == NOTHING ? SHEAF_END : SHEAF_OK;
  }
}

static int find_end(const walk *on, uint64_t *end, sf_zip_entry *entry,
                    sheaf_error *error) {
  uint64_t data = entry->local + entry->record_size;
  bool later = entry->flags & SF_ZIP_DESCRIPTOR;
  bool known = !later || entry->packed_size != 0;
  bool fits = entry->packed_size <= on->end - data;
  if (!later && !fits) {
    *end = on->end;
    return SHEAF_END;
  }
  uint64_t declared = data + entry->packed_size;
  *end = declared;
  if (known && fits && is_boundary(on, declared)) return SHEAF_OK;
  sf_zip_entry tried = *entry;
  int code = search_end(on, data, end, &tried, error);
  if (code < 0) return code;
  // Nothing speaks against the size but something unknown behind the data.
  if (known && fits && *end > declared) {
    *end = declared;
    return SHEAF_OK;
  }
  *entry = tried;
  return code;
}

// --- The new directory -----------------------------------------------------

static int add_entry(const walk *on, const sf_zip_entry *entry,
                     sheaf_error *error) {
  sf_buffer *records = &on->directory->rebuilt;
  const sf_zip_place place = {records->size, entry->local};
  sf_zip_write_central(records, entry);
  if (records->failed) return sf_no_memory(error);
  return sf_zip_add(on->directory, place, error);
}

// The entry that the file ends in, as far as it is known.
static int add_cut(const walk *on, const sf_zip_entry *entry,
                   sheaf_error *error) {
  on->directory->cut = true;
  return add_entry(on, entry, error);
}

// Adds the entry at `on->at` and goes to its end.
static int take_entry(walk *on, sheaf_error *error) {
  sf_zip_entry entry, ending;
  uint64_t end = 0;
  int code = sf_zip_read_local(on->file, on->at, &entry, error);
  if (code == SHEAF_ETRUNCATED) {
    entry = (sf_zip_entry){.name = {"", 0}, .local = on->at};
    on->at = on->end;
    return add_cut(on, &entry, error);
  }
  if (code) return code;
  ending = entry;
  int found = find_end(on, &end, &ending, error);
  if (found < 0) return found;
  // The search has used the file: the texts must be viewed again.
  code = sf_zip_read_local(on->file, on->at, &entry, error);
  if (code) return code;
  entry.crc32 = ending.crc32;
  entry.packed_size = ending.packed_size;
  entry.size = ending.size;
  // Which system made it is not known. Unix: look whether a name is UTF-8.
  entry.made_by = 3 << 8;
  on->at = end;
  return found == SHEAF_END ? add_cut(on, &entry, error)
                            : add_entry(on, &entry, error);
}

static int walk_entries(walk *on, sheaf_error *error) {
  while (!on->directory->cut) {
    signature found;
    int code = find_signature(on, &on->at, &found, error);
    if (code) return code;
    if (found == NOTHING) break;
    on->complete = found == DIRECTORY || (on->complete && found != LOCAL);
    if (found == LOCAL)
      code = take_entry(on, error);
    else
      on->at += 4;
    if (code) return code;
  }
  return SHEAF_OK;
}

int sf_zip_recover(sf_zip_directory *directory, sheaf_error *error) {
  walk on = {.directory = directory,
             .file = directory->file,
             .end = sf_file_size(directory->file)};
  int code = walk_entries(&on, error);
  if (code) return code;
  const sf_zip_entry lost = {.name = {"", 0}, .local = on.end};
  // No member is whole, or more of them may have followed.
  if (!on.complete && !directory->cut) code = add_cut(&on, &lost, error);
  if (code) return code;
  code = sf_file_memory(&directory->memory, sf_file_path(directory->file),
                        sf_buffer_bytes(&directory->rebuilt), error);
  directory->records = directory->memory;
  return code;
}
