/// Tar: the content of an entry. Of a sparse file the archive has pieces only,
/// and a map that tells where they belong; zeros are between them.
#include <inttypes.h>
#include <stdlib.h>

#include "bundle/tar.h"

#define EXTENTS_MOST ((size_t)1 << 20)
#define LINE_MOST    ((size_t)32)  // Characters of a number in a map.
#define ZEROS        ((size_t)16 << 10)
#define KEPT         ((size_t)8 << 20)  // Memory kept for the next entry.

// GNU tar's map in its blocks: pairs of numbers of 12 bytes.
enum {
  NUMBER = 12,
  IN_HEADER = 386,
  PAIRS_IN_HEADER = 4,
  PAIRS_IN_BLOCK = 21,
  MORE_IN_HEADER = 482,
  MORE_IN_BLOCK = 504
};

/// A piece of a sparse file that is in the archive.
typedef struct {
  uint64_t from;  // Of the content.
  uint64_t size;
} extent;

/// The pieces of an entry's content, in their order.
typedef struct {
  extent *extents;
  size_t count;
  uint64_t end;     // Of the last one in the content.
  uint64_t stored;  // Bytes of all of them.
  uint64_t data;    // Where they begin in the file,
  uint64_t left;    // and how many bytes are there.
  uint64_t size;    // Of the content.
} map;

// --- The map ---------------------------------------------------------------

static int bad_map(const char *why, sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL, "the map of the sparse file %s",
                 why);
}

static int add_extent(map *sparse, uint64_t from, uint64_t size,
                      sheaf_error *error) {
  size_t count = sparse->count;
  if (from < sparse->end) return bad_map("goes backwards", error);
  if (from > sparse->size || size > sparse->size - from)
    return bad_map("reaches beyond the file's size", error);
  if (size > sparse->left - sparse->stored)
    return bad_map("has more bytes than the archive", error);
  if (size == 0) return SHEAF_OK;
  if (count == EXTENTS_MOST) return bad_map("has too many pieces", error);
  // A power of two, or nothing yet: the array is full.
  if ((count & (count - 1)) == 0) {
    size_t capacity = count ? 2 * count : 1;
    extent *grown = realloc(sparse->extents, capacity * sizeof *grown);
    if (!grown) return sf_no_memory(error);
    sparse->extents = grown;
  }
  sparse->extents[sparse->count++] = (extent){from, size};
  sparse->end = from + size;
  sparse->stored += size;
  return SHEAF_OK;
}

