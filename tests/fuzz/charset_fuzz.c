/// Charsets: whatever comes in, only valid UTF-8 goes out, and upper and lower
/// case of it are valid too.
#include <stdlib.h>

#include "text/text.h"

static void check(sheaf_bytes text) {
  if (sf_utf8_valid(text) != text.size) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sf_buffer storage = {0};
  sf_buffer folded = {0};
  sheaf_bytes text;
  const char *charset = NULL;
  sheaf_error error;

  if (sf_charset_decode((sheaf_bytes){(const char *)data, size}, sf_bytes(""),
                        &storage, &text, &charset, &error) == SHEAF_OK) {
    if (!charset) abort();
    check(text);
    sf_text_lower(&folded, text);
    sf_text_upper(&folded, text);
    check(sf_buffer_bytes(&folded));
  }
  sf_buffer_clear(&storage);
  sf_buffer_clear(&folded);
  return 0;
}
