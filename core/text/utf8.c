/// UTF-8: validity, decoding and encoding.
#include <string.h>

#include "text/text.h"

#define ASCII_MASK  UINT64_C(0x8080808080808080)
#define REPLACEMENT 0xFFFDU

/// Returns the first place at or after `at` that is not ASCII, 8 bytes a step.
static size_t skip_ascii(sheaf_bytes text, size_t at) {
  while (text.size - at >= sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, text.data + at, sizeof word);
    if (word & ASCII_MASK) break;
    at += sizeof word;
  }
  while (at < text.size && (unsigned char)text.data[at] < 0x80) at++;
  return at;
}

/// The length of the well-formed sequence at `s`, of which `left` bytes are
/// there; 0 when it is ill-formed. Source: The Unicode Standard, table 3-7.
static size_t sequence_length(const unsigned char *s, size_t left) {
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  size_t length;

  if (s[0] < 0x80) return 1;
  if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
  length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  if (left < length) return 0;
  if (s[0] == 0xE0) low = 0xA0;   // overlong
  if (s[0] == 0xED) high = 0x9F;  // surrogates
  if (s[0] == 0xF0) low = 0x90;   // overlong
  if (s[0] == 0xF4) high = 0x8F;  // above U+10FFFF
  if (s[1] < low || s[1] > high) return 0;
  for (size_t i = 2; i < length; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  return length;
}

size_t sf_utf8_valid(sheaf_bytes text) {
  size_t at = 0;

  while ((at = skip_ascii(text, at)) < text.size) {
    const unsigned char *s = (const unsigned char *)text.data + at;
    size_t length = sequence_length(s, text.size - at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

uint32_t sf_utf8_decode(sheaf_bytes text, size_t at, size_t *length) {
  const unsigned char *s;

  *length = 0;
  if (at >= text.size) return 0;
  s = (const unsigned char *)text.data + at;
  *length = sequence_length(s, text.size - at);
  switch (*length) {
    case 1:
      return s[0];
    case 2:
      return (s[0] & 0x1FU) << 6 | (s[1] & 0x3FU);
    case 3:
      return (s[0] & 0x0FU) << 12 | (s[1] & 0x3FU) << 6 | (s[2] & 0x3FU);
    case 4:
      return (s[0] & 0x07U) << 18 | (s[1] & 0x3FU) << 12 | (s[2] & 0x3FU) << 6 |
             (s[3] & 0x3FU);
    default:
      *length = 1;
      return REPLACEMENT;
  }
}

static char tail_byte(uint32_t bits) {
  return (char)(0x80U | (bits & 0x3FU));
}

void sf_utf8_encode(sf_buffer *out, uint32_t code_point) {
  char *to = sf_buffer_reserve(out, 4);
  size_t size = 0;

  if (!to) return;
  if (code_point > 0x10FFFF || (code_point & 0xFFFFF800U) == 0xD800)
    code_point = REPLACEMENT;
  if (code_point < 0x80) {
    to[size++] = (char)code_point;
  } else if (code_point < 0x800) {
    to[size++] = (char)(0xC0U | code_point >> 6);
    to[size++] = tail_byte(code_point);
  } else if (code_point < 0x10000) {
    to[size++] = (char)(0xE0U | code_point >> 12);
    to[size++] = tail_byte(code_point >> 6);
    to[size++] = tail_byte(code_point);
  } else {
    to[size++] = (char)(0xF0U | code_point >> 18);
    to[size++] = tail_byte(code_point >> 12);
    to[size++] = tail_byte(code_point >> 6);
    to[size++] = tail_byte(code_point);
  }
  out->size += size;
}

bool sf_utf8_boundary(sheaf_bytes text, size_t at) {
  if (at >= text.size) return at == text.size;
  return ((unsigned char)text.data[at] & 0xC0) != 0x80;
}

/// The number of continuation bytes (10xxxxxx) among the 8 of `word`.
static size_t count_continuations(uint64_t word) {
  uint64_t bits = (word >> 7) & ~(word >> 6) & UINT64_C(0x0101010101010101);
  return (size_t)((bits * UINT64_C(0x0101010101010101)) >> 56);
}

size_t sf_utf8_count(sheaf_bytes text) {
  size_t count = text.size;
  size_t at = 0;

  for (; text.size - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, text.data + at, sizeof word);
    count -= count_continuations(word);
  }
  for (; at < text.size; at++)
    if (((unsigned char)text.data[at] & 0xC0) == 0x80) count--;
  return count;
}
