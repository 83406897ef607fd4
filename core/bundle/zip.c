/// The format "zip".
#include "bundle/zip.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PIECE     ((size_t)64 << 10)
#define UNIX      3
#define UNIX_TYPE 0170000u
#define UNIX_LINK 0120000u
#define UNIX_FILE 0100000u

typedef struct {
  const sf_source *source;
  sf_zip_directory directory;
  sf_inflater *inflater;
  size_t next;           // Index of the entry that comes next.
  sf_zip_entry current;  // `name` is not valid: see `name` below.
  sf_buffer name;
  sf_buffer content;
} zip_reader;

// --- Opening ---------------------------------------------------------------

static int bid(const sf_source *source, sheaf_bytes head) {
  if (!source->file) return 0;
  if (head.size >= 4 && (memcmp(head.data, "PK\3\4", 4) == 0 ||
                         memcmp(head.data, "PK\5\6", 4) == 0))
    return 90;
  // Something may stand in front of the archive, as in a self-extracting one.
  sf_zip_directory directory;
  if (sf_zip_directory_find(&directory, source->file, NULL) != SHEAF_OK)
    return 0;
  bool any = directory.count > 0;
  sf_zip_directory_clear(&directory);
  return any ? 50 : 0;
}

static void close_zip(void *reader) {
  zip_reader *zip = reader;
  sf_zip_directory_clear(&zip->directory);
  sf_inflater_free(zip->inflater);
  sf_buffer_clear(&zip->name);
  sf_buffer_clear(&zip->content);
  free(zip);
}

static int open_zip(void **reader, const sf_source *source,
                    sheaf_error *error) {
  zip_reader *zip = calloc(1, sizeof *zip);
  if (!zip) return sf_no_memory(error);
  zip->source = source;
  int code = sf_inflater_new(&zip->inflater, error);
  if (code == SHEAF_OK)
    code = sf_zip_directory_read(&zip->directory, source->file, error);
  if (code != SHEAF_OK) {
    close_zip(zip);
    return code;
  }
  *reader = zip;
  return SHEAF_OK;
}

// --- Stepping --------------------------------------------------------------

static sheaf_member_type type_of(const zip_reader *zip) {
  const sf_zip_entry *entry = &zip->current;
  sheaf_bytes name = sf_buffer_bytes(&zip->name);
  unsigned type = entry->attributes >> 16 & UNIX_TYPE;
  if (name.size && name.data[name.size - 1] == '/') return SHEAF_MEMBER_FOLDER;
  if (entry->made_by >> 8 != UNIX || type == 0 || type == UNIX_FILE)
    return SHEAF_MEMBER_FILE;
  return type == UNIX_LINK ? SHEAF_MEMBER_LINK : SHEAF_MEMBER_SPECIAL;
}

static int64_t modified(const sf_zip_entry *entry) {
  struct tm local = {.tm_year = (int)(entry->date >> 9) + 80,
                     .tm_mon = (int)(entry->date >> 5 & 15) - 1,
                     .tm_mday = (int)(entry->date & 31),
                     .tm_hour = (int)(entry->time >> 11),
                     .tm_min = (int)(entry->time >> 5 & 63),
                     .tm_sec = (int)(entry->time & 31) * 2};
  return entry->date ? (int64_t)timegm(&local) : 0;
}

static int next(void *reader, sheaf_member *member, sheaf_error *error) {
  zip_reader *zip = reader;
  sf_zip_entry *entry = &zip->current;
  if (zip->next == zip->directory.count) return SHEAF_END;
  member->ordinal = zip->next + 1;
  int code = sf_zip_entry_at(&zip->directory, zip->next++, entry, error);
  if (code != SHEAF_OK) return code;
  zip->name.size = 0;
  sf_zip_name(&zip->name, entry->name, entry->flags);
  if (zip->name.failed) return sf_no_memory(error);
  sheaf_bytes name = sf_buffer_bytes(&zip->name);
  bool encrypted = (entry->flags & SF_ZIP_ENCRYPTED) != 0;
  *member = (sheaf_member){
      .ordinal = zip->next,
      .type = type_of(zip),
      .flags = sf_member_name_flags(name) |
               (encrypted ? (unsigned)SHEAF_MEMBER_ENCRYPTED : 0),
      .name = name,
      .size = entry->size,
      .packed_size = entry->packed_size,
      .offset = entry->local,
      .crc32 = entry->crc32,
      .modified = modified(entry)};
  return SHEAF_OK;
}

