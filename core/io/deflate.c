/// Packing raw deflate data, whole.
#include <limits.h>
#include <stdlib.h>

#include "io/io.h"

#ifdef SHEAF_HAVE_LIBDEFLATE

#include <libdeflate.h>

int sf_deflater_new(sf_deflater **out, int level, sheaf_error *error) {
  *out = (sf_deflater *)libdeflate_alloc_compressor(level);
  return *out ? SHEAF_OK : sf_no_memory(error);
}

void sf_deflater_free(sf_deflater *deflater) {
  libdeflate_free_compressor((struct libdeflate_compressor *)deflater);
}

size_t sf_deflate(sf_deflater *deflater, sheaf_bytes content, char *out,
                  size_t room) {
  return libdeflate_deflate_compress((struct libdeflate_compressor *)deflater,
                                     content.data, content.size, out, room);
}

#else

#include <zlib.h>

struct sf_deflater {
  z_stream stream;
};

int sf_deflater_new(sf_deflater **out, int level, sheaf_error *error) {
  sf_deflater *deflater = calloc(1, sizeof *deflater);
  if (!deflater || deflateInit2(&deflater->stream, level, Z_DEFLATED,
                                -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    free(deflater);
    return sf_no_memory(error);
  }
  *out = deflater;
  return SHEAF_OK;
}

void sf_deflater_free(sf_deflater *deflater) {
  if (!deflater) return;
  deflateEnd(&deflater->stream);
  free(deflater);
}

size_t sf_deflate(sf_deflater *deflater, sheaf_bytes content, char *out,
                  size_t room) {
  z_stream *stream = &deflater->stream;
  if (content.size > UINT_MAX || deflateReset(stream) != Z_OK) return 0;
  stream->next_in = (Bytef *)content.data;
  stream->avail_in = (uInt)content.size;
  stream->next_out = (Bytef *)out;
  stream->avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;
  size_t given = stream->avail_out;
  return deflate(stream, Z_FINISH) == Z_STREAM_END ? given - stream->avail_out
                                                   : 0;
}

#endif
