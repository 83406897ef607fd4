/// Inflating raw deflate data, and CRC-32.
#include <stdlib.h>
#include <zlib.h>

#include "io/io.h"

#ifdef SHEAF_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#define PIECE ((size_t)64 << 10)

struct sf_inflater {
  z_stream stream;
  bool ready;  // `stream` was initialised.
#ifdef SHEAF_HAVE_LIBDEFLATE
  struct libdeflate_decompressor *whole;
#endif
};

int sf_inflater_new(sf_inflater **out, sheaf_error *error) {
  *out = calloc(1, sizeof **out);
  if (!*out) return sf_no_memory(error);
#ifdef SHEAF_HAVE_LIBDEFLATE
  (*out)->whole = libdeflate_alloc_decompressor();
  if (!(*out)->whole) {
    free(*out);
    *out = NULL;
    return sf_no_memory(error);
  }
#endif
  return SHEAF_OK;
}

void sf_inflater_free(sf_inflater *inflater) {
  if (!inflater) return;
  if (inflater->ready) inflateEnd(&inflater->stream);
#ifdef SHEAF_HAVE_LIBDEFLATE
  libdeflate_free_decompressor(inflater->whole);
#endif
  free(inflater);
}

const char *sf_zlib_version(void) {
  return zlibVersion();
}

// --- Streams ---------------------------------------------------------------

int sf_inflate_start(sf_inflater *inflater, sheaf_error *error) {
  z_stream *stream = &inflater->stream;
  int status =
      inflater->ready ? inflateReset(stream) : inflateInit2(stream, -MAX_WBITS);
  if (status != Z_OK) return sf_no_memory(error);
  inflater->ready = true;
  return SHEAF_OK;
}

int sf_inflate_some(sf_inflater *inflater, sheaf_bytes *packed, char *out,
                    size_t room, size_t *written, sheaf_error *error) {
  z_stream *stream = &inflater->stream;
  uInt given = packed->size > PIECE ? (uInt)PIECE : (uInt)packed->size;
  uInt space = room > PIECE ? (uInt)PIECE : (uInt)room;
  stream->next_in = (Bytef *)packed->data;
  stream->avail_in = given;
  stream->next_out = (Bytef *)out;
  stream->avail_out = space;
  int status = inflate(stream, Z_NO_FLUSH);
  size_t used = given - stream->avail_in;
  packed->data += used;
  packed->size -= used;
  *written = space - stream->avail_out;
  if (status == Z_STREAM_END) return SHEAF_END;
  if (status == Z_OK || status == Z_BUF_ERROR) return SHEAF_OK;
  if (status == Z_MEM_ERROR) return sf_no_memory(error);
  return sf_fail(error, SHEAF_EDAMAGED, NULL, "damaged deflate data: %s",
                 stream->msg ? stream->msg : "invalid");
}

// --- Whole members ---------------------------------------------------------

static int wrong_size(size_t size, sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL,
                 "damaged deflate data, or not the %zu bytes that they say",
                 size);
}

#ifdef SHEAF_HAVE_LIBDEFLATE

int sf_inflate(sf_inflater *inflater, sheaf_bytes packed, char *out,
               size_t size, sheaf_error *error) {
  enum libdeflate_result result = libdeflate_deflate_decompress(
      inflater->whole, packed.data, packed.size, out, size, NULL);
  return result == LIBDEFLATE_SUCCESS ? SHEAF_OK : wrong_size(size, error);
}

uint32_t sf_crc32(uint32_t crc, const void *data, size_t size) {
  return libdeflate_crc32(crc, data, size);
}

const char *sf_libdeflate_version(void) {
  return LIBDEFLATE_VERSION_STRING;
}

#else

int sf_inflate(sf_inflater *inflater, sheaf_bytes packed, char *out,
               size_t size, sheaf_error *error) {
  int code = sf_inflate_start(inflater, error);
  size_t done = 0, written = 1;
  char beyond;
  while (code == SHEAF_OK && (written > 0 || packed.size > 0)) {
    bool full = done == size;
    size_t before = packed.size;
    code = sf_inflate_some(inflater, &packed, full ? &beyond : out + done,
                           full ? 1 : size - done, &written, error);
    if (full && written > 0) return wrong_size(size, error);
    done += written;
    if (written == 0 && packed.size == before) break;
  }
  if (code < 0) return code;
  return code == SHEAF_END && done == size ? SHEAF_OK : wrong_size(size, error);
}

uint32_t sf_crc32(uint32_t crc, const void *data, size_t size) {
  return (uint32_t)crc32_z(crc, data, size);
}

const char *sf_libdeflate_version(void) {
  return NULL;
}

#endif
