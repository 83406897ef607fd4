/// Reading Word documents: whatever the bytes are, the plugin makes a text or
/// an error. What is no zip is put into one, as the part with the text: a
/// changed part of a zip would never come through its checksum.
#include "../unit/zip_builder.h"
#include "reader.h"

static void read_part(const uint8_t *data, size_t size) {
  zip_builder zip = {0};
  sf_buffer part = {0};
  sf_buffer_append(&part, (const char *)data, size);
  // The builder's contents end with a zero.
  sf_buffer_putc(&part, '\0');
  zip_add(&zip, (zip_item){.name = "[Content_Types].xml", .content = ""});
  zip_add(&zip, (zip_item){.name = "word/document.xml", .content = part.data});
  zip_finish(&zip, 0, false, "");
  read_document((const uint8_t *)zip.bytes.data, zip.bytes.size, false,
                MEMORY_MAX);
  zip_clear(&zip);
  sf_buffer_clear(&part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 4 && !memcmp(data, "PK\3\4", 4))
    read_document(data, size, false, MEMORY_MAX);
  else
    read_part(data, size);
  return 0;
}
