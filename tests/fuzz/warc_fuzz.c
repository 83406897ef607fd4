/// Archives of the web, with the HTTP messages in them.
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  walk_bytes("fuzz.warc", data, size);
  return 0;
}
