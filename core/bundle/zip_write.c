/// Zip: writing the records that tell of entries (APPNOTE.TXT 6.3.10).
#include <time.h>

#include "bundle/zip.h"

enum {
  VERSION = 20,        ///< Needed to read an entry,
  VERSION_ZIP64 = 45,  ///< and what has sizes of 64 bits.
  LOCAL_ZIP64 = 2 * 8,
  CENTRAL_ZIP64 = 3 * 8,
  DOS_1980 = (1 << 5 | 1) << 16
};

#define FULL32 UINT32_C(0xffffffff)

uint32_t sf_zip_dos_time(int64_t modified) {
  time_t seconds = (time_t)modified;
  struct tm parts;
  if (!modified || !gmtime_r(&seconds, &parts) || parts.tm_year < 80 ||
      parts.tm_year > 207)
    return DOS_1980;
  unsigned date = (unsigned)(parts.tm_year - 80) << 9 |
                  (unsigned)(parts.tm_mon + 1) << 5 | (unsigned)parts.tm_mday;
  unsigned hour = (unsigned)parts.tm_hour << 11 | (unsigned)parts.tm_min << 5 |
                  (unsigned)parts.tm_sec / 2;
  return date << 16 | hour;
}

// What a local header and a record of the directory have both, in this order.
static void put_facts(sf_buffer *out, const sf_zip_entry *entry, bool zip64) {
  sf_zip_put(out, zip64 ? VERSION_ZIP64 : VERSION, 2);
  sf_zip_put(out, entry->flags, 2);
  sf_zip_put(out, entry->method, 2);
  sf_zip_put(out, entry->dos_time, 4);
  sf_zip_put(out, entry->crc32, 4);
  sf_zip_put(out, zip64 ? FULL32 : entry->packed_size, 4);
  sf_zip_put(out, zip64 ? FULL32 : entry->size, 4);
  sf_zip_put(out, entry->name.size, 2);
}

static void put_zip64(sf_buffer *out, const sf_zip_entry *entry, int size) {
  sf_zip_put(out, SF_ZIP_ZIP64_EXTRA, 2);
  sf_zip_put(out, (uint64_t)size, 2);
  sf_zip_put(out, entry->size, 8);
  sf_zip_put(out, entry->packed_size, 8);
}

void sf_zip_write_local(sf_buffer *out, const sf_zip_entry *entry, bool zip64) {
  sf_buffer_append(out, "PK\3\4", 4);
  put_facts(out, entry, zip64);
  sf_zip_put(out, entry->extra.size + (zip64 ? 4 + LOCAL_ZIP64 : 0), 2);
  sf_buffer_append(out, entry->name.data, entry->name.size);
  if (zip64) put_zip64(out, entry, LOCAL_ZIP64);
  sf_buffer_append(out, entry->extra.data, entry->extra.size);
}

void sf_zip_write_central(sf_buffer *out, const sf_zip_entry *entry) {
  size_t extra = 4 + CENTRAL_ZIP64 + entry->extra.size;
  bool fits = extra <= UINT16_MAX;
  sf_buffer_puts(out, "PK\1\2");
  sf_zip_put(out, entry->made_by, 2);
  put_facts(out, entry, true);
  sf_zip_put(out, fits ? extra : 4 + CENTRAL_ZIP64, 2);
  sf_zip_put(out, 0, 2 + 2 + 2);  // No comment; disk; internal attributes.
  sf_zip_put(out, entry->attributes, 4);
  sf_zip_put(out, FULL32, 4);
  sf_buffer_append(out, entry->name.data, entry->name.size);
  put_zip64(out, entry, CENTRAL_ZIP64);
  sf_zip_put(out, entry->local, 8);
  if (fits) sf_buffer_append(out, entry->extra.data, entry->extra.size);
}

void sf_zip_write_end(sf_buffer *out, uint64_t count, uint64_t from,
                      uint64_t size) {
  uint64_t few = count < UINT16_MAX ? count : UINT16_MAX;
  sf_buffer_append(out, "PK\6\6", 4);
  sf_zip_put(out, 44, 8);
  sf_zip_put(out, SF_ZIP_MADE_BY, 2);
  sf_zip_put(out, VERSION_ZIP64, 2);
  sf_zip_put(out, 0, 4 + 4);
  sf_zip_put(out, count, 8);
  sf_zip_put(out, count, 8);
  sf_zip_put(out, size, 8);
  sf_zip_put(out, from, 8);
  sf_buffer_append(out, "PK\6\7", 4);
  sf_zip_put(out, 0, 4);
  sf_zip_put(out, from + size, 8);
  sf_zip_put(out, 1, 4);
  sf_buffer_append(out, "PK\5\6", 4);
  sf_zip_put(out, 0, 2 + 2);
  sf_zip_put(out, few, 2);
  sf_zip_put(out, few, 2);
  sf_zip_put(out, size < FULL32 ? size : FULL32, 4);
  sf_zip_put(out, from < FULL32 ? from : FULL32, 4);
  sf_zip_put(out, 0, 2);
}
