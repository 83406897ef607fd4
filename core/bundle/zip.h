/// What the files of the zip reader share. After APPNOTE.TXT 6.3.10.
#ifndef SF_ZIP_H
#define SF_ZIP_H

#include "bundle/bundle.h"

/// One entry, as the central directory tells of it; after damage to that, as
/// its local header does.
typedef struct {
  sheaf_bytes name;  ///< As stored. Borrowed from the file's window.
  unsigned flags;
  unsigned method;
  uint32_t crc32;
  uint64_t packed_size;
  uint64_t size;
  uint64_t local;        ///< Offset of the local header in the file.
  uint32_t attributes;   ///< External attributes.
  unsigned made_by;      ///< The system in the upper byte.
  unsigned date, time;   ///< MS-DOS form.
  uint64_t record_size;  ///< Of the record that this was read from.
} sf_zip_entry;

enum {
  SF_ZIP_ENCRYPTED = 1,
  SF_ZIP_DESCRIPTOR = 8,
  SF_ZIP_UTF8 = 0x800,
  SF_ZIP_STORED = 0,
  SF_ZIP_DEFLATED = 8
};

/// Where the entries are.
typedef struct {
  sf_file *file;
  uint64_t base;      ///< Bytes that stand before the archive itself.
  bool recovered;     ///< No directory was found: `offsets` are local headers.
  uint64_t *offsets;  ///< Of each entry's record in the file.
  size_t count;
  uint64_t packed;          ///< Sum of the packed sizes.
  unsigned char *overlaps;  ///< One an entry, or NULL when none overlaps.
} sf_zip_directory;

/// Reads the central directory. SHEAF_EDAMAGED when there is none.
int sf_zip_directory_find(sf_zip_directory *directory, sf_file *file,
                          sheaf_error *error);

/// The same, but falls back on the local headers, and looks for entries that
/// overlap. SHEAF_EDAMAGED when there is not a single entry.
int sf_zip_directory_read(sf_zip_directory *directory, sf_file *file,
                          sheaf_error *error);
void sf_zip_directory_clear(sf_zip_directory *directory);

/// Reads entry `index`.
int sf_zip_entry_at(const sf_zip_directory *directory, size_t index,
                    sf_zip_entry *entry, sheaf_error *error);

/// Reads the record of the central directory, or the local header, at
/// `offset`. SHEAF_EDAMAGED when there is none.
int sf_zip_central(sf_file *file, uint64_t offset, uint64_t base,
                   sf_zip_entry *entry, sheaf_error *error);
int sf_zip_local(sf_file *file, uint64_t offset, sf_zip_entry *entry,
                 sheaf_error *error);

/// Fills `directory` by walking over local headers.
int sf_zip_recover(sf_zip_directory *directory, sheaf_error *error);

/// Adds an entry's place to the directory.
int sf_zip_add_offset(sf_zip_directory *directory, uint64_t offset,
                      sheaf_error *error);

/// Appends `name` in UTF-8; `flags` tell whether it is already.
void sf_zip_name(sf_buffer *out, sheaf_bytes name, unsigned flags);

/// Little-endian numbers.
static inline unsigned sf_le16(const char *p) {
  const unsigned char *b = (const unsigned char *)p;
  return b[0] | (unsigned)b[1] << 8;
}

static inline uint32_t sf_le32(const char *p) {
  return sf_le16(p) | (uint32_t)sf_le16(p + 2) << 16;
}

static inline uint64_t sf_le64(const char *p) {
  return sf_le32(p) | (uint64_t)sf_le32(p + 4) << 32;
}

#endif
