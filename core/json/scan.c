/// Looking through the bytes of strings, many at a time where they are plain.
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#else
#include <endian.h>
#endif

#include "json/private.h"

size_t sf_json_character(const char *text, size_t left) {
  const unsigned char *bytes = (const unsigned char *)text;
  unsigned char c = bytes[0];
  if (c < 0x80) return 1;
  size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
  if (c < 0xc2 || c > 0xf4 || size > left) return 0;
  // The first byte narrows what the second may be: no overlong forms, no
  // surrogates, nothing above U+10FFFF.
  unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  if (bytes[1] < low || bytes[1] > high) return 0;
  for (size_t i = 2; i < size; i++)
    if ((bytes[i] & 0xc0) != 0x80) return 0;
  return size;
}

bool sf_json_is_plain(char byte) {
  return (unsigned char)byte >= 0x20 && byte != '"' && byte != '\\';
}

// Each of the two below finds the first byte of a block that is not plain or,
// when `ascii`, not ASCII; BLOCK when there is none.

#ifdef __SSE2__

#define BLOCK 16

static size_t first_special(const char *text, bool ascii) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)text);
  __m128i low = _mm_min_epu8(bytes, _mm_set1_epi8(0x1f));
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  __m128i found =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, low), _mm_or_si128(quote, slash));
  if (ascii) found = _mm_or_si128(found, bytes);
  unsigned mask = (unsigned)_mm_movemask_epi8(found);
  return mask ? (size_t)__builtin_ctz(mask) : BLOCK;
}

#else

#define BLOCK 8
#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS (ONES << 7)

// Subtracting 1 sets the high bit of a byte that was zero, 0x20 that of one
// below 0x20 (Warren, Hacker's Delight, 2nd ed., 6-1). The borrow can mark
// higher bytes falsely, but never below the first true mark.
static size_t first_special(const char *text, bool ascii) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
  word = le64toh(word);
  uint64_t quote = word ^ (ONES * '"'), slash = word ^ (ONES * '\\');
  uint64_t found = ((word - ONES * 0x20) & ~word) | ((quote - ONES) & ~quote) |
                   ((slash - ONES) & ~slash);
  found = (found & HIGHS) | (ascii ? word & HIGHS : 0);
  return found ? (size_t)__builtin_ctzll(found) / 8 : BLOCK;
}

#endif

static size_t count_plain(const char *text, size_t size, bool ascii) {
  size_t at = 0;
  while (size - at >= BLOCK) {
    size_t special = first_special(text + at, ascii);
    at += special;
    if (special < BLOCK) return at;
  }
  while (at < size && sf_json_is_plain(text[at]) && !(ascii && text[at] & 0x80))
    at++;
  return at;
}

size_t sf_json_plain(const char *text, size_t size) {
  return count_plain(text, size, false);
}

size_t sf_json_plain_utf8(const char *text, size_t size) {
  size_t at = 0;
  for (;;) {
    at += count_plain(text + at, size - at, true);
    if (at == size || !(text[at] & 0x80)) return at;
    while (at < size && text[at] & 0x80) {
      size_t length = sf_json_character(text + at, size - at);
      if (length == 0) return at;
      at += length;
    }
  }
}