// Reads pairs up to one that is empty or the last.
static int read_pairs(map *sparse, const char *pairs, int count,
                      sheaf_error *error) {
  for (int i = 0; i < count; i++) {
    const char *pair = pairs + (ptrdiff_t)i * 2 * NUMBER;
    int64_t from, size;
    if (pair[0] == '\0') return SHEAF_OK;
    if (!sf_tar_number(pair, NUMBER, &from) || from < 0 ||
        !sf_tar_number(pair + NUMBER, NUMBER, &size) || size < 0)
      return bad_map("has something that is no number", error);
    int code = add_extent(sparse, (uint64_t)from, (uint64_t)size, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

static int read_gnu_map(map *sparse, sf_file *file, const sf_tar_entry *entry,
                        sheaf_error *error) {
  char block[SF_TAR_BLOCK];
  uint64_t at = entry->header;
  int code = sf_tar_read_block(file, at, block, error);
  if (!code)
    code = read_pairs(sparse, block + IN_HEADER, PAIRS_IN_HEADER, error);
  bool more = block[MORE_IN_HEADER] != '\0';
  while (!code && more) {
    at += SF_TAR_BLOCK;
    code = sf_tar_read_block(file, at, block, error);
    if (!code) code = read_pairs(sparse, block, PAIRS_IN_BLOCK, error);
    more = block[MORE_IN_BLOCK] != '\0';
  }
  return code;
}

// Lines that begin with '#' are comments.
static int skip_comments(sf_file *file, uint64_t *at, uint64_t end,
                         sheaf_error *error) {
  sheaf_bytes byte;
  bool within = false;
  for (; *at < end; ++*at) {
    int code = sf_file_view(file, *at, 1, &byte, error);
    if (code) return code;
    bool ends = within && *byte.data == '\n';
    if (!within && *byte.data != '#') break;
    within = !ends;
  }
  return SHEAF_OK;
}

// Reads the decimal number at `*at` and steps behind it and the comma or line
// feed that ends it. The text may end with the number, too.
static int read_number(sf_file *file, uint64_t *at, uint64_t end,
                       uint64_t *number, sheaf_error *error) {
  sheaf_bytes text;
  int code = skip_comments(file, at, end, error);
  if (code) return code;
  size_t most = end - *at < LINE_MOST ? (size_t)(end - *at) : LINE_MOST;
  code = sf_file_view(file, *at, most, &text, error);
  if (code) return code;
  bool is_number = sf_tar_take_decimal(&text, number);
  *at += most - text.size;
  bool more = *at < end;
  if (!is_number || (more && text.size == 0) ||
      (more && text.data[0] != ',' && text.data[0] != '\n'))
    return bad_map("has something that is no number", error);
  *at += more;
  return SHEAF_OK;
}

static int read_decimal_extent(map *sparse, sf_file *file, uint64_t *at,
                               uint64_t end, sheaf_error *error) {
  uint64_t from, size;
  int code = read_number(file, at, end, &from, error);
  if (!code) code = read_number(file, at, end, &size, error);
  return code ? code : add_extent(sparse, from, size, error);
}

static int read_list(map *sparse, sf_file *file, const sf_tar_entry *entry,
                     sheaf_error *error) {
  uint64_t at = entry->extension.map, end = at + entry->extension.map_size;
  int code = SHEAF_OK;
  while (!code && at < end)
    code = read_decimal_extent(sparse, file, &at, end, error);
  return code;
}

// The number of pieces and their pairs stand before the data, filled up to a
// block.
static int read_lines(map *sparse, sf_file *file, const sf_tar_entry *entry,
                      sheaf_error *error) {
  uint64_t at = entry->data, end = at + entry->packed_size, count;
  int code = read_number(file, &at, end, &count, error);
  while (!code && count-- > 0)
    code = read_decimal_extent(sparse, file, &at, end, error);
  if (code) return code;
  uint64_t used = (at - entry->data) % SF_TAR_BLOCK;
  sparse->data = at + (used ? SF_TAR_BLOCK - used : 0);
  if (sparse->data > end) sparse->data = end;
  sparse->left = end - sparse->data;
  return sparse->stored <= sparse->left
             ? SHEAF_OK
             : bad_map("has more bytes than the archive", error);
}

// A record with an offset and one with a size make a pair.
static int read_records(map *sparse, sf_file *file, const sf_tar_entry *entry,
                        sheaf_error *error) {
  uint64_t at = entry->extension.map, end = at + entry->extension.map_size;
  uint64_t from = 0;
  sf_tar_record record;
  int code;
  while (!(code = sf_tar_next_record(file, &at, end, &record, error))) {
    bool is_from = strcmp(record.key, "GNU.sparse.offset") == 0;
    bool is_size = strcmp(record.key, "GNU.sparse.numbytes") == 0;
    uint64_t number, value = record.from, value_end = value + record.size;
    if (!is_from && !is_size) continue;
    code = read_number(file, &value, value_end, &number, error);
    if (!code && is_size) code = add_extent(sparse, from, number, error);
    if (code) return code;
    if (is_from) from = number;
  }
  return code == SHEAF_END ? SHEAF_OK : code;
}

static int read_pieces(map *sparse, sf_file *file, const sf_tar_entry *entry,
                       sheaf_error *error) {
  switch (entry->extension.sparse) {
    case SF_TAR_GNU_MAP:
      return read_gnu_map(sparse, file, entry, error);
    case SF_TAR_PAX_PAIRS:
      return read_records(sparse, file, entry, error);
    case SF_TAR_PAX_LIST:
      return read_list(sparse, file, entry, error);
    case SF_TAR_PAX_LINES:
      return read_lines(sparse, file, entry, error);
    case SF_TAR_DENSE:
      break;
  }
  return SHEAF_OK;  // A file of nothing but zeros has no pieces.
}

// What the archive has and the map has no place for would be lost in silence.
static int read_map(map *sparse, sf_file *file, const sf_tar_entry *entry,
                    sheaf_error *error) {
  *sparse = (map){
      .data = entry->data, .left = entry->packed_size, .size = entry->size};
  int code = read_pieces(sparse, file, entry, error);
  if (!code && sparse->stored < sparse->left)
    code = bad_map("has no place for all bytes in the archive", error);
  return code;
}

// --- Piece by piece --------------------------------------------------------

static int send_zeros(uint64_t size, sheaf_sink sink, void *context) {
  static const char zeros[ZEROS];
  int code = SHEAF_OK;
  while (!code && size > 0) {
    size_t piece = size < sizeof zeros ? (size_t)size : sizeof zeros;
    code = sink(context, zeros, piece);
    size -= piece;
  }
  return code;
}

static int send_map(const map *sparse, sf_file *file, sheaf_sink sink,
                    void *context, sheaf_error *error) {
  uint64_t at = 0, data = sparse->data;
  int code = SHEAF_OK;
  for (size_t i = 0; !code && i < sparse->count; i++) {
    const extent *piece = &sparse->extents[i];
    code = send_zeros(piece->from - at, sink, context);
    if (!code)
      code = sf_member_copy(file, data, piece->size, sink, context, error);
    at = piece->from + piece->size;
    data += piece->size;
  }
  return code ? code : send_zeros(sparse->size - at, sink, context);
}

static bool is_sparse(const sf_tar_entry *entry) {
  return entry->extension.has_real_size;
}

int sf_tar_stream(const sf_source *source, const sf_tar_entry *entry,
                  sheaf_sink sink, void *context, sheaf_error *error) {
  if (!is_sparse(entry))
    return sf_member_copy(source->file, entry->data, entry->packed_size, sink,
                          context, error);
  map sparse = {.extents = NULL};
  int code =
      sf_member_check_ratio(source, entry->packed_size, entry->size, error);
  if (!code) code = read_map(&sparse, source->file, entry, error);
  if (!code) code = send_map(&sparse, source->file, sink, context, error);
  free(sparse.extents);
  return code;
}

// --- Whole -----------------------------------------------------------------

static int keep(void *context, const char *data, size_t size) {
  sf_buffer *buffer = context;
  memcpy(buffer->data + buffer->size, data, size);
  buffer->size += size;
  return SHEAF_OK;
}

int sf_tar_read(const sf_source *source, const sf_tar_entry *entry,
                sf_buffer *buffer, sheaf_bytes *content, sheaf_error *error) {
  int code = sf_member_check_size(source, entry->size, "bytes", error);
  if (code) return code;
  if (!is_sparse(entry))
    return sf_file_view(source->file, entry->data, (size_t)entry->packed_size,
                        content, error);
  if (buffer->capacity > KEPT) sf_buffer_clear(buffer);
  buffer->size = 0;
  if (!sf_buffer_reserve(buffer, (size_t)entry->size)) {
    sf_buffer_clear(buffer);
    return sf_no_memory(error);
  }
  code = sf_tar_stream(source, entry, keep, buffer, error);
  *content = sf_buffer_bytes(buffer);
  return code;
}
