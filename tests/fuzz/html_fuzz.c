/// Reading HTML: whatever the bytes are, the plugin makes a text or an error.
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_document(data, size, true, MEMORY_MAX);
  // There is no memory for a tree: the bare text.
  read_document(data, size, true, 1);
  return 0;
}
