/// Writing JSON: compact, canonical and for people.
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/private.h"

// --- Strings ---------------------------------------------------------------

size_t sf_json_character(const unsigned char *text, size_t left) {
  unsigned char c = text[0];
  if (c < 0x80) return 1;
  size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
  if (c < 0xc2 || c > 0xf4 || size > left) return 0;
  // The first byte narrows what the second may be: no overlong forms, no
  // surrogates, nothing above U+10FFFF.
  unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  if (text[1] < low || text[1] > high) return 0;
  for (size_t i = 2; i < size; i++)
    if ((text[i] & 0xc0) != 0x80) return 0;
  return size;
}

static void put_escape(sf_buffer *out, unsigned char c) {
  static const char shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\";
  for (const char *s = shorts; *s; s += 2) {
    if ((unsigned char)*s != c) continue;
    char escape[2] = {'\\', s[1]};
    sf_buffer_append(out, escape, 2);
    return;
  }
  sf_buffer_printf(out, "\\u%04x", c);
}

static bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

// A word at a time: true when none of its 8 bytes needs an escape. The usual
// tests for a zero byte, applied to what each unwanted byte is zero under.
static bool plain_word(const char *text) {
  uint64_t word, ones = UINT64_C(0x0101010101010101), highs = ones << 7;
  memcpy(&word, text, sizeof word);
  uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
  uint64_t found = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                   ((slash - ones) & ~slash);
  return (found & highs) == 0;
}

static size_t scan_plain(sheaf_bytes bytes, size_t at) {
  while (bytes.size - at >= 8 && plain_word(bytes.data + at)) at += 8;
  while (at < bytes.size && !needs_escape((unsigned char)bytes.data[at])) at++;
  return at;
}

void sf_json_utf8(sf_buffer *out, sheaf_bytes bytes) {
  sf_buffer_putc(out, '"');
  for (size_t at = 0; at < bytes.size;) {
    size_t end = scan_plain(bytes, at);
    sf_buffer_append(out, bytes.data + at, end - at);
    if (end < bytes.size) put_escape(out, (unsigned char)bytes.data[end++]);
    at = end;
  }
  sf_buffer_putc(out, '"');
}

static bool is_utf8(sheaf_bytes bytes) {
  const unsigned char *text = (const unsigned char *)bytes.data;
  for (size_t at = 0; at < bytes.size;) {
    size_t size = sf_json_character(text + at, bytes.size - at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

void sf_json_string(sf_buffer *out, sheaf_bytes bytes) {
  if (is_utf8(bytes)) {
    sf_json_utf8(out, bytes);
    return;
  }
  const unsigned char *text = (const unsigned char *)bytes.data;
  sf_buffer_putc(out, '"');
  for (size_t at = 0; at < bytes.size;) {
    size_t size = sf_json_character(text + at, bytes.size - at);
    if (size == 0)
      sf_buffer_puts(out, "\xef\xbf\xbd");
    else if (needs_escape(text[at]))
      put_escape(out, text[at]);
    else
      sf_buffer_append(out, bytes.data + at, size);
    at += size ? size : 1;
  }
  sf_buffer_putc(out, '"');
}

// --- Numbers ---------------------------------------------------------------

// The shortest of the usual forms that reads back as the same number, with a
// mark that it is no integer.
static void put_float(sf_buffer *out, double number) {
  char text[40];
  if (!isfinite(number)) {
    sf_buffer_puts(out, "null");
    return;
  }
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  sf_buffer_puts(out, text);
  if (!strpbrk(text, ".e")) sf_buffer_puts(out, ".0");
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

static void put_items(sf_buffer *out, const sheaf_value *value,
                      json_style style, int depth) {
  bool map = value->type == SHEAF_MAP;
  size_t count = sheaf_value_count(value);
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
      sf_buffer_printf(out, "%lld", (long long)value->as.integer);
      break;
    case SHEAF_FLOAT:
      put_float(out, value->as.number);
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
