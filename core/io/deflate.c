/// Packing raw deflate data: whole contents, and parts of longer ones.
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#ifdef SHEAF_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#include "io/io.h"

/// Room for the empty block that ends a part, over what zlib counts.
#define PART_END 16

struct sf_deflater {
  int level;
  z_stream stream;
  bool ready;  // `stream` was initialised.
#ifdef SHEAF_HAVE_LIBDEFLATE
  struct libdeflate_compressor *whole;
#endif
};

int sf_deflater_new(sf_deflater **out, int level, sheaf_error *error) {
  sf_deflater *deflater = calloc(1, sizeof *deflater);
  if (!deflater) return sf_no_memory(error);
  deflater->level = level;
#ifdef SHEAF_HAVE_LIBDEFLATE
  deflater->whole = libdeflate_alloc_compressor(level);
  if (!deflater->whole) {
    free(deflater);
    return sf_no_memory(error);
  }
#endif
  *out = deflater;
  return SHEAF_OK;
}

void sf_deflater_free(sf_deflater *deflater) {
  if (!deflater) return;
  if (deflater->ready) deflateEnd(&deflater->stream);
#ifdef SHEAF_HAVE_LIBDEFLATE
  libdeflate_free_compressor(deflater->whole);
#endif
  free(deflater);
}

// --- With zlib -------------------------------------------------------------

// Zlib's state takes memory, so that it is made when it is first needed.
static bool begin(sf_deflater *deflater) {
  z_stream *stream = &deflater->stream;
  if (deflater->ready) return deflateReset(stream) == Z_OK;
  deflater->ready = deflateInit2(stream, deflater->level, Z_DEFLATED,
                                 -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  return deflater->ready;
}

// Packs all of `content` and returns how much that gave.
static size_t run(z_stream *stream, sheaf_bytes content, char *out, size_t room,
                  int flush, int *status) {
  uInt given = room < UINT_MAX ? (uInt)room : UINT_MAX;
  stream->next_in = (Bytef *)content.data;
  stream->avail_in = (uInt)content.size;
  stream->next_out = (Bytef *)out;
  stream->avail_out = given;
  *status = deflate(stream, flush);
  return given - stream->avail_out;
}

bool sf_deflate_part(sf_deflater *deflater, sheaf_bytes before,
                     sheaf_bytes content, bool last, sf_buffer *out) {
  z_stream *stream = &deflater->stream;
  if (content.size > UINT_MAX / 2 || before.size > SF_DEFLATE_WINDOW ||
      !begin(deflater))
    return false;
  if (before.size && deflateSetDictionary(stream, (const Bytef *)before.data,
                                          (uInt)before.size) != Z_OK)
    return false;
  size_t room = deflateBound(stream, content.size) + PART_END;
  char *end = sf_buffer_reserve(out, room);
  int status;
  if (!end) return false;
  out->size +=
      run(stream, content, end, room, last ? Z_FINISH : Z_SYNC_FLUSH, &status);
  return last ? status == Z_STREAM_END : status == Z_OK && stream->avail_out;
}

// --- Whole -----------------------------------------------------------------

#ifdef SHEAF_HAVE_LIBDEFLATE

size_t sf_deflate(sf_deflater *deflater, sheaf_bytes content, char *out,
                  size_t room) {
  return libdeflate_deflate_compress(deflater->whole, content.data,
                                     content.size, out, room);
}

#else

size_t sf_deflate(sf_deflater *deflater, sheaf_bytes content, char *out,
                  size_t room) {
  int status;
  if (content.size > UINT_MAX || !begin(deflater)) return 0;
  size_t made = run(&deflater->stream, content, out, room, Z_FINISH, &status);
  return status == Z_STREAM_END ? made : 0;
}

#endif
