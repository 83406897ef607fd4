/// Zip: the records that tell of one entry, and what they say.
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "bundle/zip.h"
#include "bundle/zip_name.h"

#define FULL32     UINT32_C(0xffffffff)
#define NTFS_EXTRA 0x000a

// --- Extra fields ----------------------------------------------------------

bool sf_zip_find_extra(sheaf_bytes extra, unsigned id, sheaf_bytes *found) {
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
// zip64 field, in this order. A local header has no `offset`.
static bool read_zip64(sf_zip_entry *entry, uint64_t *offset) {
  sheaf_bytes field = {"", 0};
  sf_zip_find_extra(entry->extra, SF_ZIP_ZIP64_EXTRA, &field);
  return take64(&field, &entry->size) && take64(&field, &entry->packed_size) &&
         (!offset || take64(&field, offset));
}

// --- Records ---------------------------------------------------------------

static int damaged(const sf_file *file, uint64_t offset, const char *why,
                   sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, sf_file_path(file),
                 "byte %" PRIu64 ": %s", offset, why);
}

// Views the fixed part of a record, then with it its texts.
static int view_record(sf_file *file, uint64_t offset, const char *signature,
                       size_t fixed, sheaf_bytes *bytes, sheaf_error *error) {
  int code = sf_file_view(file, offset, fixed, bytes, error);
  if (code) return code;
  if (memcmp(bytes->data, signature, 4) != 0)
    return sf_fail(error, SHEAF_EDAMAGED, sf_file_path(file),
                   "no header of a member is at byte %" PRIu64, offset);
  const char *lengths = bytes->data + (fixed == SF_ZIP_LOCAL_SIZE ? 26 : 28);
  size_t texts = (size_t)sf_le16(lengths) + sf_le16(lengths + 2);
  return sf_file_view(file, offset, fixed + texts, bytes, error);
}

// Takes the name and the extra fields, which follow the fixed part.
static void take_texts(sf_zip_entry *entry, const char *texts, size_t name,
                       size_t extra) {
  entry->name = (sheaf_bytes){texts, name};
  entry->extra = (sheaf_bytes){texts + name, extra};
}

int sf_zip_read_central(sf_file *records, uint64_t offset, uint64_t base,
                        sf_zip_entry *entry, sheaf_error *error) {
  sheaf_bytes bytes;
  int code = view_record(records, offset, "PK\1\2", SF_ZIP_CENTRAL_SIZE, &bytes,
                         error);
  if (code) return code;
  const char *p = bytes.data;
  size_t name = sf_le16(p + 28), extra = sf_le16(p + 30);
  *entry = (sf_zip_entry){.made_by = sf_le16(p + 4),
                          .flags = sf_le16(p + 8),
                          .method = sf_le16(p + 10),
                          .dos_time = sf_le32(p + 12),
                          .crc32 = sf_le32(p + 16),
                          .packed_size = sf_le32(p + 20),
                          .size = sf_le32(p + 24),
                          .part = sf_le16(p + 34),
                          .attributes = sf_le32(p + 38),
                          .local = sf_le32(p + 42),
                          .record_size = bytes.size + sf_le16(p + 32)};
  take_texts(entry, p + SF_ZIP_CENTRAL_SIZE, name, extra);
  if (!read_zip64(entry, &entry->local))
    return damaged(records, offset, "a zip64 field is missing or too short",
                   error);
  if (entry->local > UINT64_MAX - base)
    return damaged(records, offset, "the member's offset is out of all bounds",
                   error);
  entry->local += base;
  return SHEAF_OK;
}

int sf_zip_read_local(sf_file *file, uint64_t offset, sf_zip_entry *entry,
                      sheaf_error *error) {
  sheaf_bytes bytes;
  int code =
      view_record(file, offset, "PK\3\4", SF_ZIP_LOCAL_SIZE, &bytes, error);
  if (code) return code;
  const char *p = bytes.data;
  size_t name = sf_le16(p + 26), extra = sf_le16(p + 28);
  *entry = (sf_zip_entry){.flags = sf_le16(p + 6),
                          .method = sf_le16(p + 8),
                          .dos_time = sf_le32(p + 10),
                          .crc32 = sf_le32(p + 14),
                          .packed_size = sf_le32(p + 18),
                          .size = sf_le32(p + 22),
                          .local = offset,
                          .record_size = bytes.size};
  take_texts(entry, p + SF_ZIP_LOCAL_SIZE, name, extra);
  // Sizes are taken from the directory where there is one: no matter if this
  // one has none.
  read_zip64(entry, NULL);
  return SHEAF_OK;
}

