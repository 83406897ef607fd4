/// Charsets: UTF-8, UTF-16 and UTF-32 by their marks, what is declared or can
/// be guessed, and windows-1252 for the rest.
#include "text/charset.h"

#include <string.h>

/// So many bytes that are not ASCII are enough for a guess.
#define GUESS_LEAST 16

/// One damaged byte in so many is a slip, more are another charset.
#define DAMAGE_PART 100

/// Windows-1252 from 0x80 to 0x9F; the five bytes without a meaning become
/// control characters, as browsers have it (WHATWG Encoding).
static const uint16_t windows_1252[] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

static void decode_windows(sheaf_bytes content, sf_buffer *out) {
  for (size_t i = 0; i < content.size; i++) {
    unsigned char c = (unsigned char)content.data[i];
    if (c < 0x80)
      sf_buffer_putc(out, (char)c);
    else
      sf_utf8_encode(out, c < 0xA0 ? windows_1252[c - 0x80] : c);
  }
}

/// An encoding of two or four bytes a unit.
typedef struct {
  const char *name;
  const char *mark;  ///< Its byte order mark, `unit` bytes.
  size_t unit;
  bool big;  ///< Most significant byte first.
} wide_charset;

static const wide_charset wide_charsets[] = {
    // The mark of UTF-32LE begins with the one of UTF-16LE.
    {"utf-32le", "\xFF\xFE\0\0", 4, false},
    {"utf-32be", "\0\0\xFE\xFF", 4, true},
    {"utf-16le", "\xFF\xFE", 2, false},
    {"utf-16be", "\xFE\xFF", 2, true},
};

static const wide_charset *find_mark(sheaf_bytes content) {
  for (size_t i = 0; i < SF_COUNT(wide_charsets); i++) {
    const wide_charset *charset = &wide_charsets[i];
    if (content.size >= charset->unit &&
        memcmp(content.data, charset->mark, charset->unit) == 0)
      return charset;
  }
  return NULL;
}

static uint32_t read_unit(const wide_charset *charset, const char *data) {
  uint32_t unit = 0;

  for (size_t i = 0; i < charset->unit; i++) {
    size_t place = charset->big ? i : charset->unit - 1 - i;
    unit = unit << 8 | (unsigned char)data[place];
  }
  return unit;
}

/// Reads the code point at `*at` and moves behind it; false when the units
/// there are none.
static bool read_wide(const wide_charset *charset, sheaf_bytes content,
                      size_t *at, uint32_t *code_point) {
  uint32_t low;

  if (content.size - *at < charset->unit) return false;
  *code_point = read_unit(charset, content.data + *at);
  *at += charset->unit;
  if (*code_point < 0xD800 || *code_point > 0xDFFF)
    return *code_point <= 0x10FFFF;
  if (charset->unit == 4 || *code_point > 0xDBFF ||
      content.size - *at < charset->unit)
    return false;
  low = read_unit(charset, content.data + *at);
  *at += charset->unit;
  *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (low - 0xDC00);
  return low >= 0xDC00 && low <= 0xDFFF;
}

static int decode_wide(const wide_charset *charset, sheaf_bytes content,
                       sf_buffer *out, sheaf_error *error) {
  size_t at = charset->unit;

  while (at < content.size) {
    size_t from = at;
    uint32_t code_point;
    if (!read_wide(charset, content, &at, &code_point))
      return sf_fail(error, SHEAF_ENOTTEXT, NULL,
                     "it is marked as %s, but at byte %zu it is damaged",
                     charset->name, from);
    sf_utf8_encode(out, code_point);
  }
  return SHEAF_OK;
}

/// True when most of what is not ASCII is UTF-8: a text with a few damaged
/// bytes, not one in another charset.
static bool is_mostly_utf8(sheaf_bytes content) {
  size_t good = 0;
  size_t bad = 0;

  for (size_t at = 0, length; at < content.size; at += length) {
    sf_utf8_decode(content, at, &length);
    if ((unsigned char)content.data[at] < 0x80) continue;
    if (length > 1)
      good++;
    else
      bad++;
  }
  return good > bad;
}

static void decode_damaged(sheaf_bytes content, sf_buffer *out) {
  for (size_t at = 0, length; at < content.size; at += length) {
    uint32_t c = sf_utf8_decode(content, at, &length);
    sf_utf8_encode(out, c);
  }
}

static int refuse_binary(sheaf_bytes content, size_t valid, const char *nul,
                         sheaf_error *error) {
  sf_fail(error, SHEAF_ENOTTEXT, NULL,
          "it is not UTF-8 (at byte %zu) and has a NUL byte (at byte %zu)",
          valid, (size_t)(nul - content.data));
  sf_hint(error, "it looks like binary data, for which there is no reader");
  return SHEAF_ENOTTEXT;
}

static bool is_guessable(sheaf_bytes content) {
  size_t count = 0;
  for (size_t i = 0; i < content.size && count < GUESS_LEAST; i++)
    count += (unsigned char)content.data[i] >= 0x80;
  return count == GUESS_LEAST;
}

/// Converts the content if it can be in that charset.
static bool decode_as(const sf_charset *charset, sheaf_bytes content,
                      sf_buffer *out, const char **name) {
  if (!charset) return false;
  out->size = 0;
  *name = charset->name;
  return sf_charset_convert(charset, content, out) <=
         content.size / DAMAGE_PART;
}

static int decode_unmarked(sheaf_bytes content, size_t valid,
                           const sf_charset *declared, sf_buffer *out,
                           const char **charset, sheaf_error *error) {
  const char *nul = memchr(content.data, '\0', content.size);
  bool marked = content.size > 3 && !memcmp(content.data, "\xEF\xBB\xBF", 3);

  if (!marked && decode_as(declared, content, out, charset)) return SHEAF_OK;
  out->size = 0;
  if (nul) return refuse_binary(content, valid, nul, error);
  *charset = "utf-8";
  if (marked || is_mostly_utf8(content)) {
    decode_damaged(content, out);
    return SHEAF_OK;
  }
  if (is_guessable(content) &&
      decode_as(sf_charset_guess(content), content, out, charset))
    return SHEAF_OK;
  out->size = 0;
  *charset = "windows-1252";
  decode_windows(content, out);
  return SHEAF_OK;
}

/// Text in such a charset is valid UTF-8 as well, but means something else.
static bool is_seven_bit(const sf_charset *charset, sheaf_bytes content) {
  if (!charset) return false;
  if (!strcmp(charset->name, "iso-2022-jp"))
    return content.size && memchr(content.data, '\x1B', content.size);
  return !strncmp(charset->name, "utf-16", 6) && content.size &&
         memchr(content.data, '\0', content.size);
}

int sf_charset_decode(sheaf_bytes content, sheaf_bytes declared,
                      sf_buffer *storage, sheaf_bytes *text,
                      const char **charset, sheaf_error *error) {
  size_t valid = sf_utf8_valid(content);
  const sf_charset *said = sf_charset_find(declared);
  const wide_charset *wide;
  int code;

  if (valid == content.size && !is_seven_bit(said, content)) {
    *text = content;
    *charset = "utf-8";
    return SHEAF_OK;
  }
  storage->size = 0;
  wide = find_mark(content);
  if (wide) *charset = wide->name;
  code = wide ? decode_wide(wide, content, storage, error)
              : decode_unmarked(content, valid, said, storage, charset, error);
  if (code != SHEAF_OK) return code;
  if (storage->failed) return sf_no_memory(error);
  *text = sf_buffer_bytes(storage);
  return SHEAF_OK;
}
