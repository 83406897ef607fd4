/// Tar: pax's extended headers, record by record, so that their size costs no
/// memory.
#include <inttypes.h>

#include "bundle/tar.h"

#define HEAD        ((size_t)4096)  // Of a record: its length and its key.
#define NUMBER_MOST ((size_t)40)    // Characters of a number.

// --- Records ---------------------------------------------------------------

static int malformed(uint64_t at, const char *why, sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL,
                 "the record of its pax header at byte %" PRIu64 " %s", at,
                 why);
}

bool sf_tar_take_decimal(sheaf_bytes *text, uint64_t *number) {
  size_t i = 0;
  *number = 0;
  for (; i < text->size && text->data[i] >= '0' && text->data[i] <= '9'; i++) {
    if (*number > (uint64_t)INT64_MAX / 10 - 1) return false;
    *number = *number * 10 + (uint64_t)(text->data[i] - '0');
  }
  text->data += i;
  text->size -= i;
  return i > 0;
}

// "LENGTH KEY=VALUE\n", where LENGTH counts all of it.
int sf_tar_next_record(sf_file *file, uint64_t *at, uint64_t end,
                       sf_tar_record *record, sheaf_error *error) {
  uint64_t left = end - *at, length;
  if (left == 0) return SHEAF_END;
  sheaf_bytes head, text;
  int code =
      sf_file_view(file, *at, left < HEAD ? (size_t)left : HEAD, &head, error);
  if (code) return code;
  // Some writers fill the header up with zeros.
  if (head.data[0] == '\0') return SHEAF_END;
  text = head;
  if (!sf_tar_take_decimal(&text, &length) || text.size == 0 ||
      text.data[0] != ' ')
    return malformed(*at, "has no length", error);
  const char *key = text.data + 1;
  size_t before = (size_t)(key - head.data);
  if (length > left || length < before + 2)
    return malformed(*at, "has a length that cannot be", error);
  if (head.size > length) head.size = (size_t)length;
  const char *equals = memchr(key, '=', head.size - before);
  if (!equals) return malformed(*at, "has no key", error);
  size_t key_size = (size_t)(equals - key);
  if (key_size >= sizeof record->key) key_size = sizeof record->key - 1;
  memcpy(record->key, key, key_size);
  record->key[key_size] = '\0';
  record->at = *at;
  record->from = *at + (size_t)(equals + 1 - head.data);
  code = sf_file_view(file, *at + length - 1, 1, &head, error);
  if (code) return code;
  if (head.data[0] != '\n' || *at + length <= record->from)
    return malformed(*at, "does not end in a line feed", error);
  record->size = *at + length - 1 - record->from;
  *at += length;
  return SHEAF_OK;
}

// --- Values ----------------------------------------------------------------

int sf_tar_read_text(sf_file *file, uint64_t from, uint64_t size, unsigned max,
                     bool ends, sf_buffer *out, sheaf_error *error) {
  sheaf_bytes text;
  size_t most = (size_t)max + 1;
  out->size = 0;
  int code =
      sf_file_view(file, from, size < most ? (size_t)size : most, &text, error);
  if (code) return code;
  if (ends) text.size = strnlen(text.data, text.size);
  sf_buffer_append(out, text.data, text.size);
  return out->failed ? sf_no_memory(error) : SHEAF_OK;
}

// Views the value of a record as a number of characters that a number has.
static int view_number(sf_file *file, const sf_tar_record *record,
                       sheaf_bytes *text, sheaf_error *error) {
  if (record->size > NUMBER_MOST)
    return malformed(record->from, "has a number that is too long", error);
  return sf_file_view(file, record->from, (size_t)record->size, text, error);
}

static int read_size(sf_file *file, const sf_tar_record *record,
                     uint64_t *number, sheaf_error *error) {
  sheaf_bytes text;
  int code = view_number(file, record, &text, error);
  if (code) return code;
  if (sf_tar_take_decimal(&text, number) && text.size == 0) return SHEAF_OK;
  return malformed(record->from, "has a size that is no number", error);
}

