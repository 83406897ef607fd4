/// UTF-8: validity, decoding and counting must tell the same.
#include <stdlib.h>

#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sheaf_bytes text = {(const char *)data, size};
  size_t valid = sf_utf8_valid(text);
  sf_buffer again = {0};
  size_t count = 0;

  for (size_t at = 0, length; at < valid; at += length, count++) {
    uint32_t c = sf_utf8_decode(text, at, &length);
    if (length == 0 || !sf_utf8_boundary(text, at)) abort();
    sf_utf8_encode(&again, c);
  }
  if (again.size != valid) abort();
  for (size_t i = 0; i < valid; i++)
    if (again.data[i] != text.data[i]) abort();
  if (sf_utf8_count((sheaf_bytes){text.data, valid}) != count) abort();
  if (valid < size) {
    size_t length;
    if (sf_utf8_decode(text, valid, &length) != 0xFFFD || length != 1) abort();
  }
  sf_buffer_clear(&again);
  return 0;
}
