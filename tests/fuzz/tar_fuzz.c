/// Tar files.
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  walk_bytes("fuzz.tar", data, size);
  return 0;
}
