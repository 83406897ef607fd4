/// Writing JSON: compact, canonical and for people.
#include <stdlib.h>
#include <string.h>

#include "json/private.h"

// --- Strings ---------------------------------------------------------------

static void put_escape(sf_buffer *out, char byte) {
  static const char names[] = {
      ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
      ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
  char name = names[(unsigned char)byte];
  if (name) {
    sf_buffer_append(out, (char[]){'\\', name}, 2);
  } else {
    sf_buffer_printf(out, "\\u%04x", (unsigned)byte);
  }
}

void sf_json_utf8(sf_buffer *out, sheaf_bytes bytes) {
  sf_buffer_putc(out, '"');
  for (size_t at = 0; at < bytes.size; at++) {
    size_t size = sf_json_plain(bytes.data + at, bytes.size - at);
    sf_buffer_append(out, bytes.data + at, size);
    at += size;
    if (at < bytes.size) put_escape(out, bytes.data[at]);
  }
  sf_buffer_putc(out, '"');
}

void sf_json_part(sf_buffer *out, sheaf_bytes bytes) {
  for (size_t at = 0; at < bytes.size; at++) {
    size_t size = sf_json_plain_utf8(bytes.data + at, bytes.size - at);
    sf_buffer_append(out, bytes.data + at, size);
    at += size;
    if (at == bytes.size) break;
    if (bytes.data[at] & 0x80)
      sf_buffer_puts(out, "\xef\xbf\xbd");
    else
      put_escape(out, bytes.data[at]);
  }
}

void sf_json_string(sf_buffer *out, sheaf_bytes bytes) {
  sf_buffer_putc(out, '"');
  sf_json_part(out, bytes);
  sf_buffer_putc(out, '"');
}

// --- Values ----------------------------------------------------------------

typedef struct {
  bool sorted;
  bool indented;
} json_style;

static void put_value(sf_buffer *out, const sheaf_value *value,
                      json_style style, int depth);

static void put_line(sf_buffer *out, json_style style, int depth) {
  if (!style.indented) return;
  sf_buffer_putc(out, '\n');
  for (int i = 0; i < depth; i++) sf_buffer_puts(out, "  ");
}

static void put_pair(sf_buffer *out, const sheaf_value *map, size_t index,
                     json_style style, int depth) {
  sf_json_string(out, sheaf_value_key(map, index));
  sf_buffer_puts(out, style.indented ? ": " : ":");
  put_value(out, sheaf_value_at(map, index), style, depth);
}

typedef struct {
  sheaf_bytes key;
  size_t index;
} place;

static int compare_places(const void *left, const void *right) {
  const place *a = left, *b = right;
  size_t size = a->key.size < b->key.size ? a->key.size : b->key.size;
  int order = memcmp(a->key.data, b->key.data, size);
  if (order == 0 && a->key.size != b->key.size)
    order = a->key.size < b->key.size ? -1 : 1;
  if (order == 0) order = a->index < b->index ? -1 : 1;
  return order;
}

// The indices of a map's elements in the order in which they are written;
// NULL for the order that they have.
static place *sort_keys(const sheaf_value *map, json_style style) {
  size_t count = sheaf_value_count(map);
  if (!style.sorted || map->type != SHEAF_MAP || count < 2) return NULL;
  place *places = malloc(count * sizeof *places);
  if (!places) return NULL;
  for (size_t i = 0; i < count; i++)
    places[i] = (place){sheaf_value_key(map, i), i};
  qsort(places, count, sizeof *places, compare_places);
  return places;
}

// A list of numbers stays on one line.
static bool is_row(const sheaf_value *value) {
  if (value->type != SHEAF_LIST) return false;
  for (size_t i = 0; i < sheaf_value_count(value); i++) {
    sheaf_type type = sheaf_value_at(value, i)->type;
    if (type != SHEAF_INT && type != SHEAF_FLOAT) return false;
  }
  return true;
}

static void put_items(sf_buffer *out, const sheaf_value *value,
                      json_style style, int depth) {
  bool map = value->type == SHEAF_MAP;
  size_t count = sheaf_value_count(value);
  if (is_row(value)) style.indented = false;
  place *places = sort_keys(value, style);
  if (style.sorted && map && count > 1 && !places) out->failed = true;
  sf_buffer_putc(out, map ? '{' : '[');
  for (size_t i = 0; i < count; i++) {
    size_t index = places ? places[i].index : i;
    if (i) sf_buffer_putc(out, ',');
    put_line(out, style, depth + 1);
    if (map)
      put_pair(out, value, index, style, depth + 1);
    else
      put_value(out, sheaf_value_at(value, index), style, depth + 1);
  }
  if (count) put_line(out, style, depth);
  sf_buffer_putc(out, map ? '}' : ']');
  free(places);
}

static void put_value(sf_buffer *out, const sheaf_value *value,
                      json_style style, int depth) {
  switch (value->type) {
    case SHEAF_NULL:
      sf_buffer_puts(out, "null");
      break;
    case SHEAF_BOOL:
      sf_buffer_puts(out, value->as.boolean ? "true" : "false");
      break;
    case SHEAF_INT:
      sf_json_write_int(out, value->as.integer);
      break;
    case SHEAF_FLOAT:
      sf_json_write_float(out, value->as.number);
      break;
    case SHEAF_STRING:
      sf_json_string(
          out, (sheaf_bytes){value->as.string.data, value->as.string.size});
      break;
    case SHEAF_LIST:
    case SHEAF_MAP:
      put_items(out, value, style, depth);
  }
}

void sf_json_value(sf_buffer *out, const sheaf_value *value) {
  put_value(out, value, (json_style){false, false}, 0);
}

void sf_json_canonical(sf_buffer *out, const sheaf_value *value) {
  put_value(out, value, (json_style){true, false}, 0);
}

void sf_json_pretty(sf_buffer *out, const sheaf_value *value) {
  put_value(out, value, (json_style){false, true}, 0);
}

int sheaf_value_write(const sheaf_value *value, char **out, size_t *size) {
  sf_buffer text = {0};
  sf_json_value(&text, value);
  if (!sf_buffer_text(&text)) {
    sf_buffer_clear(&text);
    *out = NULL;
    return SHEAF_ENOMEM;
  }
  *out = text.data;
  *size = text.size;
  return SHEAF_OK;
}
