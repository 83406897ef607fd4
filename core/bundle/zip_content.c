/// Zip: the content of an entry, whole or piece by piece.
#include <inttypes.h>
#include <string.h>

#include "bundle/zip_name.h"

#define PIECE ((size_t)64 << 10)
#define KEPT  ((size_t)8 << 20)  // Kept for the next entry.

// --- Checks ----------------------------------------------------------------

static int fail_encrypted(sheaf_error *error) {
  sf_fail(error, SHEAF_EUNSUPPORTED, NULL, "it is encrypted");
  return sf_hint(error, "unpack it with a program that takes the password");
}

static int check_kind(const sf_zip_entry *entry, sheaf_error *error) {
  if (entry->flags & SF_ZIP_ENCRYPTED) return fail_encrypted(error);
  if (!sf_zip_method_is_known(entry->method))
    return sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
                   "compression method %u%s is not known, only stored (0), "
                   "deflate (8), bzip2 (12), lzma (14), zstd (93), xz (95) and "
                   "PPMd (98)",
                   entry->method, entry->method == 9 ? ", Deflate64," : "");
  if (entry->method == SF_ZIP_STORED && entry->size != entry->packed_size)
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "it is stored, yet has %" PRIu64 " bytes packed and %" PRIu64
                   " unpacked",
                   entry->packed_size, entry->size);
  return SHEAF_OK;
}

// Programs go by one name or the other: who was to see only one of them may
// have been deceived. Bytes that are no printable ASCII become points.
static void doubt_name(const sf_zip_content *from, sheaf_bytes name) {
  char shown[64];
  size_t size = name.size < sizeof shown ? name.size : sizeof shown;
  for (size_t i = 0; i < size; i++)
    shown[i] =
        (char)(name.data[i] < ' ' || name.data[i] > '~' ? '.' : name.data[i]);
  sf_fail(from->source->doubt, SHEAF_EDAMAGED, from->source->path,
          "the header at byte %" PRIu64
          " has another name than the directory: '%.*s'",
          from->entry->local, (int)size, shown);
}

static bool same_bytes(sheaf_bytes a, sheaf_bytes b) {
  return a.size == b.size && (!a.size || !memcmp(a.data, b.data, a.size));
}

// What the bytes are differs where one of them has the Unicode path field.
static bool same_name(const sf_zip_entry *a, const sf_zip_entry *b) {
  if (same_bytes(a->name, b->name)) return true;
  sf_buffer names[2] = {{0}, {0}};
  sf_zip_put_name(&names[0], a);
  sf_zip_put_name(&names[1], b);
  bool same =
      !names[0].failed && !names[1].failed &&
      same_bytes(sf_buffer_bytes(&names[0]), sf_buffer_bytes(&names[1]));
  sf_buffer_clear(&names[0]);
  sf_buffer_clear(&names[1]);
  return same;
}

// What an end says of parts is not believed where the header is here.
static int read_header(const sf_zip_content *from, sf_zip_entry *local,
                       sheaf_error *error) {
  const sf_zip_entry *entry = from->entry;
  unsigned part = from->directory->part;
  int code = sf_zip_read_local(from->source->file, entry->local, local, error);
  if (!code || !part || entry->part == part) return code;
  sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
          "it begins in part %u of a split zip, and this is part %u",
          entry->part + 1, part + 1);
  return sf_hint(error, "join the parts: cat NAME.z01 … NAME.zip >WHOLE.zip");
}

// Where the data begin only the local header tells: its name and extra fields
// may have other lengths than those in the directory.
static int find_data(const sf_zip_content *from, uint64_t *offset,
                     sheaf_error *error) {
  sf_zip_entry local;
  const sf_zip_entry *entry = from->entry;
  sf_file *file = from->source->file;
  int code = check_kind(entry, error);
  if (!code)
    code = sf_member_check_ratio(from->source, entry->packed_size, entry->size,
                                 error);
  if (!code) code = read_header(from, &local, error);
  if (code) return code;
  if (!same_name(&local, entry)) doubt_name(from, local.name);
  *offset = entry->local + local.record_size;
  uint64_t left = sf_file_size(file) - *offset;
  if (entry->packed_size > left)
    return sf_fail(error, SHEAF_ETRUNCATED, NULL,
                   "the file ends too early: expected %" PRIu64
                   " bytes of data at byte %" PRIu64 ", found %" PRIu64,
                   entry->packed_size, *offset, left);
  return sf_zip_check_overlap(from->directory, from->index, entry->local,
                              *offset + entry->packed_size, error);
}

static int check_crc(const sf_zip_entry *entry, uint32_t crc,
                     sheaf_error *error) {
  if (crc == entry->crc32) return SHEAF_OK;
  return sf_fail(error, SHEAF_ECHECKSUM, NULL,
                 "the CRC-32 is %08" PRIx32 ", expected %08" PRIx32, crc,
                 entry->crc32);
}

static int check_sizes(const sf_zip_content *from, sheaf_error *error) {
  const sf_zip_entry *entry = from->entry;
  uint64_t packed = entry->packed_size;
  int code = sf_member_check_size(from->source, entry->size, "bytes", error);
  // Deflate may make data a little larger, but never twice as large.
  if (code || packed / 2 <= from->source->options.max_document) return code;
  return sf_member_check_size(from->source, packed, "packed bytes", error);
}

