/// Inflating raw deflate data, whole or piece by piece, and CRC-32.
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#ifdef SHEAF_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#include "io/io.h"

struct sf_inflater {
  z_stream stream;
  bool ready;  // `stream` was initialised.
#ifdef SHEAF_HAVE_LIBDEFLATE
  struct libdeflate_decompressor *whole;
  struct libdeflate_decompressor *fixed;  // See begins_fixed().
#endif
};

int sf_inflater_new(sf_inflater **out, sheaf_error *error) {
  sf_inflater *inflater = calloc(1, sizeof *inflater);
  if (!inflater) return sf_no_memory(error);
#ifdef SHEAF_HAVE_LIBDEFLATE
  inflater->whole = libdeflate_alloc_decompressor();
  inflater->fixed = libdeflate_alloc_decompressor();
  if (!inflater->whole || !inflater->fixed) {
    sf_inflater_free(inflater);
    return sf_no_memory(error);
  }
#endif
  *out = inflater;
  return SHEAF_OK;
}

void sf_inflater_free(sf_inflater *inflater) {
  if (!inflater) return;
  if (inflater->ready) inflateEnd(&inflater->stream);
#ifdef SHEAF_HAVE_LIBDEFLATE
  libdeflate_free_decompressor(inflater->whole);
  libdeflate_free_decompressor(inflater->fixed);
#endif
  free(inflater);
}

const char *sf_zlib_version(void) {
  return zlibVersion();
}

// --- Piece by piece --------------------------------------------------------

int sf_inflate_start(sf_inflater *inflater, sf_inflate_kind kind,
                     sheaf_error *error) {
  // Negative: raw deflate data; 16 more: gzip. All with the largest window.
  static const int windows[] = {[SF_INFLATE_RAW] = -MAX_WBITS,
                                [SF_INFLATE_ZLIB] = MAX_WBITS,
                                [SF_INFLATE_GZIP] = MAX_WBITS + 16};
  z_stream *stream = &inflater->stream;
  if (inflater->ready)
    return inflateReset2(stream, windows[kind]) == Z_OK ? SHEAF_OK
                                                        : sf_no_memory(error);
  if (inflateInit2(stream, windows[kind]) != Z_OK) return sf_no_memory(error);
  inflater->ready = true;
  return SHEAF_OK;
}

static uInt at_most_uint(size_t size) {
  return size < UINT_MAX ? (uInt)size : UINT_MAX;
}

int sf_inflate_some(sf_inflater *inflater, sheaf_bytes *packed, char *out,
                    size_t room, size_t *written, sheaf_error *error) {
  z_stream *stream = &inflater->stream;
  uInt given = at_most_uint(packed->size), space = at_most_uint(room);
  stream->next_in = (Bytef *)packed->data;
  stream->avail_in = given;
  stream->next_out = (Bytef *)out;
  stream->avail_out = space;
  int status = inflate(stream, Z_NO_FLUSH);
  packed->data += given - stream->avail_in;
  packed->size -= given - stream->avail_in;
  *written = space - stream->avail_out;
  switch (status) {
    case Z_OK:
    case Z_BUF_ERROR:  // Nothing to read or no room: not an error.
      return SHEAF_OK;
    case Z_STREAM_END:
      return SHEAF_END;
    case Z_MEM_ERROR:
      return sf_no_memory(error);
    default:
      return sf_fail(error, SHEAF_EDAMAGED, NULL, "broken deflate data: %s",
                     stream->msg ? stream->msg : "a preset dictionary");
  }
}

// --- Whole -----------------------------------------------------------------

static int wrong_size(size_t size, const char *found, sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL,
                 "the deflate data give %s bytes than the %zu expected", found,
                 size);
}

#ifdef SHEAF_HAVE_LIBDEFLATE

/// True for data whose first block has the fixed codes (RFC 1951, 3.2.6), as
/// the smallest members do. A decompressor that sees nothing else does not have
/// to make their tables anew: a tenth of the time for such a member.
static bool begins_fixed(sheaf_bytes packed) {
  return packed.size && (packed.data[0] >> 1 & 3) == 1;
}

int sf_inflate(sf_inflater *inflater, sheaf_bytes packed, char *out,
               size_t size, sheaf_error *error) {
  struct libdeflate_decompressor *decompressor =
      begins_fixed(packed) ? inflater->fixed : inflater->whole;
  switch (libdeflate_deflate_decompress(decompressor, packed.data, packed.size,
                                        out, size, NULL)) {
    case LIBDEFLATE_SUCCESS:
      return SHEAF_OK;
    case LIBDEFLATE_SHORT_OUTPUT:
      return wrong_size(size, "fewer", error);
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      return wrong_size(size, "more", error);
    default:
      return sf_fail(error, SHEAF_EDAMAGED, NULL,
                     "the deflate data are broken");
  }
}

int sf_inflate_gzip(sf_inflater *inflater, sheaf_bytes packed, char *out,
                    size_t room, size_t *used, size_t *made) {
  return libdeflate_gzip_decompress_ex(inflater->whole, packed.data,
                                       packed.size, out, room, used, made)
             ? SHEAF_EDAMAGED
             : SHEAF_OK;
}

uint32_t sf_crc32(uint32_t crc, const void *data, size_t size) {
  return size ? libdeflate_crc32(crc, data, size) : crc;
}

const char *sf_libdeflate_version(void) {
  return LIBDEFLATE_VERSION_STRING;
}

#else

int sf_inflate(sf_inflater *inflater, sheaf_bytes packed, char *out,
               size_t size, sheaf_error *error) {
  char beyond;  // Takes the byte that is one too many.
  size_t made = 0;
  int code = sf_inflate_start(inflater, SF_INFLATE_RAW, error);
  while (!code) {
    bool full = made == size;
    size_t left = packed.size, written;
    code = sf_inflate_some(inflater, &packed, full ? &beyond : out + made,
                           full ? 1 : size - made, &written, error);
    if (full && written) return wrong_size(size, "more", error);
    made += written;
    if (!code && !written && packed.size == left)
      return sf_fail(error, SHEAF_EDAMAGED, NULL,
                     "the deflate data are broken off");
  }
  if (code != SHEAF_END) return code;
  return made == size ? SHEAF_OK : wrong_size(size, "fewer", error);
}

int sf_inflate_gzip(sf_inflater *inflater, sheaf_bytes packed, char *out,
                    size_t room, size_t *used, size_t *made) {
  (void)inflater;
  (void)packed;
  (void)out;
  (void)room;
  *used = *made = 0;
  return SHEAF_EUNSUPPORTED;
}

uint32_t sf_crc32(uint32_t crc, const void *data, size_t size) {
  return size ? (uint32_t)crc32_z(crc, data, size) : crc;
}

const char *sf_libdeflate_version(void) {
  return NULL;
}

#endif
