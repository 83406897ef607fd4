/// libarchive, opened when it is first needed: compressed streams and archives
/// of kinds for which Sheaf has no reader of its own.
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/io.h"

#define LIBRARY "libarchive.so.13"
#define PIECE   ((size_t)64 << 10)

// Of archive.h, which need not be installed.
enum { ENDED = 1, FINE = 0, RETRY = -10, WARNED = -20, FAILED = -25 };

typedef struct archive la_reader;
typedef struct archive_entry la_entry;
typedef ssize_t read_callback(la_reader *, void *, const void **);
typedef int64_t seek_callback(la_reader *, void *, int64_t, int);
typedef int64_t skip_callback(la_reader *, void *, int64_t);

#define FUNCTIONS(X)                                                         \
  X(la_reader *, read_new, (void))                                           \
  X(int, read_free, (la_reader *))                                           \
  X(int, read_support_filter_bzip2, (la_reader *))                           \
  X(int, read_support_filter_compress, (la_reader *))                        \
  X(int, read_support_filter_lz4, (la_reader *))                             \
  X(int, read_support_filter_lzip, (la_reader *))                            \
  X(int, read_support_filter_lzma, (la_reader *))                            \
  X(int, read_support_filter_xz, (la_reader *))                              \
  X(int, read_support_filter_zstd, (la_reader *))                            \
  X(int, read_append_filter, (la_reader *, int))                             \
  X(int, read_support_format_raw, (la_reader *))                             \
  X(int, read_support_format_empty, (la_reader *))                           \
  X(int, read_support_format_7zip, (la_reader *))                            \
  X(int, read_support_format_ar, (la_reader *))                              \
  X(int, read_support_format_cab, (la_reader *))                             \
  X(int, read_support_format_cpio, (la_reader *))                            \
  X(int, read_support_format_iso9660, (la_reader *))                         \
  X(int, read_support_format_lha, (la_reader *))                             \
  X(int, read_support_format_rar, (la_reader *))                             \
  X(int, read_support_format_rar5, (la_reader *))                            \
  X(int, read_support_format_xar, (la_reader *))                             \
  X(int, read_support_format_zip_streamable, (la_reader *))                  \
  X(int, read_set_read_callback, (la_reader *, read_callback *))             \
  X(int, read_set_seek_callback, (la_reader *, seek_callback *))             \
  X(int, read_set_skip_callback, (la_reader *, skip_callback *))             \
  X(int, read_set_callback_data, (la_reader *, void *))                      \
  X(int, read_open1, (la_reader *))                                          \
  X(int, read_next_header, (la_reader *, la_entry **))                       \
  X(int, read_data_block, (la_reader *, const void **, size_t *, int64_t *)) \
  X(int64_t, read_header_position, (la_reader *))                            \
  X(int64_t, filter_bytes, (la_reader *, int))                               \
  X(const char *, error_string, (la_reader *))                               \
  X(const char *, entry_pathname_utf8, (la_entry *))                         \
  X(const char *, entry_pathname, (la_entry *))                              \
  X(const char *, entry_hardlink, (la_entry *))                              \
  X(int64_t, entry_size, (la_entry *))                                       \
  X(int, entry_mtime_is_set, (la_entry *))                                   \
  X(time_t, entry_mtime, (la_entry *))                                       \
  X(mode_t, entry_filetype, (la_entry *))                                    \
  X(int, entry_is_data_encrypted, (la_entry *))

typedef struct {
#define FIELD(result, name, arguments) result(*name) arguments;
  FUNCTIONS(FIELD)
#undef FIELD
} library;

struct sf_archive {
  library lib;
  la_reader *reader;
  locale_t locale;    ///< In which names become UTF-8.
  sf_file *file;      ///< Borrowed.
  uint64_t at;        ///< How far the library has read it.
  sheaf_error error;  ///< What went wrong while it did.
  sheaf_bytes block;  ///< Of the entry's data, unpacked and not yet given.
  char piece[PIECE];
};

