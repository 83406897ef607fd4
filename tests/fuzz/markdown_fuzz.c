/// Reading Markdown: whatever the bytes are, the plugin makes a text or an
/// error.
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_document(data, size, true, MEMORY_MAX);
  return 0;
}
