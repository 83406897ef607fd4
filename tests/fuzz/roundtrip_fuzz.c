/// Packing, and reading what was packed: the same members come back, under
/// names that are safe and that packing once more keeps.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "json/json.h"
#include "sheaf/pack.h"

enum { MEMBERS_MOST = 32 };

/// A member as it goes in, or as it came out.
typedef struct {
  sf_buffer name, media_type, metadata, content;
  int64_t modified;
} item;

typedef struct {
  item items[MEMBERS_MOST];
  size_t count;
} items;

static void require(bool fine) {
  if (!fine) abort();
}

static void put(sf_buffer *out, sheaf_bytes bytes) {
  sf_buffer_append(out, bytes.data, bytes.size);
}

static bool same(const sf_buffer *a, const sf_buffer *b) {
  return a->size == b->size &&
         (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static void clear(items *all) {
  for (size_t i = 0; i < all->count; i++) {
    item *one = &all->items[i];
    sf_buffer_clear(&one->name);
    sf_buffer_clear(&one->media_type);
    sf_buffer_clear(&one->metadata);
    sf_buffer_clear(&one->content);
  }
  *all = (items){.count = 0};
}

// --- What goes in ----------------------------------------------------------

static sheaf_bytes take(sheaf_bytes *from, size_t size) {
  sheaf_bytes taken = {from->data, size < from->size ? size : from->size};
  from->data += taken.size;
  from->size -= taken.size;
  return taken;
}

static size_t take_byte(sheaf_bytes *from) {
  sheaf_bytes byte = take(from, 1);
  return byte.size ? (unsigned char)byte.data[0] : 0;
}

// A byte of what it has, one with the size of its name, one with that of its
// content, in tens; then both.
static void take_item(sheaf_bytes *from, item *one) {
  size_t has = take_byte(from), name = take_byte(from);
  size_t content = take_byte(from) * 10;
  put(&one->name, take(from, name));
  put(&one->content, take(from, content));
  if (has & 1) one->modified = (int64_t)(has << 22);
  if (has & 2) put(&one->media_type, take(from, has >> 3));
  if (!(has & 4)) return;
  sf_buffer_puts(&one->metadata, "{\"name\":");
  sf_json_string(&one->metadata, sf_buffer_bytes(&one->name));
  sf_buffer_putc(&one->metadata, '}');
}

static void take_items(sheaf_bytes from, items *all) {
  while (from.size && all->count < MEMBERS_MOST)
    take_item(&from, &all->items[all->count++]);
}

// --- There and back --------------------------------------------------------

static void pack(const items *all, const char *path, int level) {
  sheaf_pack_options options = SHEAF_PACK_OPTIONS_INIT;
  sheaf_packer *packer;
  options.level = level;
  options.replace = true;
  options.threads = 1;
  require(!sheaf_packer_new(&packer, path, &options, NULL));
  for (size_t i = 0; i < all->count; i++) {
    const item *one = &all->items[i];
    const sheaf_packed about = {.name = sf_buffer_bytes(&one->name),
                                .modified = one->modified,
                                .media_type = sf_buffer_bytes(&one->media_type),
                                .metadata = sf_buffer_bytes(&one->metadata)};
    sheaf_error error;
    require(!sheaf_packer_add(packer, &about, sf_buffer_bytes(&one->content),
                              &error));
  }
  require(!sheaf_packer_finish(packer, NULL));
  sheaf_packer_free(packer);
}

static void read_item(sheaf_bundle *bundle, const sheaf_member *member,
                      item *one) {
  sheaf_bytes content;
  sheaf_error error;
  require(member->type == SHEAF_MEMBER_FILE && member->flags == 0);
  put(&one->name, member->name);
  put(&one->media_type, member->media_type);
  put(&one->metadata, member->metadata);
  one->modified = member->modified;
  require(!sheaf_bundle_read(bundle, &content, &error));
  require(!sheaf_bundle_doubt(bundle, &error));
  require(content.size == member->size);
  put(&one->content, content);
}

static void unpack(const char *path, items *all) {
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_error error;
  int code;
  require(!sheaf_bundle_open(&bundle, path, NULL, &error));
  while (!(code = sheaf_bundle_next(bundle, &member, &error)) &&
         member.type != SHEAF_MEMBER_RECORD) {
    require(all->count < MEMBERS_MOST);
    read_item(bundle, &member, &all->items[all->count++]);
  }
  // What Sheaf says of the members is the last one.
  require(!code);
  require(sheaf_bundle_next(bundle, &member, &error) == SHEAF_END);
  sheaf_bundle_close(bundle);
}

static void compare(const items *in, const items *out, bool names) {
  require(in->count == out->count);
  for (size_t i = 0; i < in->count; i++) {
    const item *a = &in->items[i], *b = &out->items[i];
    require(same(&a->content, &b->content));
    require(same(&a->media_type, &b->media_type));
    require(same(&a->metadata, &b->metadata));
    require(!a->modified || a->modified == b->modified);
    require(!names || same(&a->name, &b->name));
    for (size_t j = 0; j < i; j++)
      require(!same(&b->name, &out->items[j].name));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static items in, once, twice;
  char path[64];
  snprintf(path, sizeof path, "/dev/shm/sheaf-roundtrip-%d.zip", getpid());
  take_items((sheaf_bytes){(const char *)data, size}, &in);
  pack(&in, path, 6);
  unpack(path, &once);
  compare(&in, &once, false);
  pack(&once, path, 0);
  unpack(path, &twice);
  compare(&once, &twice, true);
  unlink(path);
  clear(&in);
  clear(&once);
  clear(&twice);
  return 0;
}
