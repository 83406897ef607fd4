/// What the files of the zip reader share. After PKWARE's APPNOTE.TXT 6.3.10.
#ifndef SF_ZIP_H
#define SF_ZIP_H

#include "bundle/bundle.h"

/// The member in which a packed file says what Sheaf knows of the others.
#define SF_PACK_INDEX "META-INF/sheaf.json"

enum {
  SF_ZIP_ENCRYPTED = 1,   ///< Flags of an entry.
  SF_ZIP_DESCRIPTOR = 8,  ///< Sizes and CRC follow the data.
  SF_ZIP_UTF8 = 0x800,    ///< The name is UTF-8.
  SF_ZIP_STORED = 0,      ///< Methods.
  SF_ZIP_DEFLATED = 8,
  SF_ZIP_LOCAL_SIZE = 30,       ///< Bytes of a local header without its texts,
  SF_ZIP_CENTRAL_SIZE = 46,     ///< and of a record of the directory.
  SF_ZIP_ZIP64_EXTRA = 1,       ///< Numbers that need 64 bits.
  SF_ZIP_MADE_BY = 3 << 8 | 45  ///< Unix, zip 4.5.
};

// --- Records (zip_entry.c) -------------------------------------------------

/// One entry, as a record of the directory or a local header tells of it.
typedef struct {
  sheaf_bytes name;   ///< As stored. Borrowed until the file is read on.
  sheaf_bytes extra;  ///< The extra fields, borrowed likewise.
  unsigned made_by;   ///< The system in the upper byte.
  unsigned flags;
  unsigned method;
  uint32_t dos_time;  ///< Date in the upper half.
  uint32_t crc32;
  uint64_t packed_size;
  uint64_t size;
  unsigned part;         ///< Of a split zip, from 0: where it begins.
  uint32_t attributes;   ///< External ones.
  uint64_t local;        ///< Where in the file its local header is.
  uint64_t record_size;  ///< Of the record that this was read from.
} sf_zip_entry;

/// Reads the record of the directory at `offset` in `records`; `base` is added
/// to the offsets in it. SHEAF_EDAMAGED when there is none, or when it has no
/// place for a number that needs 64 bits.
int sf_zip_read_central(sf_file *records, uint64_t offset, uint64_t base,
                        sf_zip_entry *entry, sheaf_error *error);

/// Reads the local header at `offset`. Errors as above.
int sf_zip_read_local(sf_file *file, uint64_t offset, sf_zip_entry *entry,
                      sheaf_error *error);

/// Describes `entry` in `*member`, all but its ordinal; the texts are written
/// to `texts`, anew, and so is the entry's own name, which moves there.
void sf_zip_describe(sf_zip_entry *entry, sf_buffer *texts,
                     sheaf_member *member);

// --- Writing records (zip_write.c) -----------------------------------------

/// Appends a local header. With `zip64` it has room for sizes of 64 bits, and
/// so the same size whatever they are.
void sf_zip_write_local(sf_buffer *out, const sf_zip_entry *entry, bool zip64);

/// Appends a record of the directory that tells of `entry`, with zip64.
void sf_zip_write_central(sf_buffer *out, const sf_zip_entry *entry);

/// Appends the end of a zip whose directory of `count` records has `size` bytes
/// from `from` on, with that of zip64.
void sf_zip_write_end(sf_buffer *out, uint64_t count, uint64_t from,
                      uint64_t size);

/// The time as MS-DOS has it, in UTC; the beginning of 1980 where it has none.
uint32_t sf_zip_dos_time(int64_t modified);

// --- What zip has no place for (zip_facts.c) -------------------------------

#define SF_ZIP_TIME_EXTRA 0x5455  ///< "UT": times as Unix has them.

/// Appends the extra field with the exact time, in UTC, where it fits.
void sf_zip_put_time(sf_buffer *extra, int64_t modified);

/// Appends the extra field with the media type and the metadata of a member,
/// where there are any and they fit.
void sf_zip_put_facts(sf_buffer *extra, sheaf_bytes media_type,
                      sheaf_bytes metadata);

/// Finds both in `extra`, borrowed from it. False where they are not there.
bool sf_zip_find_facts(sheaf_bytes extra, sheaf_bytes *media_type,
                       sheaf_bytes *metadata);

// --- The directory (zip_directory.c) ---------------------------------------

