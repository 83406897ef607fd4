/// A gzip stream as a file that can be read at any offset of what it unpacks
/// to, by its index.
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "io/gzip.h"

enum { PIECE = 64 << 10, TRAILER = 8, SCRATCH = 64 << 10 };

/// Packed files from this size on have an index that is worth to be kept.
#define KEPT_FROM ((uint64_t)4 << 20)

typedef struct {
  sf_file *packed;
  sf_gzip_index index;
  sf_stream_limits limits;
  char *kept;    ///< Where the index is kept; NULL: nowhere.
  bool rebuilt;  ///< The index was damaged, and made anew.
  z_stream stream;
  bool ready;    ///< `stream` was initialised.
  bool active;   ///< It is at `out`, with `in` as its next input.
  bool between;  ///< A member has ended there.
  uint64_t in, out;
  char *scratch;
} gunzip;

// --- What is wrong where ---------------------------------------------------

static int explain(const gunzip *stream, const sf_gzip_flaw *flaw,
                   sheaf_error *error) {
  const char *what = sf_file_path(stream->packed);
  switch (flaw->fault) {
    case SF_GZIP_CHECKSUM:
      return sf_fail(error, SHEAF_ECHECKSUM, what,
                     "the checksum of its gzip member at byte %" PRIu64
                     " does not fit: expected %08" PRIx64 ", found %08" PRIx64,
                     flaw->member, flaw->expected, flaw->found);
    case SF_GZIP_HEADER:
      return sf_fail(error, SHEAF_ECHECKSUM, what,
                     "the checksum of the header of its gzip member at byte "
                     "%" PRIu64 " does not fit: expected %04" PRIx64
                     ", found %04" PRIx64,
                     flaw->member, flaw->expected, flaw->found);
    case SF_GZIP_SIZE:
      return sf_fail(error, SHEAF_ECHECKSUM, what,
                     "the size of its gzip member at byte %" PRIu64
                     " does not fit: expected %" PRIu64 ", found %" PRIu64,
                     flaw->member, flaw->expected, flaw->found);
    case SF_GZIP_TRUNCATED:
      return sf_fail(error, SHEAF_ETRUNCATED, what,
                     "its gzip member at byte %" PRIu64
                     " is cut off at the end of the file, byte %" PRIu64,
                     flaw->member, flaw->at);
    case SF_GZIP_JUNK:
      return sf_fail(error, SHEAF_EDAMAGED, what,
                     "%" PRIu64 " bytes at byte %" PRIu64 " are no gzip data",
                     flaw->found, flaw->at);
    case SF_GZIP_STALL:
      return sf_fail(error, SHEAF_ETOOLARGE, what,
                     "the first %" PRIu64 " bytes unpack to %" PRIu64
                     " only: it is made to take time",
                     flaw->expected, flaw->found);
    case SF_GZIP_RATIO:
      sf_fail(error, SHEAF_ETOOLARGE, what,
              "it unpacks to more than %" PRIu64 " times its size (%" PRIu64
              " bytes at byte %" PRIu64 ")",
              flaw->expected, flaw->found, flaw->at);
      if (error) sf_hint(error, "--max-ratio raises the limit");
      return SHEAF_ETOOLARGE;
    case SF_GZIP_TOTAL:
      sf_fail(error, SHEAF_ETOOLARGE, what,
              "it unpacks to more than %" PRIu64 " bytes", flaw->expected);
      if (error) sf_hint(error, "--max-total raises the limit");
      return SHEAF_ETOOLARGE;
    default:
      return sf_fail(error, SHEAF_EDAMAGED, what,
                     "its gzip member at byte %" PRIu64
                     " is damaged at byte %" PRIu64 " or before",
                     flaw->member, flaw->at);
  }
}

static int doubt(const void *context, uint64_t from, uint64_t to,
                 sheaf_error *error) {
  const gunzip *stream = context;
  const sf_gzip_flaw *flaw = sf_gzip_flaw_after(&stream->index, from);
  bool touched = flaw && flaw->from < to;
  return touched ? explain(stream, flaw, error) : SHEAF_OK;
}

