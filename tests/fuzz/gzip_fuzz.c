/// Gzip streams: what nothing doubts is what zlib makes of it.
#include <stdlib.h>
#include <zlib.h>

#include "io/io.h"

#define LIMIT ((size_t)1 << 22)

static void require(bool fine) {
  if (!fine) abort();
}

// What zlib makes of the members from the beginning on, as long as it likes
// them.
static void unpack_all(const uint8_t *data, size_t size, sf_buffer *out) {
  z_stream stream = {0};
  require(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);
  stream.next_in = (Bytef *)data;
  stream.avail_in = (uInt)size;
  int status = Z_OK;
  while (status == Z_OK && out->size < LIMIT) {
    char *room = sf_buffer_reserve(out, 1 << 16);
    require(room != NULL);
    stream.next_out = (Bytef *)room;
    stream.avail_out = 1 << 16;
    status = inflate(&stream, Z_NO_FLUSH);
    out->size += (1 << 16) - stream.avail_out;
    if (status == Z_STREAM_END && stream.avail_in > 0)
      status = inflateReset(&stream);
  }
  inflateEnd(&stream);
}

// All that can be read, piece by piece; what cannot, is passed.
static void read_all(sf_file *file, const sf_buffer *wanted) {
  uint64_t size = sf_file_size(file), at = sf_file_resume(file, 0);
  bool whole = size <= wanted->size && size > 0 &&
               sf_file_doubt(file, 0, size, NULL) == SHEAF_OK;
  while (at < size) {
    size_t piece = size - at < 777 ? (size_t)(size - at) : 777;
    sheaf_bytes bytes;
    if (sf_file_view(file, at, piece, &bytes, NULL)) {
      require(sf_file_doubt(file, at, at + piece, NULL) != SHEAF_OK);
      at = sf_file_resume(file, at + 1);
      continue;
    }
    if (whole) require(!memcmp(bytes.data, wanted->data + at, piece));
    at += piece;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const sf_stream_limits limits = {LIMIT, 0};
  sf_file *packed, *file;
  sheaf_bytes input = {(const char *)data, size};
  sf_buffer wanted = {0};
  if (!sf_gzip_is(input)) return 0;
  require(!sf_file_memory(&packed, "fuzz.gz", input, NULL));
  require(!sf_gunzip(&file, packed, &limits, "", NULL));
  unpack_all(data, size, &wanted);
  read_all(file, &wanted);
  sf_file_close(file);
  sf_buffer_clear(&wanted);
  return 0;
}
