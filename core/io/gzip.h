/// What the files of the gzip reader share. After RFC 1952; restart points as
/// in zlib's example zran.
#ifndef SF_GZIP_H
#define SF_GZIP_H

#include "io/io.h"

/// Bytes that deflate data may refer back to.
#define SF_GZIP_WINDOW SF_DEFLATE_WINDOW

/// Unpacked bytes from one restart point to the next, at least.
#define SF_GZIP_SPACING ((uint64_t)1 << 20)

// --- Headers (gzip_header.c) -----------------------------------------------

/// What the header of a member says. Without a checksum both sums are 0.
typedef struct {
  uint64_t size;             ///< Of the header.
  uint32_t expected, found;  ///< Its checksum, as it stands there and as it is.
} sf_gzip_head;

/// Reads the header of a member at `offset`. SHEAF_EDAMAGED when there is
/// none. A checksum that does not fit is no error.
int sf_gzip_header(sf_file *packed, uint64_t offset, sf_gzip_head *header,
                   sheaf_error *error);

/// Finds the next place at or behind `*offset` that begins like a member. False
/// when there is none.
bool sf_gzip_find_header(sf_file *packed, uint64_t *offset);

// --- The index (gzip_index.c) ----------------------------------------------

/// A place from which the stream can be unpacked.
typedef struct {
  uint64_t out;     ///< The first unpacked byte.
  uint64_t in;      ///< The first packed byte that is used as a whole,
  uint32_t bits;    ///< after so many bits of the one before it.
  uint32_t member;  ///< 1: a member's header is here. 0: a block of deflate
                    ///< data is, which needs its window:
  uint64_t window;  ///< where that is stored, packed,
  uint32_t window_packed;  ///< and its sizes.
  uint32_t window_size;
  uint32_t window_crc;  ///< Of the unpacked window.
  uint32_t reserved;    ///< 0, so that every byte has a meaning.
} sf_gzip_point;

/// What can be wrong with a piece of the stream.
typedef enum {
  SF_GZIP_CHECKSUM,   ///< `expected` and `found` are CRCs.
  SF_GZIP_SIZE,       ///< They are sizes, modulo 2^32.
  SF_GZIP_DAMAGED,    ///< The data cannot be unpacked.
  SF_GZIP_TRUNCATED,  ///< They end too early.
  SF_GZIP_JUNK,       ///< `found` bytes belong to no member.
  SF_GZIP_STALL,      ///< They give next to nothing.
  SF_GZIP_RATIO,      ///< More than `expected` times the packed bytes.
  SF_GZIP_TOTAL,      ///< More than `expected` bytes in all.
  SF_GZIP_HEADER      ///< `expected` and `found` are checksums of the header.
} sf_gzip_fault;

/// Unpacked bytes that nothing vouches for, or that are lost: then there is
/// one byte, which stands for an unknown number.
typedef struct {
  uint64_t from, to;
  uint64_t member;  ///< Where in the packed file the member begins,
  uint64_t at;      ///< and where the fault showed.
  uint32_t fault;   ///< An sf_gzip_fault.
  uint32_t lost;    ///< 1: there is nothing to read.
  uint64_t expected, found;
} sf_gzip_flaw;

typedef struct {
  uint64_t size;     ///< Unpacked.
  sf_buffer points;  ///< sf_gzip_point, in their order.
  sf_buffer flaws;   ///< sf_gzip_flaw, in their order.
  int windows;       ///< A file with the windows; -1: they are in `memory`.
  uint64_t windows_size;
  sf_buffer memory;
} sf_gzip_index;

/// Makes an empty index. With `spill`, windows go to a temporary file.
int sf_gzip_index_init(sf_gzip_index *index, bool spill, sheaf_error *error);
void sf_gzip_index_clear(sf_gzip_index *index);

/// Adds a point; `window`, which may be empty, is packed and stored.
int sf_gzip_add_point(sf_gzip_index *index, sf_gzip_point point,
                      sheaf_bytes window, sheaf_error *error);

/// The last point at or before the unpacked byte `offset`.
const sf_gzip_point *sf_gzip_point_before(const sf_gzip_index *index,
                                          uint64_t offset);

/// Unpacks the window of `point` into `window`, which has SF_GZIP_WINDOW bytes.
/// SHEAF_EDAMAGED when the index is damaged: then it has to be made anew.
int sf_gzip_read_window(const sf_gzip_index *index, const sf_gzip_point *point,
                        char *window, sheaf_error *error);

/// The first flaw that ends behind `offset`; NULL when there is none.
const sf_gzip_flaw *sf_gzip_flaw_after(const sf_gzip_index *index,
                                       uint64_t offset);

// --- Kept indexes (gzip_cache.c) -------------------------------------------

/// Where the index of `packed` is kept; see sf_cache_path().
char *sf_gzip_cache_path(const char *cache, const sf_file *packed,
                         const sf_stream_limits *limits);

/// Loads the index that is kept there. False when it is not there or is
/// damaged.
bool sf_gzip_cache_load(sf_gzip_index *index, const char *path);

/// Keeps the index; see sf_cache_keep().
void sf_gzip_cache_save(const sf_gzip_index *index, const char *path);

// --- The first pass (gzip_scan.c) ------------------------------------------

/// Unpacks the whole stream once: checks it, and makes its index.
int sf_gzip_scan(sf_gzip_index *index, sf_file *packed,
                 const sf_stream_limits *limits, sheaf_error *error);

#endif
