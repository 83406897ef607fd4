/// Compressed streams other than gzip, which libarchive unpacks.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

#define SCRATCH    ((size_t)256 << 10)
#define RATIO_FROM ((uint64_t)1 << 20)
#define GOING_BACK 8  // So often it begins anew; then all is kept in a file.

typedef struct {
  sf_file *packed;
  sf_archive *stream;  ///< NULL: not begun.
  uint64_t at;         ///< How far that is unpacked.
  uint64_t size;       ///< Of all that can be unpacked.
  sheaf_error flaw;    ///< What ends it too early; a code of 0: nothing.
  bool sound;          ///< The flaw is behind its end, which was reached.
  unsigned returns;
  int copy;  ///< A temporary file of all; -1: there is none.
  char *scratch;
} unpacker;

// The format of lzma, which is older than xz, has no magic: the properties, the
// size of the dictionary, the unpacked size or no more than -1, and a byte that
// is always 0.
static bool is_lzma(sheaf_bytes head) {
  const unsigned char *p = (const unsigned char *)head.data;
  if (head.size < 14 || p[1] || p[13]) return false;
  uint32_t dictionary = (uint32_t)p[4] << 24 | (uint32_t)p[3] << 16 | p[2] << 8;
  if (dictionary < 4096 || dictionary & (dictionary - 1)) return false;
  bool no_size = !memcmp(p + 5, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
  bool small = !p[10] && !p[11] && !p[12];
  // Those that nearly all writers use, or any.
  return p[0] == 0x5D ? no_size || small : p[0] < 225 && no_size;
}

// A frame that zstd and lz4 are to skip; what follows is one of both.
static bool is_skippable(sheaf_bytes head) {
  return head.size >= 4 && (head.data[0] & 0xF0) == 0x50 &&
         !memcmp(head.data + 1, "\x2A\x4D\x18", 3);
}

const char *sf_packed_kind(sheaf_bytes head) {
  static const struct {
    const char *magic;
    size_t size;
    const char *kind;
  } kinds[] = {{"\x28\xB5\x2F\xFD", 4, "zstd"},
               {"\xFD"
                "7zXZ\0",
                6, "xz"},
               {"\x04\x22\x4D\x18", 4, "lz4"},
               {"\x02\x21\x4C\x18", 4, "lz4"},
               {"LZIP\1", 5, "lzip"},
               {"\x1F\x9D\x90", 3, "compress"}};
  for (size_t i = 0; i < SF_COUNT(kinds); i++)
    if (head.size >= kinds[i].size &&
        !memcmp(head.data, kinds[i].magic, kinds[i].size))
      return kinds[i].kind;
  bool bzip2 = head.size >= 10 && !memcmp(head.data, "BZh", 3) &&
               !memcmp(head.data + 4, "1AY&SY", 6);
  if (bzip2) return "bzip2";
  if (is_skippable(head)) return "zstd";
  return is_lzma(head) ? "lzma" : NULL;
}

// --- Unpacking -------------------------------------------------------------

static int begin(unpacker *from, sheaf_error *error) {
  sf_archive_entry entry;
  sf_archive_close(from->stream);
  from->stream = NULL;
  from->at = 0;
  int code =
      sf_archive_open(&from->stream, from->packed, SF_ARCHIVE_STREAM, error);
  if (!code) code = sf_archive_next(from->stream, &entry, error);
  return code;
}

static int unpack_some(unpacker *from, char *out, size_t size, size_t *got,
                       sheaf_error *error) {
  int code = sf_archive_read(from->stream, out, size, got, error);
  from->at += *got;
  return code;
}

static int check_limits(const unpacker *from, const sf_stream_limits *limits,
                        sheaf_error *error) {
  uint64_t packed = sf_file_size(from->packed);
  const char *path = sf_file_path(from->packed);
  if (limits->max_total && from->at > limits->max_total) {
    sf_fail(error, SHEAF_ETOOLARGE, path,
            "the stream unpacks to more than the limit of %llu bytes",
            (unsigned long long)limits->max_total);
    return sf_hint(error, "--max-total raises the limit");
  }
  if (limits->max_ratio && from->at > RATIO_FROM && packed &&
      from->at / packed >= limits->max_ratio) {
    sf_fail(error, SHEAF_ETOOLARGE, path,
            "the stream unpacks to more than %u times its size",
            limits->max_ratio);
    return sf_hint(error, "--max-ratio raises the limit");
  }
  return SHEAF_OK;
}

/// What the library does not take for a part of the stream it leaves out and
/// says nothing. Zeros may fill it up.
static void check_end(unpacker *from) {
  uint64_t at = sf_archive_consumed(from->stream);
  uint64_t size = sf_file_size(from->packed);
  for (uint64_t left; at < size; at += left) {
    left = size - at < SCRATCH ? size - at : SCRATCH;
    int code = sf_file_read(from->packed, at, from->scratch, (size_t)left,
                            &from->flaw);
    for (size_t i = 0; !code && i < left; i++)
      if (from->scratch[i])
        code = sf_fail(&from->flaw, SHEAF_EDAMAGED, sf_file_path(from->packed),
                       "the stream ends before byte %llu, and what follows is "
                       "not read",
                       (unsigned long long)at + i);
    from->sound = code != SHEAF_OK;
    if (code) return;
  }
}

/// The first pass: finds the size, or where it is damaged.
static int scan(unpacker *from, const sf_stream_limits *limits,
                sheaf_error *error) {
  int code = begin(from, error);
  while (!code) {
    size_t got;
    code = unpack_some(from, from->scratch, SCRATCH, &got, &from->flaw);
    if (!code) code = check_limits(from, limits, &from->flaw);
  }
  if (code == SHEAF_END) check_end(from);
  bool whole = code == SHEAF_END && !from->flaw.code;
  if (!whole && !from->flaw.code) return code;  // It could not even begin.
  // The flaw stands in the place of one byte behind what there is.
  from->size = from->at + (whole ? 0 : 1);
  sf_archive_close(from->stream);
  from->stream = NULL;
  return SHEAF_OK;
}

static int explain(const unpacker *from, sheaf_error *error) {
  if (error) *error = from->flaw;
  return from->flaw.code;
}

static uint64_t sound_end(const unpacker *from) {
  return from->flaw.code ? from->size - 1 : from->size;
}

// --- Going back ------------------------------------------------------------

static int keep_all(unpacker *from, sheaf_error *error) {
  int copy = sf_file_temporary(error);
  if (copy < 0) return SHEAF_EWRITE;
  int code = begin(from, error);
  while (!code && from->at < sound_end(from)) {
    size_t got;
    code = unpack_some(from, from->scratch, SCRATCH, &got, error);
    if (!code)
      code = sf_write_all(copy, sf_file_path(from->packed), from->scratch, got,
                          error);
  }
  sf_archive_close(from->stream);
  from->stream = NULL;
  if (code) {
    close(copy);
    return code == SHEAF_END ? SHEAF_EDAMAGED : code;
  }
  from->copy = copy;
  return SHEAF_OK;
}

static int seek(unpacker *from, uint64_t offset, sheaf_error *error) {
  int code = SHEAF_OK;
  if (!from->stream || from->at > offset) code = begin(from, error);
  while (!code && from->at < offset) {
    uint64_t left = offset - from->at;
    size_t got;
    code = unpack_some(from, from->scratch,
                       left < SCRATCH ? (size_t)left : SCRATCH, &got, error);
  }
  return code;
}

static int changed(const unpacker *from, sheaf_error *error) {
  return sf_fail(error, SHEAF_EREAD, sf_file_path(from->packed),
                 "it was changed while it was being read");
}

static int read_copy(const unpacker *from, uint64_t offset, char *out,
                     size_t size, size_t *got, sheaf_error *error) {
  ssize_t count = pread(from->copy, out, size, (off_t)offset);
  *got = count > 0 ? (size_t)count : 0;
  return count > 0 ? SHEAF_OK : changed(from, error);
}

// --- The file --------------------------------------------------------------

static int read_stream(void *context, uint64_t offset, char *out, size_t size,
                       size_t *got, sheaf_error *error) {
  unpacker *from = context;
  uint64_t left = sound_end(from) - offset;
  int code = SHEAF_OK;
  if (left == 0) return explain(from, error);
  if (size > left) size = (size_t)left;
  bool back = from->stream && from->at > offset;
  if (from->copy < 0 && back && ++from->returns > GOING_BACK)
    code = keep_all(from, error);
  if (!code && from->copy >= 0)
    return read_copy(from, offset, out, size, got, error);
  if (!code) code = seek(from, offset, error);
  if (!code) code = unpack_some(from, out, size, got, error);
  if (!code) return SHEAF_OK;
  sf_archive_close(from->stream);
  from->stream = NULL;
  return code == SHEAF_END ? changed(from, error) : code;
}

static int doubt(const void *context, uint64_t start, uint64_t end,
                 sheaf_error *error) {
  (void)start;
  (void)end;
  const unpacker *from = context;
  return from->sound ? SHEAF_OK : explain(from, error);
}

static uint64_t resume(const void *context, uint64_t offset) {
  const unpacker *from = context;
  return offset < sound_end(from) ? offset : from->size;
}

static uint64_t entry(const void *context, uint64_t offset) {
  (void)context;
  (void)offset;
  return 0;
}

static void close_stream(void *context) {
  unpacker *from = context;
  sf_archive_close(from->stream);
  sf_file_close(from->packed);
  if (from->copy >= 0) close(from->copy);
  free(from->scratch);
  free(from);
}

static const sf_file_source source = {
    .read = read_stream,
    .doubt = doubt,
    .resume = resume,
    .entry = entry,
    .close = close_stream,
};

int sf_unpack_stream(sf_file **out, sf_file *packed,
                     const sf_stream_limits *limits, sheaf_error *error) {
  unpacker *from = calloc(1, sizeof *from);
  if (!from) {
    sf_file_close(packed);
    return sf_no_memory(error);
  }
  from->packed = packed;
  from->copy = -1;
  from->scratch = malloc(SCRATCH);
  int code = from->scratch ? scan(from, limits, error) : sf_no_memory(error);
  if (code) {
    close_stream(from);
    return code;
  }
  return sf_file_virtual(out, sf_file_path(packed), from->size,
                         sf_file_modified(packed), &source, from, error);
}