static bool open_library(library *lib) {
  void *handle = sf_library_open(LIBRARY);
  if (!handle) return false;
#define LOAD(result, name, arguments) \
  if (!sf_library_symbol(handle, "archive_" #name, &lib->name)) return false;
  FUNCTIONS(LOAD)
#undef LOAD
  return true;
}

bool sf_archive_found(void) {
  library lib;
  return open_library(&lib);
}

// --- Reading the file ------------------------------------------------------

static ssize_t on_read(la_reader *reader, void *context, const void **data) {
  sf_archive *from = context;
  uint64_t left = sf_file_size(from->file) - from->at;
  size_t size = left < PIECE ? (size_t)left : PIECE;
  (void)reader;
  *data = from->piece;
  if (sf_file_read(from->file, from->at, from->piece, size, &from->error))
    return -1;
  from->at += size;
  return (ssize_t)size;
}

static int64_t on_skip(la_reader *reader, void *context, int64_t size) {
  sf_archive *from = context;
  uint64_t left = sf_file_size(from->file) - from->at;
  (void)reader;
  if (size < 0) return 0;
  if ((uint64_t)size > left) size = (int64_t)left;
  from->at += (uint64_t)size;
  return size;
}

static int64_t on_seek(la_reader *reader, void *context, int64_t offset,
                       int whence) {
  sf_archive *from = context;
  int64_t size = (int64_t)sf_file_size(from->file);
  int64_t base = whence == SEEK_SET   ? 0
                 : whence == SEEK_CUR ? (int64_t)from->at
                                      : size;
  (void)reader;
  if (offset > size - base || offset < -base) return FAILED;
  from->at = (uint64_t)(base + offset);
  return (int64_t)from->at;
}

// --- Opening ---------------------------------------------------------------

static int fail(sf_archive *from, int code, sheaf_error *error) {
  const char *why = from->lib.error_string(from->reader);
  if (from->error.code) {
    *error = from->error;
    return from->error.code;
  }
  return sf_fail(error, code, sf_file_path(from->file), "%s",
                 why ? why : "it cannot be unpacked");
}

// No others: some start programs, some see mail in what is a text, and gzip is
// Sheaf's own.
static void support_filters(const library *lib, la_reader *reader) {
  lib->read_support_filter_bzip2(reader);
  lib->read_support_filter_compress(reader);
  lib->read_support_filter_lz4(reader);
  lib->read_support_filter_lzip(reader);
  lib->read_support_filter_lzma(reader);
  lib->read_support_filter_xz(reader);
  lib->read_support_filter_zstd(reader);
}

static void support_stream(const library *lib, la_reader *reader,
                           sf_archive_kind kind) {
  static const int filters[] = {[SF_ARCHIVE_BZIP2] = 2,
                                [SF_ARCHIVE_LZMA] = 5,
                                [SF_ARCHIVE_XZ] = 6,
                                [SF_ARCHIVE_ZSTD] = 14};
  if (kind == SF_ARCHIVE_STREAM)
    support_filters(lib, reader);
  else
    lib->read_append_filter(reader, filters[kind]);
  lib->read_support_format_raw(reader);
  lib->read_support_format_empty(reader);
}

static void support_formats(const library *lib, la_reader *reader) {
  lib->read_support_format_7zip(reader);
  lib->read_support_format_ar(reader);
  lib->read_support_format_cab(reader);
  lib->read_support_format_cpio(reader);
  lib->read_support_format_iso9660(reader);
  lib->read_support_format_lha(reader);
  lib->read_support_format_rar(reader);
  lib->read_support_format_rar5(reader);
  lib->read_support_format_xar(reader);
}

static int start(sf_archive *from, sf_archive_kind kind, sheaf_error *error) {
  const library *lib = &from->lib;
  from->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  from->reader = lib->read_new();
  if (!from->reader) return sf_no_memory(error);
  if (kind == SF_ARCHIVE_ENTRIES)
    support_formats(lib, from->reader);
  else if (kind == SF_ARCHIVE_ZIP)
    lib->read_support_format_zip_streamable(from->reader);
  else
    support_stream(lib, from->reader, kind);
  lib->read_set_read_callback(from->reader, on_read);
  lib->read_set_skip_callback(from->reader, on_skip);
  if (kind == SF_ARCHIVE_ENTRIES)
    lib->read_set_seek_callback(from->reader, on_seek);
  lib->read_set_callback_data(from->reader, from);
  int status = lib->read_open1(from->reader);
  return status < WARNED ? fail(from, SHEAF_EDAMAGED, error) : SHEAF_OK;
}

int sf_archive_open(sf_archive **out, sf_file *file, sf_archive_kind kind,
                    sheaf_error *error) {
  sf_archive *from = calloc(1, sizeof *from);
  if (!from) return sf_no_memory(error);
  from->file = file;
  int code = SHEAF_OK;
  if (!open_library(&from->lib)) {
    code = sf_fail(error, SHEAF_EUNSUPPORTED, sf_file_path(file),
                   "libarchive, which could read it, is not installed");
    sf_hint(error, "Debian: apt install libarchive13");
  }
  if (!code) code = start(from, kind, error);
  if (code) {
    sf_archive_close(from);
    return code;
  }
  *out = from;
  return SHEAF_OK;
}

void sf_archive_close(sf_archive *archive) {
  if (!archive) return;
  if (archive->reader) archive->lib.read_free(archive->reader);
  if (archive->locale) freelocale(archive->locale);
  free(archive);
}

// --- Entries ---------------------------------------------------------------

static void describe(const sf_archive *from, la_entry *entry,
                     sf_archive_entry *out) {
  const library *lib = &from->lib;
  const char *name = lib->entry_pathname_utf8(entry);
  if (!name) name = lib->entry_pathname(entry);
  int64_t size = lib->entry_size(entry);
  *out = (sf_archive_entry){
      .name = sf_bytes(name ? name : ""),
      .size = size > 0 ? (uint64_t)size : 0,
      .modified = lib->entry_mtime_is_set(entry) ? lib->entry_mtime(entry) : 0,
      .mode = lib->entry_filetype(entry),
      .link = lib->entry_hardlink(entry) != NULL,
      .encrypted = lib->entry_is_data_encrypted(entry) > 0,
  };
}

static int next_entry(sf_archive *archive, sf_archive_entry *entry,
                      sheaf_error *error) {
  la_entry *found = NULL;
  int status = RETRY;
  *entry = (sf_archive_entry){.name = {"", 0}};
  archive->block.size = 0;
  while (status == RETRY)
    status = archive->lib.read_next_header(archive->reader, &found);
  if (status == ENDED) return SHEAF_END;
  if (found && status >= FAILED) describe(archive, found, entry);
  if (status >= WARNED) return SHEAF_OK;
  entry->last = status < FAILED;
  return fail(archive, SHEAF_EDAMAGED, error);
}

// The library converts names to the charset of the thread's locale, and loses
// what that cannot express.
int sf_archive_next(sf_archive *archive, sf_archive_entry *entry,
                    sheaf_error *error) {
  locale_t before = uselocale(archive->locale);
  int code = next_entry(archive, entry, error);
  uselocale(before);
  return code;
}

// In blocks, whose offsets are left alone: none of these formats has holes, and
// those of xar are wrong.
static int next_block(sf_archive *archive, sheaf_error *error) {
  const void *data = NULL;
  size_t size = 0;
  int64_t offset;
  int status = RETRY;
  while (status == RETRY || (status == FINE && size == 0))
    status =
        archive->lib.read_data_block(archive->reader, &data, &size, &offset);
  archive->block = (sheaf_bytes){data, size};
  if (status == ENDED) return SHEAF_END;
  return status < WARNED ? fail(archive, SHEAF_EDAMAGED, error) : SHEAF_OK;
}

int sf_archive_read(sf_archive *archive, char *out, size_t size, size_t *got,
                    sheaf_error *error) {
  sheaf_bytes *block = &archive->block;
  *got = 0;
  int code = block->size ? SHEAF_OK : next_block(archive, error);
  if (code) {
    block->size = 0;
    return code;
  }
  *got = size < block->size ? size : block->size;
  memcpy(out, block->data, *got);
  block->data += *got;
  block->size -= *got;
  return SHEAF_OK;
}

uint64_t sf_archive_consumed(const sf_archive *archive) {
  // The last of its filters is the one that the file's bytes go through first.
  int64_t count = archive->lib.filter_bytes(archive->reader, -1);
  return count > 0 ? (uint64_t)count : 0;
}

uint64_t sf_archive_offset(const sf_archive *archive) {
  int64_t offset = archive->lib.read_header_position(archive->reader);
  return offset > 0 ? (uint64_t)offset : 0;
}