static int seek(void *reader, uint64_t ordinal, sheaf_error *error) {
  zip_reader *zip = reader;
  if (ordinal > zip->directory.count)
    return sf_fail(error, SHEAF_ENOMEMBER, zip->source->path,
                   "there is no member %llu, the zip has %zu",
                   (unsigned long long)ordinal, zip->directory.count);
  zip->next = (size_t)ordinal - 1;
  return SHEAF_OK;
}

// --- Reading ---------------------------------------------------------------

// Says which member an error concerns, and where in the file it is.
static int in_member(const zip_reader *zip, int code, sheaf_error *error) {
  sheaf_bytes name = sf_buffer_bytes(&zip->name);
  sheaf_error inner = *error;
  int shown = name.size > 200 ? 200 : (int)name.size;
  sf_fail(error, code, zip->source->path, "member '%.*s' at offset %llu: %s",
          shown, name.data, (unsigned long long)zip->current.local, inner.why);
  memcpy(error->hint, inner.hint, sizeof error->hint);
  return code;
}

static int check_readable(const zip_reader *zip, sheaf_error *error) {
  const sf_zip_entry *entry = &zip->current;
  const unsigned char *overlaps = zip->directory.overlaps;
  if (overlaps && overlaps[zip->next - 1])
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "it overlaps another member, as in a zip bomb");
  if (entry->flags & SF_ZIP_ENCRYPTED)
    return sf_fail(error, SHEAF_EUNSUPPORTED, NULL, "it is encrypted");
  if (entry->method != SF_ZIP_STORED && entry->method != SF_ZIP_DEFLATED)
    return sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
                   "compression method %u is not read", entry->method);
  if (entry->method == SF_ZIP_STORED && entry->size != entry->packed_size)
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "stored, but %llu bytes packed and %llu unpacked",
                   (unsigned long long)entry->packed_size,
                   (unsigned long long)entry->size);
  return SHEAF_OK;
}

// Where the data begin only the local header tells: its name and extra fields
// may have other lengths than those in the directory.
static int find_data(zip_reader *zip, uint64_t *offset, sheaf_error *error) {
  sf_zip_entry local;
  int code =
      sf_zip_local(zip->directory.file, zip->current.local, &local, error);
  if (code != SHEAF_OK) return code;
  *offset = zip->current.local + local.record_size;
  uint64_t size = sf_file_size(zip->directory.file);
  if (*offset <= size && zip->current.packed_size <= size - *offset)
    return SHEAF_OK;
  return sf_fail(error, SHEAF_ETRUNCATED, NULL,
                 "%llu bytes of data at offset %llu are wanted, but the file "
                 "ends at %llu",
                 (unsigned long long)zip->current.packed_size,
                 (unsigned long long)*offset, (unsigned long long)size);
}

static int check_crc(const zip_reader *zip, uint32_t crc, sheaf_error *error) {
  if (crc == zip->current.crc32) return SHEAF_OK;
  return sf_fail(error, SHEAF_ECHECKSUM, NULL,
                 "its CRC-32 is %08x, expected %08x", crc, zip->current.crc32);
}

static int unpack(zip_reader *zip, uint64_t offset, sheaf_bytes *content,
                  sheaf_error *error) {
  const sf_zip_entry *entry = &zip->current;
  sheaf_bytes packed;
  int code = sf_file_view(zip->directory.file, offset,
                          (size_t)entry->packed_size, &packed, error);
  if (code != SHEAF_OK) return code;
  if (entry->method == SF_ZIP_STORED) {
    *content = packed;
  } else {
    zip->content.size = 0;
    char *out = sf_buffer_reserve(&zip->content, (size_t)entry->size);
    if (!out) {
      sf_buffer_clear(&zip->content);
      return sf_no_memory(error);
    }
    code = sf_inflate(zip->inflater, packed, out, (size_t)entry->size, error);
    if (code != SHEAF_OK) return code;
    *content = (sheaf_bytes){out, (size_t)entry->size};
  }
  return check_crc(zip, sf_crc32(0, content->data, content->size), error);
}

