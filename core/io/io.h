/// Input and output: files that are read at offsets, inflating, checksums,
/// and the few ways in which Sheaf writes files.
#ifndef SF_IO_H
#define SF_IO_H

#include "base/base.h"

// --- Reading (file.c) ------------------------------------------------------

/// A file or other source of bytes that can be read at any offset, through
/// windows that read ahead where it is read onward.
typedef struct sf_file sf_file;

/// Opens the regular file at `path` for reading. Anything else, such as a
/// named pipe, is refused without blocking on it.
int sf_file_open(sf_file **out, const char *path, sheaf_error *error);

/// Makes a file of the open descriptor `fd`, which it takes, on failure too;
/// `path` is its name in errors. It must be a regular file.
int sf_file_adopt(sf_file **out, int fd, const char *path, sheaf_error *error);

/// Makes a file of bytes in memory, which are borrowed.
int sf_file_memory(sf_file **out, const char *name, sheaf_bytes content,
                   sheaf_error *error);

/// Where the bytes of a virtual file come from: a compressed stream, say.
typedef struct {
  /// Stores between 1 and `size` bytes from `offset` on, which is within the
  /// file, at `out` and their number in `*got`. SHEAF_EDAMAGED where the byte
  /// at `offset` is lost.
  int (*read)(void *context, uint64_t offset, char *out, size_t size,
              size_t *got, sheaf_error *error);
  /// See sf_file_doubt(). NULL: nothing is in doubt.
  int (*doubt)(const void *context, uint64_t from, uint64_t to,
               sheaf_error *error);
  /// See sf_file_resume(). NULL: nothing is lost.
  uint64_t (*resume)(const void *context, uint64_t offset);
  /// See sf_file_entry(). NULL: every place is one.
  uint64_t (*entry)(const void *context, uint64_t offset);
  /// NULL: the context is the owner's.
  void (*close)(void *context);
} sf_file_source;

/// Makes a file of `size` bytes that come from `source`. `context` is taken,
/// on failure too.
int sf_file_virtual(sf_file **out, const char *name, uint64_t size,
                    int64_t modified, const sf_file_source *source,
                    void *context, sheaf_error *error);

/// SHEAF_OK when nothing speaks against the bytes `[from, to)`; otherwise what
/// does: they come from a stream whose checksum does not fit, or was never
/// found. They can be read all the same, but for those that are lost.
int sf_file_doubt(const sf_file *file, uint64_t from, uint64_t to,
                  sheaf_error *error);

/// The first place at or behind `offset` whose byte is not lost: `offset`
/// itself in a file that is not damaged. May be the end of the file.
uint64_t sf_file_resume(const sf_file *file, uint64_t offset);

/// The last place at or before `offset` from which the file can be read without
/// anything before it: in a compressed stream what lies between the two has to
/// be unpacked first.
uint64_t sf_file_entry(const sf_file *file, uint64_t offset);

// Streams (spool.c).

/// True for "-", which is standard input, and for a pipe that is an open
/// descriptor of this process ("/dev/fd/3", as shells pass them).
bool sf_path_is_stream(const char *path);

/// A descriptor, the caller's, to read such a stream from; -1 with `*error`
/// filled, as for a terminal.
int sf_path_stream(const char *path, sheaf_error *error);

/// Copies what can be read now to the file `to`; blocks until there is
/// something. SHEAF_END at the end.
int sf_spool_some(int from, int to, const char *name, sheaf_error *error);

/// Makes a file of such a stream: itself where it is a file, else of a
/// temporary copy. Blocks until the stream ends.
int sf_file_stream(sf_file **out, const char *path, sheaf_error *error);

/// Closes `file`. NULL is allowed.
void sf_file_close(sf_file *file);

uint64_t sf_file_size(const sf_file *file);
const char *sf_file_path(const sf_file *file);

/// The open descriptor of a file that has one; -1 otherwise. Stays the file's.
int sf_file_descriptor(const sf_file *file);

