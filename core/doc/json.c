/// A document as one JSON object: the line format of export.jsonl.
#include "json/json.h"

#include <stdlib.h>

#include "doc/private.h"
#include "text/text.h"

// --- Offsets ---------------------------------------------------------------

// Counts code points without starting at the text's beginning each time: a
// note of the count at every STRIDE bytes.
#define STRIDE 1024

typedef struct {
  sheaf_bytes text;
  size_t *counts;  // NULL: offsets are bytes.
} offset_map;

static size_t count_between(sheaf_bytes text, size_t from, size_t to) {
  size_t count = 0;
  for (size_t i = from; i < to; i++)
    count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
  return count;
}

static bool map_offsets(offset_map *map, sheaf_bytes text, sf_offsets offsets) {
  *map = (offset_map){.text = text};
  if (offsets == SF_OFFSETS_BYTES) return true;
  size_t strides = text.size / STRIDE + 1;
  map->counts = malloc(strides * sizeof *map->counts);
  if (!map->counts) return false;
  map->counts[0] = 0;
  for (size_t i = 1; i < strides; i++)
    map->counts[i] =
        map->counts[i - 1] + count_between(text, (i - 1) * STRIDE, i * STRIDE);
  return true;
}

static size_t map_offset(const offset_map *map, size_t at) {
  if (!map->counts) return at;
  size_t stride = at / STRIDE;
  return map->counts[stride] + count_between(map->text, stride * STRIDE, at);
}

// --- Parts -----------------------------------------------------------------

// `key` comes with its comma, quotes and colon: it is there in every document.
static void put_string(sf_buffer *out, const char *key, sheaf_bytes value) {
  sf_buffer_puts(out, key);
  sf_json_string(out, value);
}

static void put_digest(sf_buffer *out, sheaf_bytes content) {
  char hex[SF_SHA256_HEX];
  sf_sha256 sha;
  sf_sha256_init(&sha);
  sf_sha256_update(&sha, content.data, content.size);
  sf_sha256_hex(&sha, hex);
  sf_buffer_puts(out, ",\"sha256\":\"");
  sf_buffer_append(out, hex, SF_SHA256_HEX - 1);
  sf_buffer_putc(out, '"');
}

// What a plugin may look at, or all.
typedef bool kind_filter(const sheaf_doc *doc, const char *kind);

static bool any_kind(const sheaf_doc *doc, const char *kind) {
  (void)doc;
  (void)kind;
  return true;
}

static void put_summary(sf_buffer *out, sheaf_doc *doc, kind_filter *has_kind) {
  const sf_layer *layer =
      has_kind(doc, "summary") ? sf_spans_layer(&doc->spans, "summary") : NULL;
  sf_buffer_puts(out, ",\"summary\":[");
  for (size_t i = 0; layer && i < layer->count; i++) {
    const sf_span *span = &layer->spans[i];
    if (i) sf_buffer_putc(out, ',');
    sf_json_utf8(
        out, (sheaf_bytes){doc->text.data + span->from, span->to - span->from});
  }
  sf_buffer_putc(out, ']');
}

static void put_span(sf_buffer *out, const sf_span *span,
                     const offset_map *map) {
  sf_buffer_puts(out, "{\"start\":");
  sf_buffer_put_number(out, map_offset(map, span->from));
  sf_buffer_puts(out, ",\"end\":");
  sf_buffer_put_number(out, map_offset(map, span->to));
  // The attributes are an object of their own: its inside follows here.
  if (span->attributes_size > 2) sf_buffer_putc(out, ',');
  sf_buffer_append(out, span->attributes + 1, span->attributes_size - 1);
}

static void put_layer(sf_buffer *out, sf_layer *layer, const offset_map *map) {
  sf_json_utf8(out, sf_bytes(layer->kind));
  sf_buffer_puts(out, ":[");
  sf_layer_sort(layer);
  for (size_t i = 0; i < layer->count; i++) {
    if (i) sf_buffer_putc(out, ',');
    put_span(out, &layer->spans[i], map);
  }
  sf_buffer_putc(out, ']');
}

static void put_spans(sf_buffer *out, sheaf_doc *doc, sf_offsets offsets,
                      kind_filter *has_kind) {
  offset_map map;
  if (!map_offsets(&map, doc->text, offsets)) {
    out->failed = true;
    return;
  }
  sf_buffer_puts(out, ",\"spans\":{");
  const char *comma = "";
  for (size_t i = 0; i < doc->spans.count; i++) {
    if (!has_kind(doc, doc->spans.layers[i].kind)) continue;
    sf_buffer_puts(out, comma);
    put_layer(out, &doc->spans.layers[i], &map);
    comma = ",";
  }
  sf_buffer_putc(out, '}');
  free(map.counts);
}

static void put_document(sf_buffer *out, sheaf_doc *doc, sf_offsets offsets,
                         kind_filter *has_kind) {
  put_string(out, "{\"id\":", sf_bytes(doc->id));
  put_string(out, ",\"bundle\":", sf_bytes(doc->bundle));
  put_string(out, ",\"member\":", sheaf_doc_member(doc));
  put_string(out, ",\"media_type\":", sf_bytes(doc->media_type));
  put_string(out, ",\"language\":", sf_bytes(sheaf_doc_language(doc)));
  put_digest(out, doc->content);
  sf_buffer_puts(out, ",\"text\":");
  sf_json_utf8(out, doc->text);
  sf_buffer_puts(out, ",\"metadata\":");
  sf_json_canonical(out, &doc->metadata);
  put_summary(out, doc, has_kind);
  if (offsets == SF_OFFSETS_CODEPOINTS)
    put_string(out, ",\"offsets\":", sf_bytes("codepoints"));
  put_spans(out, doc, offsets, has_kind);
  sf_buffer_putc(out, '}');
}

void sf_doc_json(sheaf_doc *doc, sf_offsets offsets, sf_buffer *out) {
  put_document(out, doc, offsets, any_kind);
}

void sf_doc_json_read(sheaf_doc *doc, sf_buffer *out) {
  put_document(out, doc, SF_OFFSETS_BYTES, sf_doc_may_read);
}

int sheaf_doc_json(sheaf_doc *doc, char **out, size_t *size,
                   sheaf_error *error) {
  sf_buffer text = {0};
  sf_doc_json(doc, SF_OFFSETS_BYTES, &text);
  *out = NULL;
  if (!sf_buffer_text(&text)) {
    sf_buffer_clear(&text);
    return sf_no_memory(error);
  }
  *out = text.data;
  *size = text.size;
  return SHEAF_OK;
}
