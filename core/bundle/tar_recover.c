/// Tar: blocks, and finding the next header behind damage.
#include "bundle/tar.h"

#define PIECE ((size_t)256 << 10)

int sf_tar_read_block(sf_file *file, uint64_t offset, char block[SF_TAR_BLOCK],
                      sheaf_error *error) {
  sheaf_bytes bytes;
  uint64_t size = sf_file_size(file);
  if (offset >= size) return SHEAF_END;
  size_t wanted = SF_TAR_BLOCK;
  if (wanted > size - offset) wanted = (size_t)(size - offset);
  int code = sf_file_view(file, offset, wanted, &bytes, error);
  if (code) return code;
  memset(block, 0, SF_TAR_BLOCK);
  memcpy(block, bytes.data, wanted);
  return SHEAF_OK;
}

int sf_tar_find_header(sf_file *file, uint64_t from, uint64_t *found,
                       sheaf_error *error) {
  uint64_t end = sf_file_size(file);
  for (*found = from; *found < end && end - *found >= SF_TAR_BLOCK;) {
    sheaf_bytes piece;
    uint64_t left = end - *found;
    size_t wanted = left < PIECE ? (size_t)left : PIECE;
    wanted -= wanted % SF_TAR_BLOCK;
    int code = sf_file_view(file, *found, wanted, &piece, error);
    if (code) return code;
    for (size_t i = 0; i < wanted; i += SF_TAR_BLOCK, *found += SF_TAR_BLOCK)
      if (sf_tar_is_header(piece.data + i)) return SHEAF_OK;
  }
  *found = end;
  return SHEAF_OK;
}