/// When the file was last changed: seconds since 1970, 0 when not known.
int64_t sf_file_modified(const sf_file *file);

/// Borrows `size` bytes at `offset`, until the next call on `file`.
/// SHEAF_ETRUNCATED when the file ends before; the request is checked against
/// the file's size before memory is asked for.
int sf_file_view(sf_file *file, uint64_t offset, size_t size,
                 sheaf_bytes *bytes, sheaf_error *error);

/// As sf_file_view(), but where only the first of the bytes can be read they
/// are given: fewer than `size`, at least one.
int sf_file_view_some(sf_file *file, uint64_t offset, size_t size,
                      sheaf_bytes *bytes, sheaf_error *error);

/// Reads `size` bytes at `offset` into `out`. Errors as in sf_file_view().
int sf_file_read(sf_file *file, uint64_t offset, char *out, size_t size,
                 sheaf_error *error);

/// Appends the whole file at `path` to `out`. SHEAF_ETOOLARGE when it has more
/// than `limit` bytes.
int sf_file_slurp(const char *path, uint64_t limit, sf_buffer *out,
                  sheaf_error *error);

/// Opens `name`, a path relative to the open folder `folder`, with the flags
/// of open(2). No part of the name may be a symbolic link, "..", or empty:
/// nothing outside the folder can be reached. Never blocks on a named pipe.
/// Returns a descriptor, or -1 with errno set.
int sf_open_beneath(int folder, const char *name, int flags);

// --- Inflating (inflate.c) -------------------------------------------------

/// An inflater for raw deflate data: libdeflate for whole members where it is
/// built in, zlib otherwise and for streams. Reused from member to member.
typedef struct sf_inflater sf_inflater;

int sf_inflater_new(sf_inflater **out, sheaf_error *error);

/// Releases `inflater`. NULL is allowed.
void sf_inflater_free(sf_inflater *inflater);

/// Inflates `packed` into exactly `size` bytes at `out`. SHEAF_EDAMAGED when
/// the data are not deflate data or give another number of bytes.
int sf_inflate(sf_inflater *inflater, sheaf_bytes packed, char *out,
               size_t size, sheaf_error *error);

/// What stands around deflate data.
typedef enum {
  SF_INFLATE_RAW,   ///< Nothing.
  SF_INFLATE_ZLIB,  ///< Zlib's header and checksum,
  SF_INFLATE_GZIP   ///< or those of a gzip member: they are checked.
} sf_inflate_kind;

/// Begins to inflate a stream piece by piece.
int sf_inflate_start(sf_inflater *inflater, sf_inflate_kind kind,
                     sheaf_error *error);

/// Inflates more of the stream: takes from the front of `*packed`, which is
/// moved past what was used, and stores up to `room` bytes at `out`. SHEAF_OK:
/// call again with more room, or with more data once `*packed` is empty.
/// SHEAF_END: the stream is complete. SHEAF_EDAMAGED: it is no deflate data.
int sf_inflate_some(sf_inflater *inflater, sheaf_bytes *packed, char *out,
                    size_t room, size_t *written, sheaf_error *error);

/// Inflates the whole gzip member at the beginning of `packed` and checks it,
/// if it ends there and gives at most `room` bytes. Stores how many bytes were
/// used and made. SHEAF_EDAMAGED otherwise, or SHEAF_EUNSUPPORTED where only
/// zlib is built in; nothing explains why.
int sf_inflate_gzip(sf_inflater *inflater, sheaf_bytes packed, char *out,
                    size_t room, size_t *used, size_t *made);

/// Continues a CRC-32 (as in zip and gzip); the first call gets 0.
uint32_t sf_crc32(uint32_t crc, const void *data, size_t size);

/// The versions of zlib and of libdeflate; NULL where that is not built in.
const char *sf_zlib_version(void);
const char *sf_libdeflate_version(void);

// --- Compressed streams (gunzip.c) -----------------------------------------

