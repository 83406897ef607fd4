/// Archives of libarchive files.
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  walk_bytes("fuzz.archive", data, size);
  return 0;
}
