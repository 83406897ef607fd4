/// What the formats share about members.
#include <string.h>

#include "bundle/bundle.h"

#define PIECE ((size_t)256 << 10)

static bool has_dot_dot(sheaf_bytes name) {
  for (size_t i = 0; i + 1 < name.size; i++) {
    bool starts = i == 0 || name.data[i - 1] == '/' || name.data[i - 1] == '\\';
    char after = i + 2 < name.size ? name.data[i + 2] : '/';
    if (starts && name.data[i] == '.' && name.data[i + 1] == '.' &&
        (after == '/' || after == '\\'))
      return true;
  }
  return false;
}

static bool has_control(sheaf_bytes name) {
  for (size_t i = 0; i < name.size; i++)
    if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f) return true;
  return false;
}

unsigned sf_member_name_flags(sheaf_bytes name) {
  bool absolute =
      name.size > 0 && (name.data[0] == '/' || name.data[0] == '\\');
  bool drive = name.size > 1 && name.data[1] == ':';
  return name.size == 0 || absolute || drive || has_dot_dot(name) ||
                 has_control(name)
             ? SHEAF_MEMBER_UNSAFE_NAME
             : 0;
}

int sf_member_check_size(const sf_source *source, sheaf_bytes name,
                         uint64_t size, sheaf_error *error) {
  if (size <= source->options.max_document) return SHEAF_OK;
  sf_fail(error, SHEAF_ETOOLARGE, source->path,
          "member '%.*s' has %llu bytes, more than the limit of %llu",
          (int)(name.size > 200 ? 200 : name.size), name.data,
          (unsigned long long)size,
          (unsigned long long)source->options.max_document);
  return sf_hint(error, "--max-document raises the limit");
}

int sf_member_copy(sf_file *file, uint64_t offset, uint64_t size,
                   sheaf_sink sink, void *context, uint32_t *crc,
                   sheaf_error *error) {
  while (size > 0) {
    sheaf_bytes piece;
    size_t wanted = size < PIECE ? (size_t)size : PIECE;
    int code = sf_file_view(file, offset, wanted, &piece, error);
    if (code != SHEAF_OK) return code;
    *crc = sf_crc32(*crc, piece.data, piece.size);
    code = sink(context, piece.data, piece.size);
    if (code != 0) return code;
    offset += wanted;
    size -= wanted;
  }
  return SHEAF_OK;
}
