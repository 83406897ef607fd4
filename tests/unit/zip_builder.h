/// Builds zips in memory, honest ones and others, for tests of the reader.
#ifndef ZIP_BUILDER_H
#define ZIP_BUILDER_H

#include <string.h>
#include <zlib.h>

#include "base/base.h"
#include "io/io.h"

/// One entry. Zeroes mean: stored, sizes in the local header, made by MS-DOS.
typedef struct {
  const char *name;
  const char *content;
  unsigned method;
  unsigned flags;
  unsigned made_by;
  uint32_t attributes;
  bool zip64;            ///< Sizes and offset stand in a zip64 field.
  bool bare_descriptor;  ///< The descriptor has no signature.
  const char *extra;     ///< Extra fields of both headers,
  size_t extra_size;
  const char *local_name;  ///< and what the local header says otherwise.
} zip_item;

typedef struct {
  sf_buffer bytes;
  sf_buffer directory;
  size_t count;
} zip_builder;

static void put(sf_buffer *out, uint64_t number, int bytes) {
  for (int i = 0; i < bytes; i++)
    sf_buffer_putc(out, (char)(number >> 8 * i & 0xff));
}

static void put_deflated(sf_buffer *out, const char *content) {
  z_stream stream = {0};
  uLong size = (uLong)strlen(content);
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  uLong bound = deflateBound(&stream, size);
  stream.next_in = (Bytef *)content;
  stream.avail_in = (uInt)size;
  stream.next_out = (Bytef *)sf_buffer_reserve(out, bound);
  stream.avail_out = (uInt)bound;
  deflate(&stream, Z_FINISH);
  out->size += stream.total_out;
  deflateEnd(&stream);
}

/// Writes a header's middle: all from the flags to the length of the name.
static void put_facts(sf_buffer *out, const zip_item *item, uint32_t crc,
                      uint64_t packed, uint64_t size) {
  put(out, item->flags, 2);
  put(out, item->method, 2);
  put(out, 0x5c21a000, 4);  // 2026-01-01 20:00.
  put(out, crc, 4);
  put(out, item->zip64 ? UINT32_MAX : packed, 4);
  put(out, item->zip64 ? UINT32_MAX : size, 4);
}

static void put_zip64(sf_buffer *out, const zip_item *item, uint64_t packed,
                      uint64_t size, const uint64_t *offset) {
  if (!item->zip64) return;
  put(out, 1, 2);
  put(out, offset ? 24 : 16, 2);
  put(out, size, 8);
  put(out, packed, 8);
  if (offset) put(out, *offset, 8);
}

static void put_record(zip_builder *zip, const zip_item *item, uint32_t crc,
                       uint64_t packed, uint64_t offset) {
  sf_buffer *out = &zip->directory;
  sf_buffer_puts(out, "PK\1\2");
  put(out, item->made_by << 8 | 20, 2);
  put(out, 20, 2);
  put_facts(out, item, crc, packed, strlen(item->content));
  put(out, strlen(item->name), 2);
  put(out, (item->zip64 ? 28 : 0) + item->extra_size, 2);
  put(out, 0, 6);
  put(out, item->attributes, 4);
  put(out, item->zip64 ? UINT32_MAX : offset, 4);
  sf_buffer_puts(out, item->name);
  put_zip64(out, item, packed, strlen(item->content), &offset);
  sf_buffer_append(out, item->extra, item->extra_size);
  zip->count++;
}

static void put_descriptor(sf_buffer *out, const zip_item *item, uint32_t crc,
                           uint64_t packed) {
  if (!item->bare_descriptor) sf_buffer_puts(out, "PK\7\10");
  put(out, crc, 4);
  put(out, packed, item->zip64 ? 8 : 4);
  put(out, strlen(item->content), item->zip64 ? 8 : 4);
}

static void zip_add(zip_builder *zip, zip_item item) {
  sf_buffer *out = &zip->bytes, data = {0};
  uint64_t offset = out->size, size = strlen(item.content);
  uint32_t crc = sf_crc32(0, item.content, size);
  const char *name = item.local_name ? item.local_name : item.name;
  bool later = item.flags & 8;
  if (item.method == 8)
    put_deflated(&data, item.content);
  else
    sf_buffer_puts(&data, item.content);
  sf_buffer_puts(out, "PK\3\4");
  put(out, 20, 2);
  put_facts(out, &item, later ? 0 : crc, later ? 0 : data.size,
            later ? 0 : size);
  put(out, strlen(name), 2);
  put(out, (item.zip64 ? 20 : 0) + item.extra_size, 2);
  sf_buffer_puts(out, name);
  put_zip64(out, &item, later ? 0 : data.size, later ? 0 : size, NULL);
  sf_buffer_append(out, item.extra, item.extra_size);
  sf_buffer_append(out, data.data, data.size);
  if (later) put_descriptor(out, &item, crc, data.size);
  put_record(zip, &item, crc, data.size, offset);
  sf_buffer_clear(&data);
}

/// Ends the zip. `base` is how many bytes stood before it; with `zip64`, the
/// numbers stand in the record for it alone.
static void zip_finish(zip_builder *zip, size_t base, bool zip64,
                       const char *comment) {
  sf_buffer *out = &zip->bytes;
  uint64_t offset = out->size - base, size = zip->directory.size;
  sf_buffer_append(out, zip->directory.data, size);
  uint64_t record = out->size - base;
  if (zip64) {
    sf_buffer_puts(out, "PK\6\6");
    put(out, 44, 8);
    put(out, 45 | 45 << 16, 4);
    put(out, 0, 8);
    put(out, zip->count, 8);
    put(out, zip->count, 8);
    put(out, size, 8);
    put(out, offset, 8);
    sf_buffer_puts(out, "PK\6\7");
    put(out, 0, 4);
    put(out, record, 8);
    put(out, 1, 4);
  }
  sf_buffer_puts(out, "PK\5\6");
  put(out, 0, 4);
  put(out, zip64 ? UINT16_MAX : zip->count, 2);
  put(out, zip64 ? UINT16_MAX : zip->count, 2);
  put(out, zip64 ? UINT32_MAX : size, 4);
  put(out, zip64 ? UINT32_MAX : offset, 4);
  put(out, strlen(comment), 2);
  sf_buffer_puts(out, comment);
}

static void zip_clear(zip_builder *zip) {
  sf_buffer_clear(&zip->bytes);
  sf_buffer_clear(&zip->directory);
  zip->count = 0;
}

#endif