/// How far a compressed stream may go. 0: no limit.
typedef struct {
  uint64_t max_total;  ///< Unpacked bytes.
  unsigned max_ratio;  ///< Unpacked to packed, after the first MiB.
} sf_stream_limits;

/// True when a file with these first bytes is a gzip stream.
bool sf_gzip_is(sheaf_bytes head);

/// Makes a file of what the gzip stream in `packed` unpacks to, any number of
/// members. The stream is checked once, by a first pass, which notes places to
/// start from; for a large file they are kept in the folder `cache` (NULL: the
/// user's; "": nowhere). What is damaged is in doubt or lost; behind it the
/// next member is found again. Where a limit is reached, the rest is lost.
/// Takes `packed`, on failure too.
int sf_gunzip(sf_file **out, sf_file *packed, const sf_stream_limits *limits,
              const char *cache, sheaf_error *error);

/// The name of another kind of compressed stream that a file with these first
/// bytes is: "zstd", "xz", "lzma", "bzip2", "lz4", "lzip", "compress". NULL:
/// none.
const char *sf_packed_kind(sheaf_bytes head);

/// The same as sf_gunzip() for those, by libarchive. A first pass over all of
/// the stream checks it and finds its size. There are no places to start from:
/// who goes back begins anew, and who does so often gets a temporary file of
/// all that there is. When the stream is damaged all of it is in doubt, and
/// what is behind the damage is lost. SHEAF_EUNSUPPORTED without libarchive.
int sf_unpack_stream(sf_file **out, sf_file *packed,
                     const sf_stream_limits *limits, sheaf_error *error);

// --- libarchive (archive.c) ------------------------------------------------

/// An archive, or compressed stream, that libarchive reads.
typedef struct sf_archive sf_archive;

typedef struct {
  sheaf_bytes name;  ///< Borrowed until the next call.
  uint64_t size;     ///< Bytes, as declared; 0 where they are not.
  int64_t modified;  ///< Seconds since 1970; 0: not known.
  unsigned mode;     ///< S_IFREG and so on.
  bool link;         ///< A hard link.
  bool encrypted;
  bool last;  ///< After an error: nothing can be found behind it.
} sf_archive_entry;

/// What of a file libarchive is asked for.
typedef enum {
  SF_ARCHIVE_ENTRIES,  ///< The entries of an archive.
  SF_ARCHIVE_ZIP,      ///< Those of a zip.
  SF_ARCHIVE_STREAM,   ///< What compressed streams in it unpack to, as one
                       ///< entry; there may be some within each other.
  SF_ARCHIVE_BZIP2,    ///< What one stream of a certain kind unpacks to.
  SF_ARCHIVE_LZMA,
  SF_ARCHIVE_XZ,
  SF_ARCHIVE_ZSTD,
} sf_archive_kind;

/// True when libarchive is installed.
bool sf_archive_found(void);

/// Opens what is in `file`, which is borrowed.
int sf_archive_open(sf_archive **out, sf_file *file, sf_archive_kind kind,
                    sheaf_error *error);
void sf_archive_close(sf_archive *archive);

/// Steps to the next entry. SHEAF_END at the end.
int sf_archive_next(sf_archive *archive, sf_archive_entry *entry,
                    sheaf_error *error);

/// Where the current entry's header is in the file.
uint64_t sf_archive_offset(const sf_archive *archive);

/// How many bytes of the file have been made use of.
uint64_t sf_archive_consumed(const sf_archive *archive);

/// Reads more of the entry: up to `size` bytes, and at least one. SHEAF_END
/// after the last.
int sf_archive_read(sf_archive *archive, char *out, size_t size, size_t *got,
                    sheaf_error *error);

// --- libarchive in a process of its own (isolate.c) ------------------------

/// An archive that libarchive reads in a process of its own, which has hardly
/// any rights: the library may crash, or not come to an end, on an archive that
/// was made for that.
typedef struct sf_isolate sf_isolate;