// --- What an entry is ------------------------------------------------------

static sheaf_member_type type_of(const sf_zip_entry *entry, sheaf_bytes name) {
  enum { TYPE = 0170000, FOLDER = 0040000, LINK = 0120000, FILE = 0100000 };
  enum { DOS_FOLDER = 0x10 };
  unsigned mode = sf_zip_is_unix(entry) ? entry->attributes >> 16 : 0;
  unsigned type = mode & TYPE;
  bool folder = (name.size && name.data[name.size - 1] == '/') ||
                type == FOLDER || (!mode && entry->attributes & DOS_FOLDER);
  // What calls itself a folder and has content is shown, not hidden.
  if (folder && entry->size == 0) return SHEAF_MEMBER_FOLDER;
  // What Sheaf itself has written about the members.
  if (sf_bytes_equal(name, SF_PACK_INDEX)) return SHEAF_MEMBER_RECORD;
  if (type == LINK) return SHEAF_MEMBER_LINK;
  // Packed from standard input, a file is called a pipe.
  bool special = type && type != FILE && entry->size == 0;
  return special ? SHEAF_MEMBER_SPECIAL : SHEAF_MEMBER_FILE;
}

// Days since 1970 of a date from 1980 on, in years that begin with March, so
// that a leap day is the last one (after Hinnant, "chrono-Compatible Low-Level
// Date Algorithms").
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
  if (month <= 2) year--;
  month += month > 2 ? -3 : 9;
  return year * 365 + year / 4 - year / 100 + year / 400 +
         (153 * month + 2) / 5 + day - 1 - 719468;
}

// MS-DOS has the local time of an unknown place: taken as UTC.
static int64_t dos_time(uint32_t dos) {
  if (dos >> 16 == 0) return 0;
  int64_t days = days_of((dos >> 25) + 1980, dos >> 21 & 15, dos >> 16 & 31);
  return days * 86400 + (dos >> 11 & 31) * 3600 + (dos >> 5 & 63) * 60 +
         (dos & 31) * 2;
}

static int64_t time_of(const sf_zip_entry *entry) {
  sheaf_bytes field;
  if (sf_zip_find_extra(entry->extra, SF_ZIP_TIME_EXTRA, &field) &&
      field.size >= 5 && field.data[0] & 1)
    return (int32_t)sf_le32(field.data + 1);
  // NTFS counts tenths of microseconds since 1601.
  if (sf_zip_find_extra(entry->extra, NTFS_EXTRA, &field) && field.size >= 16 &&
      sf_le16(field.data + 4) == 1 && sf_le16(field.data + 6) >= 8)
    return (int64_t)(sf_le64(field.data + 8) / 10000000) - 11644473600;
  return dos_time(entry->dos_time);
}

void sf_zip_describe(sf_zip_entry *entry, sf_buffer *texts,
                     sheaf_member *member) {
  sheaf_bytes media_type = {"", 0}, metadata = {"", 0};
  texts->size = 0;
  sf_zip_put_name(texts, entry);
  sheaf_bytes name = sf_buffer_bytes(texts);
  sf_zip_find_facts(entry->extra, &media_type, &metadata);
  sf_buffer_append(texts, media_type.data, media_type.size);
  sf_buffer_append(texts, metadata.data, metadata.size);
  sf_buffer_append(texts, entry->name.data, entry->name.size);
  // The buffer may have moved.
  name.data = texts->data;
  media_type.data = name.data + name.size;
  metadata.data = media_type.data + media_type.size;
  entry->name.data = metadata.data + metadata.size;
  unsigned encrypted =
      entry->flags & SF_ZIP_ENCRYPTED ? SHEAF_MEMBER_ENCRYPTED : 0;
  member->type = type_of(entry, name);
  member->flags = sf_member_name_flags(name) | encrypted;
  member->name = name;
  member->size = entry->size;
  member->packed_size = entry->packed_size;
  member->offset = entry->local;
  member->crc32 = entry->crc32;
  member->modified = time_of(entry);
  member->media_type = media_type;
  member->metadata = metadata;
}
