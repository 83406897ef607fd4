/// What libarchive reads of a zip or tar without any complaint, Sheaf reads
/// too; so it does with zlib and gzip. Sheaf reads more: what is behind damage,
/// and what the directory of a zip does not tell of.
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bundle/bundle.h"

enum { MEMBERS_MOST = 64, LIMIT = 1 << 18 };

/// The contents that a reader finds, in any order.
typedef struct {
  struct {
    size_t size;
    uint32_t crc32;
  } files[MEMBERS_MOST];
  size_t count;
  bool clean;  ///< It has no complaint, and there are not too many.
} reading;

static void require(bool fine) {
  if (!fine) abort();
}

static void note(reading *into, sheaf_bytes content) {
  if (into->count == MEMBERS_MOST) {
    into->clean = false;
    return;
  }
  into->files[into->count].size = content.size;
  into->files[into->count++].crc32 = sf_crc32(0, content.data, content.size);
}

static bool has(const reading *in, size_t size, uint32_t crc32) {
  for (size_t i = 0; i < in->count; i++)
    if (in->files[i].size == size && in->files[i].crc32 == crc32) return true;
  return false;
}

// --- libarchive ------------------------------------------------------------

static bool read_data(struct archive *archive, sf_buffer *content) {
  la_ssize_t got = 1;
  while (got > 0 && content->size <= LIMIT) {
    char *room = sf_buffer_reserve(content, 1 << 16);
    require(room != NULL);
    got = archive_read_data(archive, room, 1 << 16);
    if (got > 0) content->size += (size_t)got;
  }
  return got == 0;
}

static bool is_document(struct archive_entry *entry) {
  return archive_entry_filetype(entry) == AE_IFREG &&
         !archive_entry_hardlink(entry) && archive_entry_size(entry) >= 0;
}

static void read_entries(struct archive *archive, reading *into) {
  struct archive_entry *entry;
  int status = ARCHIVE_OK;
  while (into->clean &&
         (status = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
    sf_buffer content = {0};
    if (is_document(entry)) {
      into->clean = read_data(archive, &content);
      if (into->clean) note(into, sf_buffer_bytes(&content));
    }
    sf_buffer_clear(&content);
  }
  into->clean = into->clean && status == ARCHIVE_EOF;
}

static void read_by_libarchive(const uint8_t *data, size_t size,
                               reading *into) {
  struct archive *archive = archive_read_new();
  require(archive != NULL);
  archive_read_support_format_zip_seekable(archive);
  archive_read_support_format_tar(archive);
  into->clean = archive_read_open_memory(archive, data, size) == ARCHIVE_OK;
  read_entries(archive, into);
  archive_read_free(archive);
}

// --- zlib ------------------------------------------------------------------

// All of its members, and nothing behind them. What Sheaf would unpack once
// more is not compared.
static void read_by_zlib(const uint8_t *data, size_t size, reading *into) {
  sf_buffer out = {0};
  z_stream stream = {0};
  int status = inflateInit2(&stream, MAX_WBITS + 16);
  stream.next_in = (Bytef *)data;
  stream.avail_in = (uInt)size;
  while (status == Z_OK && out.size <= LIMIT) {
    char *room = sf_buffer_reserve(&out, 1 << 16);
    require(room != NULL);
    stream.next_out = (Bytef *)room;
    stream.avail_out = 1 << 16;
    status = inflate(&stream, Z_NO_FLUSH);
    out.size += (1 << 16) - stream.avail_out;
    if (status == Z_STREAM_END && stream.avail_in > 0)
      status = inflateReset(&stream);
  }
  sheaf_bytes content = sf_buffer_bytes(&out);
  into->clean = status == Z_STREAM_END && out.size <= LIMIT &&
                !sf_gzip_is(content) && !sf_packed_kind(content);
  note(into, content);
  inflateEnd(&stream);
  sf_buffer_clear(&out);
}

// --- Sheaf -----------------------------------------------------------------

static void read_member(sheaf_bundle *bundle, reading *into) {
  sheaf_bytes content;
  sheaf_error error;
  if (sheaf_bundle_read(bundle, &content, &error) ||
      sheaf_bundle_doubt(bundle, &error))
    into->clean = false;
  else
    note(into, content);
}

static void read_by_sheaf(sf_file *file, const char *format, reading *into) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_error error;
  int code;
  options.max_document = LIMIT;
  options.max_ratio = 0;
  options.cache = "";
  options.format = format;
  if (sf_bundle_open_file(&bundle, file, &options, &error)) return;
  into->clean = true;
  while ((code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END) {
    if (code)
      into->clean = false;
    else if (member.type == SHEAF_MEMBER_FILE)
      read_member(bundle, into);
  }
  sheaf_bundle_close(bundle);
}

// --- Comparing -------------------------------------------------------------

// Where Sheaf complains, it has said what is lost.
static void compare(const reading *peer, const reading *own) {
  if (!peer->clean || !own->clean) return;
  for (size_t i = 0; i < peer->count; i++)
    require(has(own, peer->files[i].size, peer->files[i].crc32));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sheaf_bytes bytes = {(const char *)data, size};
  reading peer = {.count = 0}, own = {.count = 0};
  bool gzip = sf_gzip_is(bytes);
  sf_file *file;
  require(!sf_file_memory(&file, "fuzz", bytes, NULL));
  read_by_sheaf(file, gzip ? "file" : NULL, &own);
  if (gzip)
    read_by_zlib(data, size, &peer);
  else
    read_by_libarchive(data, size, &peer);
  compare(&peer, &own);
  return 0;
}
