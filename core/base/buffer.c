/// Buffers: bytes that grow, with one check for memory at the end.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

#define SMALLEST 256

static bool grow(sf_buffer *buffer, size_t extra) {
  if (extra > SIZE_MAX / 2 - buffer->size) return false;
  size_t capacity = buffer->capacity ? buffer->capacity : SMALLEST;
  while (capacity < buffer->size + extra) capacity *= 2;
  char *data = realloc(buffer->data, capacity);
  if (!data) return false;
  buffer->data = data;
  buffer->capacity = capacity;
  return true;
}

char *sf_buffer_grow(sf_buffer *buffer, size_t extra) {
  if (buffer->failed) return NULL;
  if (!grow(buffer, extra)) {
    buffer->failed = true;
    return NULL;
  }
  return buffer->data + buffer->size;
}

// Numbers are in every row and span: printf() would show in their time.
void sf_buffer_put_number(sf_buffer *buffer, uint64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  sf_buffer_append(buffer, digits + at, sizeof digits - at);
}

void sf_buffer_printf(sf_buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (size < 0) {
    buffer->failed = true;
    return;
  }
  char *end = sf_buffer_reserve(buffer, (size_t)size + 1);
  if (!end) return;
  va_start(arguments, format);
  vsnprintf(end, (size_t)size + 1, format, arguments);
  va_end(arguments);
  buffer->size += (size_t)size;
}

const char *sf_buffer_text(sf_buffer *buffer) {
  char *end = sf_buffer_reserve(buffer, 1);
  if (!end) return NULL;
  *end = '\0';
  return buffer->data;
}

void sf_buffer_clear(sf_buffer *buffer) {
  free(buffer->data);
  *buffer = (sf_buffer){0};
}

sheaf_bytes sf_buffer_bytes(const sf_buffer *buffer) {
  return (sheaf_bytes){buffer->data, buffer->size};
}