static const sf_gzip_flaw *flaws_end(const sf_gzip_index *index) {
  return (const sf_gzip_flaw *)(index->flaws.data + index->flaws.size);
}

// The first lost piece that ends behind `offset`; NULL when there is none.
static const sf_gzip_flaw *next_loss(const gunzip *stream, uint64_t offset) {
  const sf_gzip_flaw *flaw = sf_gzip_flaw_after(&stream->index, offset);
  while (flaw && !flaw->lost)
    flaw = flaw + 1 < flaws_end(&stream->index) ? flaw + 1 : NULL;
  return flaw;
}

static uint64_t resume(const void *context, uint64_t offset) {
  const gunzip *stream = context;
  const sf_gzip_flaw *loss = next_loss(stream, offset);
  while (loss && loss->from <= offset) {
    offset = loss->to;
    loss = next_loss(stream, offset);
  }
  return offset;
}

static uint64_t entry(const void *context, uint64_t offset) {
  const gunzip *stream = context;
  bool any = stream->index.points.size > 0;  // Not where all is lost.
  return any ? sf_gzip_point_before(&stream->index, offset)->out : 0;
}

// --- Unpacking -------------------------------------------------------------

static int changed(const gunzip *stream, sheaf_error *error) {
  return sf_fail(error, SHEAF_EREAD, sf_file_path(stream->packed),
                 "it is not what it was when it was first read, at byte "
                 "%" PRIu64,
                 stream->in);
}

static int enter_member(gunzip *stream, sheaf_error *error) {
  sf_gzip_head header;
  if (sf_gzip_header(stream->packed, stream->in, &header, NULL))
    return changed(stream, error);
  stream->in += header.size;
  stream->stream.avail_in = 0;
  stream->between = false;
  return inflateReset(&stream->stream) == Z_OK ? SHEAF_OK : sf_no_memory(error);
}

static int enter_block(gunzip *stream, const sf_gzip_point *point,
                       sheaf_error *error) {
  char window[SF_GZIP_WINDOW];
  sheaf_bytes before;
  int code = sf_gzip_read_window(&stream->index, point, window, error);
  if (!code && inflateReset(&stream->stream) != Z_OK)
    code = sf_no_memory(error);
  if (!code && point->bits) {
    code = sf_file_view(stream->packed, point->in - 1, 1, &before, error);
    if (code) return code;
    int value = (unsigned char)before.data[0] >> (8 - point->bits);
    if (inflatePrime(&stream->stream, (int)point->bits, value) != Z_OK)
      code = changed(stream, error);
  }
  stream->stream.avail_in = 0;
  stream->between = false;
  if (!code && inflateSetDictionary(&stream->stream, (const Bytef *)window,
                                    point->window_size) != Z_OK)
    code = changed(stream, error);
  return code;
}

static int restart(gunzip *stream, const sf_gzip_point *point,
                   sheaf_error *error) {
  stream->active = false;
  stream->in = point->in;
  stream->out = point->out;
  int code = point->member ? enter_member(stream, error)
                           : enter_block(stream, point, error);
  stream->active = !code;
  return code;
}

static int feed(gunzip *stream, sheaf_error *error) {
  uint64_t left = sf_file_size(stream->packed) - stream->in;
  size_t size = left < PIECE ? (size_t)left : PIECE;
  sheaf_bytes piece;
  int code = sf_file_view(stream->packed, stream->in, size, &piece, error);
  if (code) return code;
  stream->stream.next_in = (Bytef *)piece.data;
  stream->stream.avail_in = (uInt)size;
  return SHEAF_OK;
}

// Unpacks between 0 and `size` bytes.
static int unpack(gunzip *stream, char *out, size_t size, size_t *made,
                  sheaf_error *error) {
  z_stream *z = &stream->stream;
  int code = stream->between ? enter_member(stream, error) : SHEAF_OK;
  if (!code && !z->avail_in) code = feed(stream, error);
  if (code) return code;
  uInt given = z->avail_in;
  z->next_out = (Bytef *)out;
  z->avail_out = (uInt)size;
  int status = inflate(z, Z_NO_FLUSH);
  *made = size - z->avail_out;
  stream->in += given - z->avail_in;
  stream->out += *made;
  if (status == Z_STREAM_END) {
    stream->in += TRAILER;
    stream->between = true;
    return SHEAF_OK;
  }
  // Where a file is cut off, zlib may still have some that it has not put out.
  bool stuck = !given || (status < 0 && status != Z_BUF_ERROR);
  return stuck && !*made ? changed(stream, error) : SHEAF_OK;
}

