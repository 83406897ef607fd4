/// Bags of strings: a hash table over items that lie one behind the other.
#include <string.h>

#include "base/base.h"

#define ITEMS_FIRST 64
#define SLOTS_FIRST 256
#define TEXT_FIRST  1024

// --- Keys ------------------------------------------------------------------

/// FNV-1a (Fowler, Noll, Vo), 64 bits.
static uint64_t hash_bytes(sheaf_bytes string) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < string.size; i++)
    hash = (hash ^ (unsigned char)string.data[i]) * 0x100000001b3;
  return hash;
}

sf_bag_key sf_bag_long_key(sheaf_bytes string) {
  return (sf_bag_key){{hash_bytes(string), 0}, string};
}

const unsigned char sf_bag_ones[] = {255, 255, 255, 255, 255, 255, 255, 255,
                                     255, 255, 255, 255, 255, 255, 255, 255};

/// Where the search for a head begins. The multipliers are odd and have about
/// as many ones as zeros.
static size_t first_slot(const sf_bag *bag, const uint64_t head[2]) {
  uint64_t hash = (head[0] ^ head[1] * 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
  return (size_t)(hash ^ hash >> 32) & bag->mask;
}

// --- Memory ----------------------------------------------------------------

void sf_bag_init(sf_bag *bag, sf_memory memory) {
  *bag = (sf_bag){.memory = memory};
}

static void release(const sf_bag *bag, void *block, size_t size) {
  if (block) bag->memory.resize(bag->memory.context, block, size, 0);
}

void sf_bag_clear(sf_bag *bag) {
  release(bag, bag->items, bag->capacity * sizeof *bag->items);
  release(bag, bag->slots, bag->slot_capacity * sizeof *bag->slots);
  release(bag, bag->text, bag->text_capacity);
  sf_bag_init(bag, bag->memory);
}

/// Makes room for `wanted` elements of `size` bytes each in a block that has
/// room for `*capacity`. Returns the block, or NULL and leaves it as it was.
static void *grow(const sf_bag *bag, void *block, size_t *capacity,
                  size_t wanted, size_t size) {
  if (wanted > UINT32_MAX / size) return NULL;
  void *moved = bag->memory.resize(bag->memory.context, block, *capacity * size,
                                   wanted * size);
  if (moved) *capacity = wanted;
  return moved;
}

static void enter(sf_bag *bag, size_t number) {
  size_t slot = first_slot(bag, bag->items[number].head);
  while (bag->slots[slot]) slot = (slot + 1) & bag->mask;
  bag->slots[slot] = (uint32_t)(number + 1);
}

/// Uses `slots` slots, a power of two.
static void fill_slots(sf_bag *bag, size_t slots) {
  bag->mask = slots - 1;
  memset(bag->slots, 0, slots * sizeof *bag->slots);
  for (size_t i = 0; i < bag->count; i++) enter(bag, i);
}

/// So many slots for each item let most searches end at the first one.
#define SPARE 4

static bool has_slot(const sf_bag *bag) {
  return bag->slots && bag->count < (bag->mask + 1) / SPARE;
}

static bool make_slots(sf_bag *bag) {
  size_t wanted = bag->slots ? 2 * (bag->mask + 1) : SLOTS_FIRST;
  if (wanted > bag->slot_capacity) {
    uint32_t *slots =
        grow(bag, bag->slots, &bag->slot_capacity, wanted, sizeof *slots);
    if (!slots) return false;
    bag->slots = slots;
  }
  fill_slots(bag, wanted);
  return true;
}

static bool make_item(sf_bag *bag) {
  size_t wanted = bag->capacity ? 2 * bag->capacity : ITEMS_FIRST;
  sf_bag_item *items =
      grow(bag, bag->items, &bag->capacity, wanted, sizeof *items);
  if (items) bag->items = items;
  return items != NULL;
}

static bool make_text(sf_bag *bag, size_t size) {
  size_t wanted = bag->text_capacity ? bag->text_capacity : TEXT_FIRST;
  if (size > UINT32_MAX - bag->text_size) return false;
  while (wanted < bag->text_size + size) wanted *= 2;
  char *text = grow(bag, bag->text, &bag->text_capacity, wanted, 1);
  if (text) bag->text = text;
  return text != NULL;
}

static bool make_room(sf_bag *bag, size_t size) {
  if (bag->count == bag->capacity && !make_item(bag)) return false;
  if (!has_slot(bag) && !make_slots(bag)) return false;
  return size <= SF_BAG_SHORT || size <= bag->text_capacity - bag->text_size ||
         make_text(bag, size);
}

// --- Strings ---------------------------------------------------------------

static bool has_head(const sf_bag_item *item, const sf_bag_key *key) {
  return item->head[0] == key->head[0] && item->head[1] == key->head[1] &&
         item->size == key->string.size;
}

// The compiler makes a loop of its own for short strings: it has no call.
static inline size_t find(const sf_bag *bag, const sf_bag_key *key,
                          bool is_short) {
  size_t slot = first_slot(bag, key->head);
  for (uint32_t number; (number = bag->slots[slot]);
       slot = (slot + 1) & bag->mask) {
    const sf_bag_item *item = &bag->items[number - 1];
    if (has_head(item, key) &&
        (is_short || memcmp(bag->text + item->place, key->string.data,
                            key->string.size) == 0))
      return number - 1;
  }
  return SF_BAG_NONE;
}

size_t sf_bag_find(const sf_bag *bag, const sf_bag_key *key) {
  if (!bag->slots) return SF_BAG_NONE;
  return key->string.size <= SF_BAG_SHORT ? find(bag, key, true)
                                          : find(bag, key, false);
}

static int append(sf_bag *bag, const sf_bag_key *key) {
  sheaf_bytes string = key->string;
  sf_bag_item item = {{key->head[0], key->head[1]}, 0, 0, 0};
  if (!make_room(bag, string.size)) return SHEAF_ENOMEM;
  item.size = (uint32_t)string.size;
  if (string.size > SF_BAG_SHORT) {
    item.place = (uint32_t)bag->text_size;
    memcpy(bag->text + bag->text_size, string.data, string.size);
    bag->text_size += string.size;
  }
  bag->items[bag->count] = item;
  enter(bag, bag->count++);
  return SHEAF_OK;
}

int sf_bag_add(sf_bag *bag, const sf_bag_key *key, size_t *number) {
  *number = sf_bag_find(bag, key);
  if (*number != SF_BAG_NONE) return SHEAF_OK;
  *number = bag->count;
  return append(bag, key);
}

int sf_bag_count(sf_bag *bag, const sf_bag_key *keys, size_t count,
                 size_t *numbers) {
  for (size_t i = 0; i < count; i++) {
    int code = sf_bag_add(bag, &keys[i], &numbers[i]);
    if (code != SHEAF_OK) return code;
    bag->items[numbers[i]].count++;
  }
  return SHEAF_OK;
}

void sf_bag_find_all(const sf_bag *bag, const sf_bag_key *keys, size_t count,
                     size_t *numbers) {
  for (size_t i = 0; i < count; i++) numbers[i] = sf_bag_find(bag, &keys[i]);
}

sheaf_bytes sf_bag_string(const sf_bag *bag, const sf_bag_item *item) {
  const char *data = (const char *)item->head;
  if (item->size > SF_BAG_SHORT) data = bag->text + item->place;
  return (sheaf_bytes){data, item->size};
}

void sf_bag_cut(sf_bag *bag, size_t count) {
  if (count >= bag->count) return;
  size_t slots = SLOTS_FIRST;
  // As many slots as the items took that go: more of the kind may come.
  while (slots < SPARE * bag->count) slots *= 2;
  bag->count = count;
  bag->text_size = 0;
  for (size_t i = 0; i < count; i++)
    if (bag->items[i].size > SF_BAG_SHORT)
      bag->text_size = bag->items[i].place + bag->items[i].size;
  fill_slots(bag, slots);
}
