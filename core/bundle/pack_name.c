/// Packing: the names under which members go, which are safe to unpack and
/// each other's never.
#include <inttypes.h>

#include "bundle/pack.h"
#include "text/text.h"

// A part of a name without drives and control characters. Bytes that are no
// UTF-8 are written as in URLs.
static void put_safe_part(sf_buffer *out, sheaf_bytes part) {
  for (size_t i = 0, length; i < part.size; i += length) {
    char c = part.data[i];
    bool bad = (unsigned char)c < 0x20 || c == 0x7f || c == ':';
    sf_utf8_decode(part, i, &length);
    if (length == 1 && (unsigned char)c >= 0x80)
      sf_buffer_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    else if (bad)
      sf_buffer_putc(out, '_');
    else
      sf_buffer_append(out, part.data + i, length);
  }
}

// A name that leads nowhere but into the folder where it is unpacked: no "..",
// and no first slash.
static void put_safe_name(sf_buffer *out, sheaf_bytes name) {
  size_t from = 0;
  while (from <= name.size) {
    size_t to = from;
    while (to < name.size && name.data[to] != '/' && name.data[to] != '\\')
      to++;
    size_t size = to - from;
    bool dots = size > 0 && size <= 2 && !memcmp(name.data + from, "..", size);
    if (size && out->size) sf_buffer_putc(out, '/');
    if (dots) sf_buffer_append(out, "__", size);
    if (!dots) put_safe_part(out, (sheaf_bytes){name.data + from, size});
    from = to + 1;
  }
  if (!out->size) sf_buffer_puts(out, "unnamed");
}

// Adds the name to those taken. False when it is there already; `*number` is
// that of its item.
static bool take(sf_bag *taken, sf_buffer *name, size_t *number) {
  sheaf_bytes string = sf_buffer_bytes(name);
  sf_bag_key key = sf_bag_key_of(string, string.size);
  size_t before = taken->count;
  name->failed |= sf_bag_add(taken, &key, number) != SHEAF_OK;
  return name->failed || taken->count > before;
}

// Where the ending of a name begins, with its dot; its size where there is
// none.
static size_t find_ending(sheaf_bytes name) {
  size_t dot = name.size;
  while (dot > 0 && name.data[dot - 1] != '.' && name.data[dot - 1] != '/')
    dot--;
  bool ending =
      dot >= 2 && name.data[dot - 1] == '.' && name.data[dot - 2] != '/';
  return ending ? dot - 1 : name.size;
}

// A number goes before the ending: "a.txt", "a~2.txt". The item of the name
// counts them, so that many of one name take no longer.
static void number_name(sf_bag *taken, sheaf_bytes base, size_t item,
                        sf_buffer *out) {
  size_t ending = find_ending(base), other;
  uint64_t number = taken->items[item].count;
  if (number < 2) number = 2;
  do {
    out->size = 0;
    sf_buffer_append(out, base.data, ending);
    sf_buffer_printf(out, "~%" PRIu64, number++);
    sf_buffer_append(out, base.data + ending, base.size - ending);
  } while (!take(taken, out, &other));
  taken->items[item].count = number;
}

int sf_pack_choose_name(sf_bag *taken, sheaf_bytes name, sf_buffer *out,
                        sheaf_error *error) {
  sf_buffer base = {0};
  size_t item;
  put_safe_name(&base, name);
  out->size = 0;
  sf_buffer_append(out, base.data, base.size);
  bool long_name = base.size > UINT16_MAX - 32;
  if (!base.failed && !long_name && !take(taken, out, &item))
    number_name(taken, sf_buffer_bytes(&base), item, out);
  bool failed = base.failed || out->failed;
  sf_buffer_clear(&base);
  if (failed) return sf_no_memory(error);
  if (!long_name) return SHEAF_OK;
  return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                 "a name has more bytes than a zip file can hold");
}
