/// What the formats share about members.
#include <inttypes.h>
#include <string.h>

#include "bundle/bundle.h"

#define PIECE      ((size_t)256 << 10)
#define NAME_SHOWN 200

// --- Names -----------------------------------------------------------------

static bool is_separator(char c) {
  return c == '/' || c == '\\';
}

static bool has_dot_dot(sheaf_bytes name) {
  for (size_t i = 0; i + 1 < name.size; i++) {
    if (name.data[i] != '.' || name.data[i + 1] != '.') continue;
    bool starts = i == 0 || is_separator(name.data[i - 1]);
    bool ends = i + 2 == name.size || is_separator(name.data[i + 2]);
    if (starts && ends) return true;
  }
  return false;
}

static bool has_control(sheaf_bytes name) {
  for (size_t i = 0; i < name.size; i++)
    if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f) return true;
  return false;
}

static bool is_dot(sheaf_bytes name) {
  return name.size == 1 && name.data[0] == '.';
}

unsigned sf_member_name_flags(sheaf_bytes name) {
  bool absolute = name.size > 0 && is_separator(name.data[0]);
  bool drive = name.size > 1 && name.data[1] == ':';
  bool unsafe = name.size == 0 || is_dot(name) || absolute || drive ||
                has_dot_dot(name) || has_control(name);
  return unsafe ? SHEAF_MEMBER_UNSAFE_NAME : 0;
}

bool sf_member_counts(const sheaf_member *member) {
  return member->type != SHEAF_MEMBER_FOLDER &&
         member->type != SHEAF_MEMBER_RECORD;
}

// --- Errors ----------------------------------------------------------------

int sf_member_check_size(const sf_source *source, uint64_t size,
                         const char *what, sheaf_error *error) {
  uint64_t limit = source->options.max_document;
  if (size <= limit) return SHEAF_OK;
  sf_fail(error, SHEAF_ETOOLARGE, source->path,
          "%" PRIu64 " %s, more than the limit of %" PRIu64, size, what, limit);
  return sf_hint(error, "--max-document raises the limit");
}

// Whole pages of zeros are honest up to a point; a bomb is beyond it.
int sf_member_check_ratio(const sf_source *source, uint64_t packed,
                          uint64_t size, sheaf_error *error) {
  unsigned most = source->options.max_ratio;
  if (most == 0 || size <= SF_RATIO_FREE || size / most <= packed)
    return SHEAF_OK;
  sf_fail(error, SHEAF_ETOOLARGE, NULL,
          "its %" PRIu64 " packed bytes are said to unpack to %" PRIu64
          ", over the limit of %u times",
          packed, size, most);
  return sf_hint(error, "--max-ratio raises the limit");
}

int sf_member_fail(const sf_source *source, const sheaf_member *member,
                   int code, sheaf_error *error) {
  sheaf_error inner = *error;
  sheaf_bytes name = member->name;
  int shown = name.size < NAME_SHOWN ? (int)name.size : NAME_SHOWN;
  if (source->file && !name.size)  // Mostly what is no member at all.
    sf_fail(error, code, source->path, "at byte %" PRIu64 ": %s",
            member->offset, inner.why);
  else if (source->file)
    sf_fail(error, code, source->path, "member '%.*s' at byte %" PRIu64 ": %s",
            shown, name.data, member->offset, inner.why);
  else
    sf_fail(error, code, source->path, "member '%.*s': %s", shown, name.data,
            inner.why);
  memcpy(error->hint, inner.hint, sizeof error->hint);
  return code;
}

int sf_member_missing(const sf_source *source, uint64_t ordinal, uint64_t count,
                      sheaf_error *error) {
  return sf_fail(error, SHEAF_ENOMEMBER, source->path,
                 "there is no member number %" PRIu64 ", only %" PRIu64,
                 ordinal, count);
}

// --- Content ---------------------------------------------------------------

int sf_member_copy(sf_file *file, uint64_t offset, uint64_t size,
                   sheaf_sink sink, void *context, sheaf_error *error) {
  while (size > 0) {
    sheaf_bytes piece;
    size_t wanted = size < PIECE ? (size_t)size : PIECE;
    int code = sf_file_view_some(file, offset, wanted, &piece, error);
    if (!code) code = sink(context, piece.data, piece.size);
    if (code) return code;
    offset += piece.size;
    size -= piece.size;
  }
  return SHEAF_OK;
}
