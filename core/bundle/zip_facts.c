/// Zip: extra fields with what the format itself has no place for. Readers that
/// do not know them step over them.
#include "bundle/zip.h"
#include "bundle/zip_name.h"

#define FACTS_EXTRA 0x6653  // "Sf"
#define MARK        "sheaf\1"
#define MARK_SIZE   (sizeof MARK - 1)
#define HEAD        (MARK_SIZE + 2)  // With the size of the media type.
#define FACTS_MOST  ((size_t)60000)  // All extra fields share 65,535 bytes.

void sf_zip_put_time(sf_buffer *extra, int64_t modified) {
  if (!modified || modified < INT32_MIN || modified > INT32_MAX) return;
  sf_zip_put(extra, SF_ZIP_TIME_EXTRA, 2);
  sf_zip_put(extra, 1 + 4, 2);
  sf_zip_put(extra, 1, 1);  // The time of modification alone.
  sf_zip_put(extra, (uint32_t)modified, 4);
}

void sf_zip_put_facts(sf_buffer *extra, sheaf_bytes media_type,
                      sheaf_bytes metadata) {
  size_t size = media_type.size + metadata.size;
  // Each alone, so that the sum cannot overflow.
  if (!size || media_type.size > FACTS_MOST || metadata.size > FACTS_MOST ||
      size > FACTS_MOST)
    return;
  sf_zip_put(extra, FACTS_EXTRA, 2);
  sf_zip_put(extra, HEAD + size, 2);
  sf_buffer_append(extra, MARK, MARK_SIZE);
  sf_zip_put(extra, media_type.size, 2);
  sf_buffer_append(extra, media_type.data, media_type.size);
  sf_buffer_append(extra, metadata.data, metadata.size);
}

// A stranger may have written the field.
static bool is_object(sheaf_bytes text) {
  sheaf_value value;
  if (text.size == 0) return true;
  if (sheaf_value_parse(&value, text.data, text.size, NULL)) return false;
  bool is = value.type == SHEAF_MAP;
  sheaf_value_clear(&value);
  return is;
}

bool sf_zip_find_facts(sheaf_bytes extra, sheaf_bytes *media_type,
                       sheaf_bytes *metadata) {
  sheaf_bytes field;
  if (!sf_zip_find_extra(extra, FACTS_EXTRA, &field) || field.size < HEAD ||
      memcmp(field.data, MARK, MARK_SIZE) != 0)
    return false;
  size_t size = sf_le16(field.data + MARK_SIZE);
  if (size > field.size - HEAD) return false;
  sheaf_bytes rest = {field.data + HEAD + size, field.size - HEAD - size};
  if (!is_object(rest)) return false;
  *media_type = (sheaf_bytes){field.data + HEAD, size};
  *metadata = rest;
  return true;
}
