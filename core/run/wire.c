/// Packing and framing of what supervisor and workers tell each other.
#include "run/wire.h"

#include <stdio.h>
#include <string.h>

enum { HEADER = 5 };  ///< Bytes of a frame before its payload.

static void store(char *at, uint64_t number, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) at[i] = (char)(number >> (8 * i));
}

static uint64_t load(const char *at, size_t bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes; i++)
    number |= (uint64_t)(unsigned char)at[i] << (8 * i);
  return number;
}

static void put(sf_buffer *out, uint64_t number, size_t bytes) {
  char packed[8];
  store(packed, number, bytes);
  sf_buffer_append(out, packed, bytes);
}

void sf_put_u8(sf_buffer *out, uint8_t number) {
  put(out, number, 1);
}

void sf_put_u32(sf_buffer *out, uint32_t number) {
  put(out, number, 4);
}

void sf_put_u64(sf_buffer *out, uint64_t number) {
  put(out, number, 8);
}

void sf_put_bytes(sf_buffer *out, sheaf_bytes bytes) {
  if (bytes.size > UINT32_MAX) {
    out->failed = true;
    return;
  }
  sf_put_u32(out, (uint32_t)bytes.size);
  sf_buffer_append(out, bytes.data, bytes.size);
}

size_t sf_bytes_begin(sf_buffer *out) {
  size_t at = out->size;
  sf_put_u32(out, 0);
  return at;
}

void sf_bytes_end(sf_buffer *out, size_t at) {
  if (out->failed) return;
  size_t size = out->size - at - 4;
  if (size > UINT32_MAX)
    out->failed = true;
  else
    store(out->data + at, size, 4);
}

void sf_put_error(sf_buffer *out, const sheaf_error *error) {
  sf_put_u32(out, (uint32_t)error->code);
  sf_put_bytes(out, sf_bytes(error->what));
  sf_put_bytes(out, sf_bytes(error->why));
  sf_put_bytes(out, sf_bytes(error->hint));
}

/// Takes `size` bytes; NULL when there are fewer.
static const char *take(sf_unpack *from, size_t size) {
  if (from->failed || size > from->rest.size) {
    from->failed = true;
    return NULL;
  }
  const char *data = from->rest.data;
  from->rest.data += size;
  from->rest.size -= size;
  return data;
}

static uint64_t get(sf_unpack *from, size_t bytes) {
  const char *packed = take(from, bytes);
  return packed ? load(packed, bytes) : 0;
}

uint8_t sf_get_u8(sf_unpack *from) {
  return (uint8_t)get(from, 1);
}

uint32_t sf_get_u32(sf_unpack *from) {
  return (uint32_t)get(from, 4);
}

uint64_t sf_get_u64(sf_unpack *from) {
  return get(from, 8);
}

sheaf_bytes sf_get_bytes(sf_unpack *from) {
  size_t size = sf_get_u32(from);
  const char *data = take(from, size);
  return (sheaf_bytes){data, data ? size : 0};
}

static void get_text(sf_unpack *from, char *text, size_t room) {
  sheaf_bytes bytes = sf_get_bytes(from);
  snprintf(text, room, "%.*s", (int)(bytes.size < room ? bytes.size : room),
           bytes.data ? bytes.data : "");
}

void sf_get_error(sf_unpack *from, sheaf_error *error) {
  error->code = (int)sf_get_u32(from);
  get_text(from, error->what, sizeof error->what);
  get_text(from, error->why, sizeof error->why);
  get_text(from, error->hint, sizeof error->hint);
}

bool sf_unpack_whole(const sf_unpack *from) {
  return !from->failed && from->rest.size == 0;
}

size_t sf_frame_begin(sf_buffer *out, sf_frame_type type) {
  size_t at = out->size;
  sf_put_u32(out, 0);
  sf_put_u8(out, (uint8_t)type);
  return at;
}

void sf_frame_end(sf_buffer *out, size_t at) {
  if (out->failed) return;
  store(out->data + at, out->size - at - HEADER, 4);
}

int sf_frame_next(sheaf_bytes *stream, sf_frame *frame) {
  if (stream->size < HEADER) return SHEAF_END;
  size_t size = load(stream->data, 4);
  uint64_t type = load(stream->data + 4, 1);
  if (size > SF_FRAME_LIMIT || type < SF_FRAME_JOB || type > SF_FRAME_LAST)
    return SHEAF_EDAMAGED;
  if (stream->size - HEADER < size) return SHEAF_END;
  frame->type = (sf_frame_type)type;
  frame->payload = (sheaf_bytes){stream->data + HEADER, size};
  stream->data += HEADER + size;
  stream->size -= HEADER + size;
  return SHEAF_OK;
}