// Seconds, possibly below 0 and with a fraction, which is left out. False for
// what is no time: that makes nobody doubt the content.
static bool read_time(sf_file *file, const sf_tar_record *record,
                      int64_t *modified) {
  sheaf_bytes text;
  uint64_t number;
  if (view_number(file, record, &text, NULL)) return false;
  bool negative = text.size > 0 && text.data[0] == '-';
  text.data += negative;
  text.size -= negative;
  if (!sf_tar_take_decimal(&text, &number) ||
      (text.size > 0 && text.data[0] != '.'))
    return false;
  *modified = negative ? -(int64_t)number : (int64_t)number;
  return true;
}

// --- What the records mean -------------------------------------------------

static bool is_key(const sf_tar_record *record, const char *key) {
  return strcmp(record->key, key) == 0;
}

// An empty value takes back what an earlier header said.
static int take_size(sf_file *file, const sf_tar_record *record, bool *has,
                     uint64_t *size, sheaf_error *error) {
  *has = record->size > 0;
  return *has ? read_size(file, record, size, error) : SHEAF_OK;
}

static void take_time(sf_file *file, const sf_tar_record *record,
                      sf_tar_extension *extension) {
  extension->has_modified =
      record->size > 0 && read_time(file, record, &extension->modified);
}

// Notes where the map of a sparse file is. The pairs of 0.0 begin with the
// first offset and may go on to the end of the header.
static void take_map(const sf_tar_record *record, uint64_t end,
                     sf_tar_extension *extension) {
  bool list = is_key(record, "GNU.sparse.map");
  if (!list && extension->sparse == SF_TAR_PAX_PAIRS) return;
  extension->sparse = list ? SF_TAR_PAX_LIST : SF_TAR_PAX_PAIRS;
  extension->map = list ? record->from : record->at;
  extension->map_size = list ? record->size : end - record->at;
}

static int take_sparse(sf_file *file, const sf_tar_record *record,
                       unsigned max_name, uint64_t end,
                       sf_tar_extension *extension, sheaf_error *error) {
  uint64_t major;
  if (is_key(record, "GNU.sparse.name")) {
    extension->has_sparse_name = true;
    return sf_tar_read_text(file, record->from, record->size, max_name, false,
                            &extension->name, error);
  }
  if (is_key(record, "GNU.sparse.size") ||
      is_key(record, "GNU.sparse.realsize"))
    return take_size(file, record, &extension->has_real_size,
                     &extension->real_size, error);
  if (is_key(record, "GNU.sparse.map") || is_key(record, "GNU.sparse.offset"))
    take_map(record, end, extension);
  if (!is_key(record, "GNU.sparse.major")) return SHEAF_OK;
  int code = read_size(file, record, &major, error);
  if (!code && major == 1) extension->sparse = SF_TAR_PAX_LINES;
  return code;
}

static int take_record(sf_file *file, const sf_tar_record *record,
                       unsigned max_name, uint64_t end,
                       sf_tar_extension *extension, sheaf_error *error) {
  if (is_key(record, "path"))
    return extension->has_sparse_name
               ? SHEAF_OK
               : sf_tar_read_text(file, record->from, record->size, max_name,
                                  false, &extension->name, error);
  if (is_key(record, "linkpath"))
    return sf_tar_read_text(file, record->from, record->size, max_name, false,
                            &extension->link, error);
  if (is_key(record, "size"))
    return take_size(file, record, &extension->has_size, &extension->size,
                     error);
  if (is_key(record, "mtime")) take_time(file, record, extension);
  return take_sparse(file, record, max_name, end, extension, error);
}

int sf_tar_read_pax(sf_file *file, uint64_t from, uint64_t size,
                    unsigned max_name, sf_tar_extension *extension,
                    sheaf_error *error) {
  sf_tar_record record;
  uint64_t at = from, end = from + size;
  for (;;) {
    int code = sf_tar_next_record(file, &at, end, &record, error);
    if (!code)
      code = take_record(file, &record, max_name, end, extension, error);
    if (code) return code == SHEAF_END ? SHEAF_OK : code;
  }
}