/// How it is read, and how that went: one for all archives that belong
/// together.
typedef struct {
  unsigned stall;   ///< The most seconds of processor time that it may stall;
                    ///< 0: any, and it reads in this process.
  int helper;       ///< Who starts it; 0: this process, where it may.
  unsigned stalls;  ///< So far, or how often it took too much memory. The
                    ///< first may take half of the time, the next one half of
                    ///< what is left; after a few it is not started again.
} sf_isolation;

/// As sf_archive_open(); `how` is borrowed.
int sf_isolate_open(sf_isolate **out, sf_file *file, sf_archive_kind kind,
                    sf_isolation *how, sheaf_error *error);
void sf_isolate_close(sf_isolate *archive);

/// As sf_archive_next(), with the place of its header, and sf_archive_read().
/// SHEAF_EDAMAGED where the library crashed, SHEAF_ETIMEOUT where it stalled,
/// SHEAF_ELIMIT where it took too much memory: it has to be opened again then.
int sf_isolate_next(sf_isolate *archive, sf_archive_entry *entry,
                    uint64_t *offset, sheaf_error *error);
int sf_isolate_read(sf_isolate *archive, char *out, size_t size, size_t *got,
                    sheaf_error *error);

/// True when it has to be opened again. So has NULL.
bool sf_isolate_dead(const sf_isolate *archive);

/// Starts a helper for this process, which is about to give up its right to
/// have children, and which the helper ends with. `*out` is a descriptor. Has
/// to come before the first thread.
int sf_isolate_helper(int *out, sheaf_error *error);

// --- Deflating (deflate.c) -------------------------------------------------

/// Packs whole members: with libdeflate where it is built in, with zlib
/// otherwise and for parts of members. Used again and again.
typedef struct sf_deflater sf_deflater;

/// Bytes that deflate data may refer back to.
#define SF_DEFLATE_WINDOW ((size_t)32 << 10)

/// `level` is 1 (quick) to 9 (small).
int sf_deflater_new(sf_deflater **out, int level, sheaf_error *error);
void sf_deflater_free(sf_deflater *deflater);

/// Packs `content` as raw deflate data into at most `room` bytes and returns
/// their number; 0 when that is too little.
size_t sf_deflate(sf_deflater *deflater, sheaf_bytes content, char *out,
                  size_t room);

/// Packs `content` as the part of a stream that follows `before`, of which up
/// to SF_DEFLATE_WINDOW bytes are given, and appends it to `out`: parts that
/// were packed each for itself are a stream, one behind the other. The `last`
/// part ends it. False without memory.
bool sf_deflate_part(sf_deflater *deflater, sheaf_bytes before,
                     sheaf_bytes content, bool last, sf_buffer *out);

// --- Deflating in threads (deflate_pool.c) ---------------------------------

/// What a content is.
typedef enum {
  SF_DEFLATE_WHOLE,  ///< All of a member.
  SF_DEFLATE_PART,   ///< A part of one,
  SF_DEFLATE_LAST    ///< and the last part.
} sf_deflate_kind;

/// A content on its way through the pool.
typedef struct {
  sf_deflate_kind kind;
  sf_buffer before;   ///< What a part follows: see sf_deflate_part().
  sf_buffer content;  ///< A copy.
  sf_buffer packed;   ///< Raw deflate data. Empty where they would be no
                      ///< smaller than a whole content; `failed` without
                      ///< memory for a part.
  uint32_t crc32;     ///< Of a whole content, as its digest.
  char digest[SF_SHA256_HEX];
  bool done;  ///< The pool's own.
} sf_deflate_job;

/// Packs contents in threads of its own. One other thread adds them and takes
/// them back, in the same order.
typedef struct sf_deflate_pool sf_deflate_pool;

/// `level` as in sf_deflater_new(); 0: nothing is packed, and there are no
/// parts. `threads` is at least 1.
int sf_deflate_pool_new(sf_deflate_pool **out, int level, size_t threads,
                        sheaf_error *error);
