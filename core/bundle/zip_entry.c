/// Zip: the records that tell of one entry.
#include <string.h>

#include "bundle/zip.h"

#define CENTRAL_SIZE 46
#define LOCAL_SIZE   30
#define ZIP64_EXTRA  1
#define FULL32       0xffffffffu

static int damaged(sf_file *file, uint64_t offset, const char *why,
                   sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, sf_file_path(file), "offset %llu: %s",
                 (unsigned long long)offset, why);
}

// Finds the field `id` among the extra fields.
static bool find_extra(sheaf_bytes extra, unsigned id, sheaf_bytes *found) {
  while (extra.size >= 4) {
    size_t size = sf_le16(extra.data + 2);
    if (size > extra.size - 4) return false;
    if (sf_le16(extra.data) == id) {
      *found = (sheaf_bytes){extra.data + 4, size};
      return true;
    }
    extra.data += 4 + size;
    extra.size -= 4 + size;
  }
  return false;
}

static bool take64(sheaf_bytes *field, uint64_t *number) {
  if (*number != FULL32) return true;
  if (field->size < 8) return false;
  *number = sf_le64(field->data);
  field->data += 8;
  field->size -= 8;
  return true;
}

// A number that does not fit into 32 bits is all ones there and stands in the
// zip64 field, in this order.
static bool read_zip64(sheaf_bytes extra, sf_zip_entry *entry) {
  sheaf_bytes field = {"", 0};
  find_extra(extra, ZIP64_EXTRA, &field);
  return take64(&field, &entry->size) && take64(&field, &entry->packed_size) &&
         take64(&field, &entry->local);
}

int sf_zip_central(sf_file *file, uint64_t offset, uint64_t base,
                   sf_zip_entry *entry, sheaf_error *error) {
  sheaf_bytes head;
  int code = sf_file_view(file, offset, CENTRAL_SIZE, &head, error);
  if (code != SHEAF_OK) return code;
  const char *p = head.data;
  if (memcmp(p, "PK\1\2", 4) != 0)
    return damaged(file, offset, "no record of the central directory", error);
  size_t name = sf_le16(p + 28), extra = sf_le16(p + 30);
  *entry = (sf_zip_entry){
      .made_by = sf_le16(p + 4),
      .flags = sf_le16(p + 8),
      .method = sf_le16(p + 10),
      .time = sf_le16(p + 12),
      .date = sf_le16(p + 14),
      .crc32 = sf_le32(p + 16),
      .packed_size = sf_le32(p + 20),
      .size = sf_le32(p + 24),
      .attributes = sf_le32(p + 38),
      .local = sf_le32(p + 42),
      .record_size = CENTRAL_SIZE + name + extra + sf_le16(p + 32)};
  code = sf_file_view(file, offset + CENTRAL_SIZE, name + extra, &head, error);
  if (code != SHEAF_OK) return code;
  entry->name = (sheaf_bytes){head.data, name};
  if (!read_zip64((sheaf_bytes){head.data + name, extra}, entry))
    return damaged(file, offset, "a 64-bit size without its zip64 field",
                   error);
  if (entry->local > UINT64_MAX - base)
    return damaged(file, offset, "a local header out of all bounds", error);
  entry->local += base;
  return SHEAF_OK;
}

int sf_zip_local(sf_file *file, uint64_t offset, sf_zip_entry *entry,
                 sheaf_error *error) {
  sheaf_bytes head;
  int code = sf_file_view(file, offset, LOCAL_SIZE, &head, error);
  if (code != SHEAF_OK) return code;
  const char *p = head.data;
  if (memcmp(p, "PK\3\4", 4) != 0)
    return damaged(file, offset, "no local header here", error);
  size_t name = sf_le16(p + 26), extra = sf_le16(p + 28);
  *entry = (sf_zip_entry){.flags = sf_le16(p + 6),
                          .method = sf_le16(p + 8),
                          .time = sf_le16(p + 10),
                          .date = sf_le16(p + 12),
                          .crc32 = sf_le32(p + 14),
                          .packed_size = sf_le32(p + 18),
                          .size = sf_le32(p + 22),
                          .record_size = LOCAL_SIZE + name + extra};
  code = sf_file_view(file, offset + LOCAL_SIZE, name + extra, &head, error);
  if (code != SHEAF_OK) return code;
  entry->name = (sheaf_bytes){head.data, name};
  if (!read_zip64((sheaf_bytes){head.data + name, extra}, entry))
    return damaged(file, offset, "a 64-bit size without its zip64 field",
                   error);
  entry->local = offset;
  return SHEAF_OK;
}

// --- Names -----------------------------------------------------------------

// The upper half of code page 437, which names are in that are not marked as
// UTF-8.
static const uint16_t cp437[128] = {
    0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea,
    0x00eb, 0x00e8, 0x00ef, 0x00ee, 0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6,
    0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9, 0x00ff, 0x00d6, 0x00dc,
    0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa,
    0x00f1, 0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310, 0x00ac, 0x00bd, 0x00bc,
    0x00a1, 0x00ab, 0x00bb, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561,
    0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255d, 0x255c, 0x255b,
    0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f,
    0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567, 0x2568,
    0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518,
    0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x03b1, 0x00df, 0x0393,
    0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4,
    0x221e, 0x03c6, 0x03b5, 0x2229, 0x2261, 0x00b1, 0x2265, 0x2264, 0x2320,
    0x2321, 0x00f7, 0x2248, 0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2,
    0x25a0, 0x00a0};

static void put_character(sf_buffer *out, unsigned code) {
  if (code < 0x80) {
    sf_buffer_putc(out, (char)code);
  } else if (code < 0x800) {
    sf_buffer_putc(out, (char)(0xc0 | code >> 6));
    sf_buffer_putc(out, (char)(0x80 | (code & 0x3f)));
  } else {
    sf_buffer_putc(out, (char)(0xe0 | code >> 12));
    sf_buffer_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
    sf_buffer_putc(out, (char)(0x80 | (code & 0x3f)));
  }
}

void sf_zip_name(sf_buffer *out, sheaf_bytes name, unsigned flags) {
  if (flags & SF_ZIP_UTF8) {
    sf_buffer_append(out, name.data, name.size);
    return;
  }
  for (size_t i = 0; i < name.size; i++) {
    unsigned char c = (unsigned char)name.data[i];
    put_character(out, c < 0x80 ? c : cp437[c - 0x80]);
  }
}
