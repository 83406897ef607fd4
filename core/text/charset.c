/// Charsets: UTF-8, UTF-16 and UTF-32 by their marks, windows-1252 for the
/// rest.
#include <string.h>

#include "text/text.h"

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

static int decode_unmarked(sheaf_bytes content, size_t valid, sf_buffer *out,
                           const char **charset, sheaf_error *error) {
  const char *nul = memchr(content.data, '\0', content.size);

  if (nul) return refuse_binary(content, valid, nul, error);
  if (is_mostly_utf8(content)) {
    *charset = "utf-8";
    decode_damaged(content, out);
  } else {
    *charset = "windows-1252";
    decode_windows(content, out);
  }
  return SHEAF_OK;
}

int sf_charset_decode(sheaf_bytes content, sf_buffer *storage,
                      sheaf_bytes *text, const char **charset,
                      sheaf_error *error) {
  size_t valid = sf_utf8_valid(content);
  const wide_charset *wide;
  int code;

  if (valid == content.size) {
    *text = content;
    *charset = "utf-8";
    return SHEAF_OK;
  }
  storage->size = 0;
  wide = find_mark(content);
  if (wide) *charset = wide->name;
  code = wide ? decode_wide(wide, content, storage, error)
              : decode_unmarked(content, valid, storage, charset, error);
  if (code != SHEAF_OK) return code;
  if (storage->failed) return sf_no_memory(error);
  *text = sf_buffer_bytes(storage);
  return SHEAF_OK;
}
