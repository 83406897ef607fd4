/// Base64, after RFC 4648.
#include "base/base.h"

// The six bits that a character stands for; 64 for every other one.
static unsigned bits_of(char c) {
  if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A');
  if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a' + 26);
  if (c >= '0' && c <= '9') return (unsigned)(c - '0' + 52);
  return c == '+' ? 62 : c == '/' ? 63 : 64;
}

static size_t padding_of(sheaf_bytes text) {
  size_t padding = 0;
  while (padding < 2 && padding < text.size &&
         text.data[text.size - 1 - padding] == '=')
    padding++;
  return padding;
}

bool sf_base64_decode(sheaf_bytes text, sf_buffer *out) {
  size_t digits = text.size - padding_of(text);
  unsigned held = 0, count = 0;
  if (text.size % 4) return false;
  for (size_t i = 0; i < digits; i++) {
    unsigned bits = bits_of(text.data[i]);
    if (bits > 63) return false;
    held = held << 6 | bits;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    sf_buffer_putc(out, (char)(held >> count & 0xff));
  }
  return (held & ((1U << count) - 1)) == 0;
}

void sf_base64_encode(sheaf_bytes bytes, sf_buffer *out) {
  static const char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size; i += 3) {
    size_t count = bytes.size - i < 3 ? bytes.size - i : 3;
    unsigned held = 0;
    for (size_t k = 0; k < 3; k++)
      held = held << 8 | (k < count ? (unsigned char)bytes.data[i + k] : 0U);
    for (size_t k = 0; k < 4; k++)
      sf_buffer_putc(out, k > count ? '=' : digits[held >> (18 - 6 * k) & 63]);
  }
}
