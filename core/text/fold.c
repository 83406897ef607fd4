/// Letters in lower and upper case.
#include "text/text.h"
#include "text/unicode.h"

/// Appends a run of ASCII, whose letters from `first` to `first` + 25 get the
/// other case.
static void append_ascii(sf_buffer *out, sheaf_bytes run, char first) {
  char *to = sf_buffer_reserve(out, run.size);

  if (!to) return;
  for (size_t i = 0; i < run.size; i++) {
    char c = run.data[i];
    to[i] = (char)(c >= first && c <= first + 25 ? c ^ 0x20 : c);
  }
  out->size += run.size;
}

/// Appends the character at `at` as `map` has it. Returns its length in the
/// text. Bytes that are not UTF-8 stay as they are.
static size_t append_mapped(sf_buffer *out, sheaf_bytes text, size_t at,
                            uint32_t (*map)(uint32_t)) {
  size_t length;
  uint32_t c = sf_utf8_decode(text, at, &length);

  if (length == 1)
    sf_buffer_putc(out, text.data[at]);
  else
    sf_utf8_encode(out, map(c));
  return length;
}

static void change_case(sf_buffer *out, sheaf_bytes text, char first,
                        uint32_t (*map)(uint32_t)) {
  size_t at = 0;

  while (at < text.size) {
    size_t from = at;
    while (at < text.size && (unsigned char)text.data[at] < 0x80) at++;
    append_ascii(out, (sheaf_bytes){text.data + from, at - from}, first);
    while (at < text.size && (unsigned char)text.data[at] >= 0x80)
      at += append_mapped(out, text, at, map);
  }
}

void sf_text_lower(sf_buffer *out, sheaf_bytes text) {
  change_case(out, text, 'A', sf_unicode_lower);
}

void sf_text_upper(sf_buffer *out, sheaf_bytes text) {
  change_case(out, text, 'a', sf_unicode_upper);
}