// --- Whole -----------------------------------------------------------------

static void empty(sf_buffer *buffer) {
  if (buffer->capacity > KEPT) sf_buffer_clear(buffer);
  buffer->size = 0;
}

static int inflate_all(const sf_zip_content *from, sheaf_bytes packed,
                       sf_buffer *buffer, sheaf_error *error) {
  size_t size = (size_t)from->entry->size;
  empty(buffer);
  char *out = sf_buffer_reserve(buffer, size);
  if (!out) {
    sf_buffer_clear(buffer);
    return sf_no_memory(error);
  }
  int code = sf_inflate(from->inflater, packed, out, size, error);
  if (!code) buffer->size = size;
  return code;
}

static int read_at_once(const sf_zip_content *from, sf_buffer *buffer,
                        sheaf_bytes *content, sheaf_error *error) {
  const sf_zip_entry *entry = from->entry;
  sheaf_bytes packed;
  uint64_t offset;
  int code = find_data(from, &offset, error);
  if (!code)
    code = sf_file_view(from->source->file, offset, (size_t)entry->packed_size,
                        &packed, error);
  if (!code && entry->method == SF_ZIP_DEFLATED) {
    code = inflate_all(from, packed, buffer, error);
    packed = sf_buffer_bytes(buffer);
  }
  if (code) return code;
  *content = packed;
  return check_crc(entry, sf_crc32(0, packed.data, packed.size), error);
}

static int append(void *context, const char *data, size_t size) {
  sf_buffer *buffer = context;
  sf_buffer_append(buffer, data, size);
  return buffer->failed ? SHEAF_ENOMEM : SHEAF_OK;
}

static int read_in_pieces(const sf_zip_content *from, sf_buffer *buffer,
                          sheaf_bytes *content, sheaf_error *error) {
  empty(buffer);
  int code = sf_zip_stream(from, append, buffer, error);
  *content = sf_buffer_bytes(buffer);
  if (!buffer->failed) return code;
  sf_buffer_clear(buffer);
  return sf_no_memory(error);
}

int sf_zip_read(const sf_zip_content *from, sf_buffer *buffer,
                sheaf_bytes *content, sheaf_error *error) {
  unsigned method = from->entry->method;
  int code = check_sizes(from, error);
  if (code) return code;
  return method == SF_ZIP_STORED || method == SF_ZIP_DEFLATED
             ? read_at_once(from, buffer, content, error)
             : read_in_pieces(from, buffer, content, error);
}

// --- Piece by piece --------------------------------------------------------

/// An entry on its way to a sink.
typedef struct {
  const sf_zip_content *from;
  sheaf_sink sink;
  void *context;
  uint64_t size;  // Of what was sent.
  uint32_t crc;
  bool ended;  // The deflate data are complete.
  sheaf_error *error;
} flow;

static int send_piece(void *context, const char *data, size_t size) {
  flow *to = context;
  uint64_t declared = to->from->entry->size;
  if (size > declared - to->size)
    return sf_fail(to->error, SHEAF_EDAMAGED, NULL,
                   "the data give more than the %" PRIu64 " bytes expected",
                   declared);
  to->size += size;
  to->crc = sf_crc32(to->crc, data, size);
  return to->sink(to->context, data, size);
}

static int inflate_piece(void *context, const char *data, size_t size) {
  flow *to = context;
  sheaf_bytes packed = {data, size};
  char out[PIECE];
  size_t written = sizeof out;
  while (!to->ended && (packed.size > 0 || written == sizeof out)) {
    int code = sf_inflate_some(to->from->inflater, &packed, out, sizeof out,
                               &written, to->error);
    if (code < 0) return code;
    to->ended = code == SHEAF_END;
    code = written ? send_piece(to, out, written) : SHEAF_OK;
    if (code) return code;
  }
  return SHEAF_OK;
}

static int check_end(const flow *to, sheaf_error *error) {
  const sf_zip_entry *entry = to->from->entry;
  if (to->size != entry->size ||
      (entry->method == SF_ZIP_DEFLATED && !to->ended))
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "the data are broken off: expected %" PRIu64
                   " bytes, found %" PRIu64,
                   entry->size, to->size);
  return check_crc(entry, to->crc, error);
}

int sf_zip_stream(const sf_zip_content *from, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  flow to = {.from = from, .sink = sink, .context = context, .error = error};
  const sf_zip_entry *entry = from->entry;
  bool deflated = entry->method == SF_ZIP_DEFLATED;
  uint64_t offset;
  int code = find_data(from, &offset, error);
  if (!code && deflated)
    code = sf_inflate_start(from->inflater, SF_INFLATE_RAW, error);
  if (!code && (deflated || entry->method == SF_ZIP_STORED))
    code = sf_member_copy(from->source->file, offset, entry->packed_size,
                          deflated ? inflate_piece : send_piece, &to, error);
  else if (!code)
    code = sf_zip_unpack(from, offset, send_piece, &to, error);
  return code ? code : check_end(&to, error);
}
