/// Zip without its central directory: the entries are found again by their
/// local headers.
#include <string.h>

#include "bundle/zip.h"

#define PIECE ((size_t)256 << 10)

// Finds the next local header at or after `*at`. SHEAF_END when there is none.
static int find_header(sf_file *file, uint64_t *at, sheaf_error *error) {
  uint64_t size = sf_file_size(file);
  while (size - *at >= 4) {
    sheaf_bytes piece;
    size_t wanted = size - *at < PIECE ? (size_t)(size - *at) : PIECE;
    int code = sf_file_view(file, *at, wanted, &piece, error);
    if (code != SHEAF_OK) return code;
    const char *found = memmem(piece.data, piece.size, "PK\3\4", 4);
    if (found) {
      *at += (uint64_t)(found - piece.data);
      return SHEAF_OK;
    }
    // The signature may stand across the end of the piece.
    *at += wanted - 3;
  }
  return SHEAF_END;
}

int sf_zip_recover(sf_zip_directory *directory, sheaf_error *error) {
  sf_file *file = directory->file;
  uint64_t at = 0;
  int code;
  while ((code = find_header(file, &at, error)) == SHEAF_OK) {
    sf_zip_entry entry;
    if (sf_zip_local(file, at, &entry, NULL) != SHEAF_OK) {
      at += 4;
      continue;
    }
    code = sf_zip_add_offset(directory, at, error);
    if (code != SHEAF_OK) return code;
    at += entry.record_size;
    uint64_t left = sf_file_size(file) - at;
    // Where the size is not known yet, the next header must be searched for.
    if (entry.packed_size <= left) at += entry.packed_size;
  }
  if (code != SHEAF_END) return code;
  if (directory->count) return SHEAF_OK;
  return sf_fail(error, SHEAF_EDAMAGED, sf_file_path(file),
                 "it begins as a zip does, but has no central directory and "
                 "no entry");
}