/// Where an entry is.
typedef struct {
  uint64_t record;  ///< Of the directory, in the file that has the records.
  uint64_t from;    ///< Its local header; UINT64_MAX: it is not known where.
} sf_zip_place;

/// An entry among those in the order of the file.
typedef struct {
  uint64_t from;
  size_t index;
} sf_zip_start;

/// Where the entries are. The records themselves stay in the file, so that a
/// member costs sixteen bytes of memory.
typedef struct {
  sf_file *file;
  sf_file *records;  ///< What has the records: `file`, or `memory`.
  sf_file *memory;   ///< A directory made anew, in `rebuilt`; or NULL.
  sf_buffer rebuilt;
  uint64_t base;      ///< Bytes that stand before the archive itself.
  uint64_t from, to;  ///< The directory in the file; both 0 when rebuilt.
  int64_t shift;      ///< How far behind the place that the end gives it is.
  unsigned part;      ///< That the file is of a split zip, from 0.
  sf_zip_place *places;
  size_t count;
  bool damaged;          ///< The file's own is, and was made anew.
  bool cut;              ///< The last entry is the one that the file ends in.
  bool shuffled;         ///< The entries do not follow each other in the file:
  sf_zip_start *starts;  ///< these do. Made when first needed.
} sf_zip_directory;

/// Tells whether `file` ends with a directory that has entries.
bool sf_zip_has_directory(sf_file *file);

/// Finds the entries, by their local headers where the directory is damaged or
/// missing. The caller clears `directory`, on failure too.
int sf_zip_open_directory(sf_zip_directory *directory, sf_file *file,
                          sheaf_error *error);
void sf_zip_clear_directory(sf_zip_directory *directory);

/// Notes the place of the next entry.
int sf_zip_add(sf_zip_directory *directory, sf_zip_place place,
               sheaf_error *error);

/// Reads entry `index`.
int sf_zip_entry_at(const sf_zip_directory *directory, size_t index,
                    sf_zip_entry *entry, sheaf_error *error);

/// Where bytes were lost or added among the entries, so that the directory is
/// not where it was: finds those behind them again (zip_relocate.c).
int sf_zip_relocate(sf_zip_directory *directory, sheaf_error *error);

/// Moves `*at` to the first local header from there on and before `end`.
/// SHEAF_END where none is.
int sf_zip_find_local(sf_file *file, uint64_t *at, uint64_t end,
                      sheaf_error *error);

/// Makes the directory anew by walking over local headers (zip_recover.c).
int sf_zip_recover(sf_zip_directory *directory, sheaf_error *error);

/// Fails with SHEAF_EDAMAGED when the bytes `[from, to)`, entry `index` from
/// its local header to the end of its data, are part of another entry too
/// (zip_overlap.c).
int sf_zip_check_overlap(sf_zip_directory *directory, size_t index,
                         uint64_t from, uint64_t to, sheaf_error *error);

// --- Content (zip_content.c) -----------------------------------------------

/// What reading the content of an entry needs.
typedef struct {
  const sf_source *source;
  sf_zip_directory *directory;
  sf_inflater *inflater;
  size_t index;
  const sf_zip_entry *entry;
} sf_zip_content;

/// Reads all of it; `*content` is borrowed from `buffer` or the file.
int sf_zip_read(const sf_zip_content *from, sf_buffer *buffer,
                sheaf_bytes *content, sheaf_error *error);

/// Sends it to `sink` piece by piece.
int sf_zip_stream(const sf_zip_content *from, sheaf_sink sink, void *context,
                  sheaf_error *error);

// --- Methods other than deflate (zip_method.c) -----------------------------

/// True for stored, deflate, bzip2, lzma, zstd and xz.
bool sf_zip_method_is_known(unsigned method);

/// Sends what the entry's data at `offset` unpack to, by one of the last four,
/// to `sink`. SHEAF_EUNSUPPORTED without libarchive.
int sf_zip_unpack(const sf_zip_content *from, uint64_t offset, sheaf_sink sink,
                  void *context, sheaf_error *error);

// --- Little-endian numbers -------------------------------------------------

/// Appends a number of so many bytes, least significant first.
static inline void sf_zip_put(sf_buffer *out, uint64_t number, int bytes) {
  for (int i = 0; i < bytes; i++, number >>= 8)
    sf_buffer_putc(out, (char)(number & 0xff));
}

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