void sf_deflate_pool_free(sf_deflate_pool *pool);

/// How many contents can be under way.
size_t sf_deflate_pool_room(const sf_deflate_pool *pool);

/// True when there is no room for another one.
bool sf_deflate_pool_full(const sf_deflate_pool *pool);

/// Adds copies of `content` and, for a part, of what is `before` it. There must
/// be room.
void sf_deflate_pool_add(sf_deflate_pool *pool, sf_deflate_kind kind,
                         sheaf_bytes before, sheaf_bytes content);

/// Waits for the oldest content and takes it back: it lives until the next one
/// is added. NULL when there is none under way.
sf_deflate_job *sf_deflate_pool_take(sf_deflate_pool *pool);

// --- Bytes for later (spill.c) ---------------------------------------------

/// Bytes that are appended, and read once, at the end. All but the last MiB
/// are in a temporary file. Start with sf_spill_init().
typedef struct {
  sf_buffer tail;  ///< Append here, then call sf_spill_settle().
  int file;        ///< -1: none was needed yet.
  uint64_t filed;  ///< Bytes in it.
} sf_spill;

void sf_spill_init(sf_spill *spill);
void sf_spill_clear(sf_spill *spill);

/// Takes in what was appended. SHEAF_EWRITE, SHEAF_ENOMEM.
int sf_spill_settle(sf_spill *spill, sheaf_error *error);

uint64_t sf_spill_size(const sf_spill *spill);

/// Sends all of it to `sink`, which fills `*error` and returns a code to stop.
int sf_spill_send(const sf_spill *spill,
                  int (*sink)(void *context, sheaf_bytes piece,
                              sheaf_error *error),
                  void *context, sheaf_error *error);

// --- Writing (output.c) ----------------------------------------------------

/// Writes all of `data` to `fd`, across EINTR and short writes.
/// SHEAF_EWRITE names `path`.
int sf_write_all(int fd, const char *path, const char *data, size_t size,
                 sheaf_error *error);

/// Replaces the file at `path` atomically: written beside it under its name
/// with ".part" behind, synced, renamed, the folder synced.
int sf_file_replace(const char *path, sheaf_bytes content, sheaf_error *error);

/// Opens a new file without a name, in TMPDIR or /tmp: it is gone once it is
/// closed. Returns a descriptor, or -1 with `*error` filled (SHEAF_EWRITE).
int sf_file_temporary(sheaf_error *error);

/// Makes the renames and new names in `folder` durable.
int sf_folder_sync(const char *folder, sheaf_error *error);

/// The same for the folder that the file at `path` is in.
int sf_parent_sync(const char *path, sheaf_error *error);

// --- Files that are kept (cache.c) -----------------------------------------

/// Makes the folder of what is kept from one run to the next: `cache`, or where
/// that is NULL the user's. NULL when there is no place for it. The caller
/// frees it.
char *sf_cache_folder(const char *cache);

/// Where in the folder `cache` ("": nowhere) that is kept which was made out of
/// the file `fd` in its present state; `facts` is what else it depends on, and
/// `ending` tells what it is. NULL when there is no place for it. The caller
/// frees it.
char *sf_cache_path(const char *cache, int fd, sheaf_bytes facts,
                    const char *ending);

/// Opens a kept file, which counts as used now; -1 where there is none.
int sf_cache_open(const char *path);

/// The same, and appends all of it to `out`, up to `limit` bytes.
int sf_cache_read(const char *path, uint64_t limit, sf_buffer *out);

/// Writes a kept file, which is at `path` for the time being.
typedef int (*sf_cache_writer)(const void *context, int fd, const char *path);

/// Keeps at `path` what `write` writes, if that is possible; what was used
/// longest ago makes room. A file that cannot be kept is no error: the next one
/// who needs it makes it again.
void sf_cache_keep(const char *path, sf_cache_writer write,
                   const void *context);

#endif
