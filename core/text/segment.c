/// Lines, words, and white space at the ends.
#include "text/text.h"
#include "text/unicode.h"

bool sf_text_line(sheaf_bytes text, size_t *at, sf_range *line) {
  size_t end = *at;

  if (end >= text.size) return false;
  while (end < text.size && text.data[end] != '\n' && text.data[end] != '\r')
    end++;
  *line = (sf_range){*at, end};
  if (end < text.size) {
    bool pair = text.data[end] == '\r' && end + 1 < text.size &&
                text.data[end + 1] == '\n';
    end += pair ? 2 : 1;
  }
  *at = end;
  return true;
}

static bool is_word_byte(unsigned char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/// Moves to the next character of a word and stores it; false when there is
/// none left.
static bool find_word(sheaf_bytes text, size_t *at, uint32_t *first,
                      size_t *length) {
  while (*at < text.size) {
    unsigned char byte = (unsigned char)text.data[*at];
    *length = 1;
    *first = byte;
    if (byte >= 0x80) *first = sf_utf8_decode(text, *at, length);
    if (byte < 0x80 ? is_word_byte(byte) : sf_unicode_word(*first)) return true;
    *at += *length;
  }
  return false;
}

/// The end of the word that is under way at `at`.
static size_t word_end(sheaf_bytes text, size_t at) {
  while (at < text.size) {
    unsigned char byte = (unsigned char)text.data[at];
    size_t length = 1;
    if (byte >= 0x80) {
      uint32_t c = sf_utf8_decode(text, at, &length);
      if (!sf_unicode_word(c) || sf_unicode_ideograph(c)) break;
    } else if (!is_word_byte(byte)) {
      break;
    }
    at += length;
  }
  return at;
}

bool sf_text_word(sheaf_bytes text, size_t *at, sf_range *word) {
  uint32_t first;
  size_t length;

  if (!find_word(text, at, &first, &length)) return false;
  word->from = *at;
  word->to = *at + length;
  if (!sf_unicode_ideograph(first)) word->to = word_end(text, word->to);
  *at = word->to;
  return true;
}

/// The place where the character that ends before `at` begins.
static size_t step_back(sheaf_bytes text, size_t from, size_t at) {
  size_t back = at - 1;

  while (back > from && at - back < 4 && !sf_utf8_boundary(text, back)) back--;
  return back;
}

sf_range sf_text_trim(sheaf_bytes text, sf_range range) {
  size_t length;

  text.size = range.to;
  while (range.from < range.to &&
         sf_unicode_space(sf_utf8_decode(text, range.from, &length)))
    range.from += length;
  while (range.from < range.to) {
    size_t back = step_back(text, range.from, range.to);
    if (!sf_unicode_space(sf_utf8_decode(text, back, &length))) break;
    range.to = back;
  }
  return range;
}