// Makes the index, in the place of one that was damaged.
static int build_index(gunzip *stream, sheaf_error *error) {
  bool large = sf_file_size(stream->packed) >= KEPT_FROM;
  sf_gzip_index_clear(&stream->index);
  int code = sf_gzip_index_init(&stream->index, large, error);
  if (!code)
    code = sf_gzip_scan(&stream->index, stream->packed, &stream->limits, error);
  if (!code && stream->kept) sf_gzip_cache_save(&stream->index, stream->kept);
  return code;
}

static int seek(gunzip *stream, uint64_t offset, sheaf_error *error) {
  const sf_gzip_point *point = sf_gzip_point_before(&stream->index, offset);
  bool onward =
      stream->active && stream->out <= offset && point->out <= stream->out;
  int code = onward ? SHEAF_OK : restart(stream, point, error);
  if (code == SHEAF_EDAMAGED && !stream->rebuilt) {
    stream->rebuilt = true;
    code = build_index(stream, error);
    point = sf_gzip_point_before(&stream->index, offset);
    if (!code) code = restart(stream, point, error);
  }
  while (!code && stream->out < offset) {
    uint64_t left = offset - stream->out;
    size_t made;
    code = unpack(stream, stream->scratch,
                  left < SCRATCH ? (size_t)left : SCRATCH, &made, error);
  }
  return code;
}

static int read_stream(void *context, uint64_t offset, char *out, size_t size,
                       size_t *got, sheaf_error *error) {
  gunzip *stream = context;
  const sf_gzip_flaw *loss = next_loss(stream, offset);
  if (loss && loss->from <= offset) return explain(stream, loss, error);
  if (loss && size > loss->from - offset) size = (size_t)(loss->from - offset);
  if (size > INT_MAX) size = INT_MAX;
  int code = seek(stream, offset, error);
  for (*got = 0; !code && *got == 0;)
    code = unpack(stream, out, size, got, error);
  if (code) stream->active = false;
  return code;
}

// --- Opening ---------------------------------------------------------------

static void close_stream(void *context) {
  gunzip *stream = context;
  if (stream->ready) inflateEnd(&stream->stream);
  sf_gzip_index_clear(&stream->index);
  sf_file_close(stream->packed);
  free(stream->kept);
  free(stream->scratch);
  free(stream);
}

static int find_index(gunzip *stream, const char *cache, sheaf_error *error) {
  bool large = sf_file_size(stream->packed) >= KEPT_FROM;
  if (large)
    stream->kept = sf_gzip_cache_path(cache, stream->packed, &stream->limits);
  bool found = stream->kept && sf_gzip_cache_load(&stream->index, stream->kept);
  return found ? SHEAF_OK : build_index(stream, error);
}

static const sf_file_source source = {
    .read = read_stream,
    .doubt = doubt,
    .resume = resume,
    .entry = entry,
    .close = close_stream,
};

int sf_gunzip(sf_file **out, sf_file *packed, const sf_stream_limits *limits,
              const char *cache, sheaf_error *error) {
  gunzip *stream = calloc(1, sizeof *stream);
  if (!stream) {
    sf_file_close(packed);
    return sf_no_memory(error);
  }
  stream->packed = packed;
  stream->limits = *limits;
  stream->index.windows = -1;
  stream->scratch = malloc(SCRATCH);
  stream->ready =
      stream->scratch && inflateInit2(&stream->stream, -MAX_WBITS) == Z_OK;
  int code =
      stream->ready ? find_index(stream, cache, error) : sf_no_memory(error);
  if (code) {
    close_stream(stream);
    return code;
  }
  return sf_file_virtual(out, sf_file_path(packed), stream->index.size,
                         sf_file_modified(packed), &source, stream, error);
}
