/// What the files of the tar reader share. After POSIX.1-2017 pax, "ustar
/// Interchange Format" and "pax Interchange Format", the manual of GNU tar
/// 1.34, "Basic Tar Format" and "Storing Sparse Files", and star(5).
///
/// Where the dialects disagree:
/// - The size that a pax header gives is the member's size, whatever the
///   ustar header says, and the next header is looked for behind it. So every
///   byte belongs to one member at most.
/// - Global pax headers ("g") are stepped over, as libarchive and Go do: a
///   member means the same whichever way it was reached.
/// - Links, devices and folders have no content. Where a size is given for
///   them nevertheless, the next block decides whether data follow.
#ifndef SF_TAR_H
#define SF_TAR_H

#include "bundle/bundle.h"

enum { SF_TAR_BLOCK = 512 };

// --- Header blocks (tar_header.c) ------------------------------------------

typedef enum {
  SF_TAR_V7,     ///< No magic, no prefix of the name.
  SF_TAR_USTAR,  ///< POSIX, with a prefix of 155 bytes.
  SF_TAR_STAR,   ///< The same with one of 131 bytes.
  SF_TAR_GNU     ///< Has other things where the prefix is.
} sf_tar_dialect;

/// The fields of a block that a reader needs, without the name.
typedef struct {
  sf_tar_dialect dialect;
  char type;
  uint64_t size;  ///< Bytes of data that follow.
  int64_t modified;
} sf_tar_header;

/// True when the block has nothing but zeros, as two at the end have.
bool sf_tar_is_zero(const char *block);

/// True when the block's checksum fits, the bytes taken as unsigned, as they
/// should be, or as signed, as some old tars took them. Stores the sum that
/// the block should have and the one that it has.
bool sf_tar_check_sum(const char *block, uint64_t *expected, uint64_t *found);

/// True when the block's checksum fits and its fields make sense, so that it
/// can hardly be anything but a header.
bool sf_tar_is_header(const char *block);

/// True when the block has the mark of a tar's header, sound or not.
bool sf_tar_has_magic(const char *block);

/// Reads the number in a field: octal digits, or GNU's binary number. False
/// when it is neither.
bool sf_tar_number(const char *field, size_t size, int64_t *number);

/// Reads a header; the checksum is not looked at. SHEAF_EDAMAGED when its size
/// cannot be read.
int sf_tar_read_header(const char *block, sf_tar_header *header,
                       sheaf_error *error);

/// Appends the name in a header with its prefix.
void sf_tar_put_name(sf_buffer *out, const char *block, sf_tar_dialect dialect);

/// The target of the link in a header, borrowed from the block.
sheaf_bytes sf_tar_link(const char *block);

// --- Extended headers (tar_pax.c) ------------------------------------------

/// Where the map of a sparse file's data stands.
typedef enum {
  SF_TAR_DENSE,      ///< No map: not sparse.
  SF_TAR_GNU_MAP,    ///< In the header and in blocks behind it.
  SF_TAR_PAX_PAIRS,  ///< GNU.sparse 0.0: a record a number.
  SF_TAR_PAX_LIST,   ///< GNU.sparse 0.1: a record with all numbers.
  SF_TAR_PAX_LINES   ///< GNU.sparse 1.0: before the data, a line a number.
} sf_tar_sparse;

/// What the headers that go before an entry's own say of it.
typedef struct {
  sf_buffer name;  ///< Empty when they give none; cut to a byte over the limit.
  sf_buffer link;  ///< The same for the target of a link.
  bool has_size;
  bool has_modified;
  bool has_real_size;
  bool has_sparse_name;  ///< Which goes before any other name.
  uint64_t size;         ///< Of the data in the archive.
  uint64_t real_size;    ///< Of a sparse file.
  int64_t modified;
  sf_tar_sparse sparse;
  uint64_t map;       ///< Where the records or the record with the map begin,
  uint64_t map_size;  ///< and how many bytes they have.
} sf_tar_extension;

/// One record of a pax header.
typedef struct {
  char key[64];   ///< Cut to fit.
  uint64_t at;    ///< Where it begins.
  uint64_t from;  ///< Where its value stands,
  uint64_t size;  ///< and how long that is.
} sf_tar_record;

/// Takes the digits off the front of `text` and stores the number that they
/// are. False when there are none, or more than an offset can have.
bool sf_tar_take_decimal(sheaf_bytes *text, uint64_t *number);

/// Reads the record at `*at`, which is moved behind it; the header ends at
/// `end`. SHEAF_END there; SHEAF_EDAMAGED when the record is malformed.
int sf_tar_next_record(sf_file *file, uint64_t *at, uint64_t end,
                       sf_tar_record *record, sheaf_error *error);

/// Takes over what the pax header with `size` bytes at `from` says. Names are
/// read up to `max_name` bytes and one more.
int sf_tar_read_pax(sf_file *file, uint64_t from, uint64_t size,
                    unsigned max_name, sf_tar_extension *extension,
                    sheaf_error *error);

/// Replaces the text in `out` by that in the file, up to `max` bytes and one
/// more; with `ends`, it ends before a NUL.
int sf_tar_read_text(sf_file *file, uint64_t from, uint64_t size, unsigned max,
                     bool ends, sf_buffer *out, sheaf_error *error);

// --- Entries (tar_entry.c) -------------------------------------------------

/// One entry with all of its headers.
typedef struct {
  uint64_t offset;  ///< Of its first header, which may be an extended one.
  uint64_t header;  ///< Of its own header.
  uint64_t data;
  uint64_t packed_size;  ///< Of the data.
  uint64_t size;         ///< Of the content: of a sparse file it is larger.
  uint64_t end;          ///< Where the next entry begins.
  int64_t modified;
  char type;
  sf_buffer name;
  sf_buffer link;  ///< Target of a link.
  sf_tar_extension extension;
} sf_tar_entry;

/// Reads the entry at `offset`. SHEAF_END where the archive ends.
///
/// SHEAF_EDAMAGED and SHEAF_ETRUNCATED cost this entry alone, of which all is
/// told that is known: `end`, which lies behind `offset`, always is. `entry` is
/// reused; sf_tar_clear_entry() releases its memory.
int sf_tar_read_entry(const sf_source *source, uint64_t offset,
                      sf_tar_entry *entry, sheaf_error *error);
void sf_tar_clear_entry(sf_tar_entry *entry);

// --- Damage (tar_recover.c) ------------------------------------------------

/// Copies the block at `offset`. What the file is too short for becomes zeros.
/// SHEAF_END when nothing of it is there.
int sf_tar_read_block(sf_file *file, uint64_t offset, char block[SF_TAR_BLOCK],
                      sheaf_error *error);

/// Stores where the next sound header is, at `from` or whole blocks behind it;
/// the end of the file where there is none.
int sf_tar_find_header(sf_file *file, uint64_t from, uint64_t *found,
                       sheaf_error *error);

// --- Content (tar_sparse.c) ------------------------------------------------

/// Reads the content of an entry; `*content` is borrowed from `buffer` or the
/// file.
int sf_tar_read(const sf_source *source, const sf_tar_entry *entry,
                sf_buffer *buffer, sheaf_bytes *content, sheaf_error *error);

/// Sends it to `sink` piece by piece.
int sf_tar_stream(const sf_source *source, const sf_tar_entry *entry,
                  sheaf_sink sink, void *context, sheaf_error *error);

#endif
