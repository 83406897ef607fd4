/// Reading Word documents: whatever the bytes are, the plugin makes a text or
/// an error.
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_document(data, size, false);
  return 0;
}
