#include "run/reading.h"

#include <inttypes.h>
#include <stdlib.h>

#include "json/json.h"

void sf_reading_take(sheaf_bundle_options *own,
                     const sheaf_bundle_options *given) {
  *own = (sheaf_bundle_options)SHEAF_BUNDLE_OPTIONS_INIT;
  // An older caller's struct may be shorter.
  if (given)
    memcpy(own, given, given->size < sizeof *own ? given->size : sizeof *own);
  own->size = sizeof *own;
}

// --- On the wire -----------------------------------------------------------

static void put_text(sf_buffer *out, const char *text) {
  sf_put_u8(out, text != NULL);
  sf_put_bytes(out, sf_bytes(text ? text : ""));
}

static int get_text(sf_unpack *from, const char **text) {
  bool given = sf_get_u8(from) != 0;
  sheaf_bytes bytes = sf_get_bytes(from);
  *text = given ? sf_strndup(bytes.data, bytes.size) : NULL;
  return given && !*text ? SHEAF_ENOMEM : SHEAF_OK;
}

void sf_reading_pack(sf_buffer *out, const sheaf_bundle_options *reading) {
  sf_put_u64(out, reading->max_document);
  sf_put_u64(out, reading->max_total);
  sf_put_u64(out, reading->max_members);
  sf_put_u32(out, reading->max_ratio);
  sf_put_u32(out, reading->max_name);
  sf_put_u32(out, reading->max_stall);
  put_text(out, reading->text_field);
  put_text(out, reading->id_field);
  put_text(out, reading->cache);
  put_text(out, reading->format);
}

int sf_reading_unpack(sf_unpack *from, sheaf_bundle_options *reading) {
  *reading = (sheaf_bundle_options)SHEAF_BUNDLE_OPTIONS_INIT;
  reading->max_document = sf_get_u64(from);
  reading->max_total = sf_get_u64(from);
  reading->max_members = sf_get_u64(from);
  reading->max_ratio = sf_get_u32(from);
  reading->max_name = sf_get_u32(from);
  reading->max_stall = sf_get_u32(from);
  int code = get_text(from, &reading->text_field);
  if (!code) code = get_text(from, &reading->id_field);
  if (!code) code = get_text(from, &reading->cache);
  if (!code) code = get_text(from, &reading->format);
  return code;
}

void sf_reading_clear(sheaf_bundle_options *reading) {
  free((char *)reading->text_field);
  free((char *)reading->id_field);
  free((char *)reading->cache);
  free((char *)reading->format);
  *reading = (sheaf_bundle_options)SHEAF_BUNDLE_OPTIONS_INIT;
}

// --- For people ------------------------------------------------------------

static void write_text(sf_buffer *out, const char *key, const char *text) {
  sf_buffer_printf(out, ",\"%s\":", key);
  if (text)
    sf_json_string(out, sf_bytes(text));
  else
    sf_buffer_puts(out, "null");
}

void sf_reading_write(sf_buffer *out, const sheaf_bundle_options *reading) {
  sf_buffer_printf(out,
                   "{\"max_document\":%" PRIu64 ",\"max_total\":%" PRIu64
                   ",\"max_members\":%" PRIu64
                   ",\"max_ratio\":%u,\"max_name\":%u,\"max_stall\":%u",
                   reading->max_document, reading->max_total,
                   reading->max_members, reading->max_ratio, reading->max_name,
                   reading->max_stall);
  write_text(out, "text_field", reading->text_field);
  write_text(out, "id_field", reading->id_field);
  write_text(out, "format", reading->format);
  sf_buffer_putc(out, '}');
}
