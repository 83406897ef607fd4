/// Lines of JSON, also within gzip, where they may be damaged.
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  walk_bytes("fuzz.jsonl", data, size);
  return 0;
}