static int read_zip(void *reader, sheaf_bytes *content, sheaf_error *error) {
  zip_reader *zip = reader;
  sheaf_error own;
  if (!error) error = &own;
  uint64_t offset, size = zip->current.size, packed = zip->current.packed_size;
  int code = sf_member_check_size(zip->source, sf_buffer_bytes(&zip->name),
                                  size > packed ? size : packed, error);
  if (code != SHEAF_OK) return code;
  code = check_readable(zip, error);
  if (code == SHEAF_OK) code = find_data(zip, &offset, error);
  if (code == SHEAF_OK) code = unpack(zip, offset, content, error);
  return code == SHEAF_OK ? code : in_member(zip, code, error);
}

// --- Streaming -------------------------------------------------------------

// A member on its way through the inflater.
typedef struct {
  zip_reader *zip;
  sheaf_sink sink;
  void *context;
  uint64_t size;
  uint32_t crc;
  int refused;  // What the sink said when it wanted no more.
  bool ended;
  sheaf_error *error;
} zip_flow;

static int give(zip_flow *flow, const char *data, size_t size) {
  flow->size += size;
  flow->crc = sf_crc32(flow->crc, data, size);
  if (flow->size > flow->zip->current.size)
    return sf_fail(flow->error, SHEAF_EDAMAGED, NULL,
                   "more than the %llu bytes that it says",
                   (unsigned long long)flow->zip->current.size);
  return flow->refused = flow->sink(flow->context, data, size);
}

static int inflate_piece(void *context, const char *data, size_t size) {
  zip_flow *flow = context;
  sheaf_bytes packed = {data, size};
  char out[PIECE];
  size_t written = sizeof out;
  while (!flow->ended && (packed.size > 0 || written == sizeof out)) {
    int code = sf_inflate_some(flow->zip->inflater, &packed, out, sizeof out,
                               &written, flow->error);
    if (code < 0) return code;
    flow->ended = code == SHEAF_END;
    code = written ? give(flow, out, written) : SHEAF_OK;
    if (code != SHEAF_OK) return code;
  }
  return SHEAF_OK;
}

static int store_piece(void *context, const char *data, size_t size) {
  return give(context, data, size);
}

static int stream_data(zip_reader *zip, zip_flow *flow, sheaf_error *error) {
  uint64_t offset;
  uint32_t packed_crc = 0;
  bool stored = zip->current.method == SF_ZIP_STORED;
  int code = check_readable(zip, error);
  if (code == SHEAF_OK) code = find_data(zip, &offset, error);
  if (code == SHEAF_OK && !stored)
    code = sf_inflate_start(zip->inflater, error);
  if (code == SHEAF_OK)
    code = sf_member_copy(zip->directory.file, offset, zip->current.packed_size,
                          stored ? store_piece : inflate_piece, flow,
                          &packed_crc, error);
  if (code == SHEAF_OK && flow->size != zip->current.size)
    code = sf_fail(error, SHEAF_EDAMAGED, NULL, "%llu bytes, not %llu",
                   (unsigned long long)flow->size,
                   (unsigned long long)zip->current.size);
  return code == SHEAF_OK ? check_crc(zip, flow->crc, error) : code;
}

static int stream(void *reader, sheaf_sink sink, void *context,
                  sheaf_error *error) {
  zip_reader *zip = reader;
  sheaf_error own;
  if (!error) error = &own;
  zip_flow flow = {
      .zip = zip, .sink = sink, .context = context, .error = error};
  int code = stream_data(zip, &flow, error);
  if (code == SHEAF_OK || flow.refused) return code;
  return in_member(zip, code, error);
}

const sf_format sf_format_zip = {
    .name = "zip",
    .bid = bid,
    .open = open_zip,
    .close = close_zip,
    .next = next,
    .seek = seek,
    .read = read_zip,
    .stream = stream,
};
