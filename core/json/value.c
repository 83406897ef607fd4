/// Values: making, copying, comparing and looking things up.
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

#define SMALLEST 4

// --- Making ----------------------------------------------------------------

sheaf_value sheaf_value_bool(bool boolean) {
  return (sheaf_value){SHEAF_BOOL, {.boolean = boolean}};
}

sheaf_value sheaf_value_int(int64_t integer) {
  return (sheaf_value){SHEAF_INT, {.integer = integer}};
}

sheaf_value sheaf_value_float(double number) {
  return (sheaf_value){SHEAF_FLOAT, {.number = number}};
}

int sheaf_value_string(sheaf_value *out, const char *data, size_t size) {
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  char *copy = sf_strndup(data, size);
  if (!copy) return SHEAF_ENOMEM;
  out->type = SHEAF_STRING;
  out->as.string.data = copy;
  out->as.string.size = size;
  return SHEAF_OK;
}

static int make_items(sheaf_value *out, sheaf_type type) {
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  sheaf_items *items = calloc(1, sizeof *items);
  if (!items) return SHEAF_ENOMEM;
  out->type = type;
  out->as.items = items;
  return SHEAF_OK;
}

int sheaf_value_list(sheaf_value *out) {
  return make_items(out, SHEAF_LIST);
}

int sheaf_value_map(sheaf_value *out) {
  return make_items(out, SHEAF_MAP);
}

static bool has_items(const sheaf_value *value) {
  return value && (value->type == SHEAF_LIST || value->type == SHEAF_MAP);
}

static void free_items(sheaf_items *items) {
  for (size_t i = 0; i < items->count; i++) {
    sheaf_value_clear(&items->values[i]);
    if (items->keys) sheaf_value_clear(&items->keys[i]);
  }
  free(items->values);
  free(items->keys);
  free(items);
}

void sheaf_value_clear(sheaf_value *value) {
  if (!value) return;
  if (value->type == SHEAF_STRING) free(value->as.string.data);
  if (has_items(value)) free_items(value->as.items);
  *value = (sheaf_value)SHEAF_VALUE_NULL;
}

static size_t items_memory(const sheaf_items *items) {
  size_t each = sizeof *items->values * (items->keys ? 2 : 1);
  size_t memory = sizeof *items + items->capacity * each;
  for (size_t i = 0; i < items->count; i++) {
    memory += sf_value_memory(&items->values[i]) - sizeof *items->values;
    if (items->keys) memory += items->keys[i].as.string.size + 1;
  }
  return memory;
}

size_t sf_value_memory(const sheaf_value *value) {
  size_t memory = sizeof *value;
  if (value->type == SHEAF_STRING) memory += value->as.string.size + 1;
  if (has_items(value)) memory += items_memory(value->as.items);
  return memory;
}

// --- Looking up ------------------------------------------------------------

const char *sheaf_type_name(sheaf_type type) {
  static const char *const names[] = {"null",   "bool", "int", "float",
                                      "string", "list", "map"};
  return (size_t)type < SF_COUNT(names) ? names[type] : "unknown";
}

size_t sheaf_value_count(const sheaf_value *value) {
  return has_items(value) ? value->as.items->count : 0;
}

const sheaf_value *sheaf_value_at(const sheaf_value *value, size_t index) {
  return index < sheaf_value_count(value) ? &value->as.items->values[index]
                                          : NULL;
}

static sheaf_bytes string_bytes(const sheaf_value *string) {
  return (sheaf_bytes){string->as.string.data, string->as.string.size};
}

sheaf_bytes sheaf_value_key(const sheaf_value *map, size_t index) {
  if (!map || map->type != SHEAF_MAP || index >= sheaf_value_count(map))
    return (sheaf_bytes){NULL, 0};
  return string_bytes(&map->as.items->keys[index]);
}

static bool same_bytes(sheaf_bytes a, sheaf_bytes b) {
  return a.size == b.size && (a.size == 0 || !memcmp(a.data, b.data, a.size));
}

static sheaf_value *find(const sheaf_value *map, sheaf_bytes key) {
  if (!map || map->type != SHEAF_MAP) return NULL;
  for (size_t i = sheaf_value_count(map); i > 0; i--)
    if (same_bytes(sheaf_value_key(map, i - 1), key))
      return &map->as.items->values[i - 1];
  return NULL;
}

const sheaf_value *sheaf_value_get(const sheaf_value *map, const char *key) {
  return find(map, sf_bytes(key));
}

const char *sheaf_value_get_string(const sheaf_value *map, const char *key,
                                   const char *otherwise) {
  const sheaf_value *value = sheaf_value_get(map, key);
  return value && value->type == SHEAF_STRING ? value->as.string.data
                                              : otherwise;
}

int64_t sheaf_value_get_int(const sheaf_value *map, const char *key,
                            int64_t otherwise) {
  const sheaf_value *value = sheaf_value_get(map, key);
  return value && value->type == SHEAF_INT ? value->as.integer : otherwise;
}

bool sheaf_value_get_bool(const sheaf_value *map, const char *key,
                          bool otherwise) {
  const sheaf_value *value = sheaf_value_get(map, key);
  return value && value->type == SHEAF_BOOL ? value->as.boolean : otherwise;
}

// --- Adding ----------------------------------------------------------------

static bool grow(sheaf_value **array, size_t capacity) {
  sheaf_value *grown = realloc(*array, capacity * sizeof **array);
  if (grown) *array = grown;
  return grown != NULL;
}

static bool make_room(sheaf_items *items, bool map) {
  if (items->count < items->capacity) return true;
  size_t capacity = items->capacity ? 2 * items->capacity : SMALLEST;
  if (capacity > SIZE_MAX / sizeof *items->values / 2) return false;
  if (!grow(&items->values, capacity)) return false;
  if (map && !grow(&items->keys, capacity)) return false;
  items->capacity = capacity;
  return true;
}

int sheaf_value_append(sheaf_value *list, sheaf_value element) {
  int code = list->type != SHEAF_LIST            ? SHEAF_EINVAL
             : !make_room(list->as.items, false) ? SHEAF_ENOMEM
                                                 : SHEAF_OK;
  if (code == SHEAF_OK)
    list->as.items->values[list->as.items->count++] = element;
  else
    sheaf_value_clear(&element);
  return code;
}

int sf_value_add(sheaf_value *map, sheaf_value key, sheaf_value element) {
  sheaf_items *items = map->as.items;
  if (!make_room(items, true)) {
    sheaf_value_clear(&key);
    sheaf_value_clear(&element);
    return SHEAF_ENOMEM;
  }
  items->keys[items->count] = key;
  items->values[items->count++] = element;
  return SHEAF_OK;
}

int sheaf_value_set(sheaf_value *map, const char *key, sheaf_value element) {
  if (map->type != SHEAF_MAP) {
    sheaf_value_clear(&element);
    return SHEAF_EINVAL;
  }
  sheaf_value *old = find(map, sf_bytes(key));
  if (old) {
    sheaf_value_clear(old);
    *old = element;
    return SHEAF_OK;
  }
  sheaf_value name;
  if (sheaf_value_string(&name, key, strlen(key)) != SHEAF_OK) {
    sheaf_value_clear(&element);
    return SHEAF_ENOMEM;
  }
  return sf_value_add(map, name, element);
}

int sheaf_value_set_string(sheaf_value *map, const char *key,
                           const char *text) {
  sheaf_value value;
  int code = sheaf_value_string(&value, text, strlen(text));
  return code == SHEAF_OK ? sheaf_value_set(map, key, value) : code;
}

// --- Copying and comparing -------------------------------------------------

static int copy_items(sheaf_value *out, const sheaf_value *value) {
  int code = make_items(out, value->type);
  for (size_t i = 0; code == SHEAF_OK && i < sheaf_value_count(value); i++) {
    sheaf_value element, key;
    code = sheaf_value_copy(&element, sheaf_value_at(value, i));
    if (code != SHEAF_OK) break;
    if (value->type == SHEAF_LIST) {
      code = sheaf_value_append(out, element);
      continue;
    }
    sheaf_bytes name = sheaf_value_key(value, i);
    code = sheaf_value_string(&key, name.data, name.size);
    if (code == SHEAF_OK)
      code = sf_value_add(out, key, element);
    else
      sheaf_value_clear(&element);
  }
  if (code != SHEAF_OK) sheaf_value_clear(out);
  return code;
}

int sheaf_value_copy(sheaf_value *out, const sheaf_value *value) {
  if (value->type == SHEAF_STRING)
    return sheaf_value_string(out, value->as.string.data,
                              value->as.string.size);
  if (has_items(value)) return copy_items(out, value);
  *out = *value;
  return SHEAF_OK;
}

static bool equal_lists(const sheaf_value *a, const sheaf_value *b) {
  for (size_t i = 0; i < sheaf_value_count(a); i++)
    if (!sheaf_value_equal(sheaf_value_at(a, i), sheaf_value_at(b, i)))
      return false;
  return true;
}

// True when `b` has all that `a` has. Looks keys up in both, since a map that
// was parsed may have one twice.
static bool is_within(const sheaf_value *a, const sheaf_value *b) {
  for (size_t i = 0; i < sheaf_value_count(a); i++) {
    sheaf_bytes key = sheaf_value_key(a, i);
    const sheaf_value *other = find(b, key);
    if (!other || !sheaf_value_equal(find(a, key), other)) return false;
  }
  return true;
}

bool sheaf_value_equal(const sheaf_value *a, const sheaf_value *b) {
  if (a->type != b->type) return false;
  switch (a->type) {
    case SHEAF_NULL:
      return true;
    case SHEAF_BOOL:
      return a->as.boolean == b->as.boolean;
    case SHEAF_INT:
      return a->as.integer == b->as.integer;
    case SHEAF_FLOAT:
      return a->as.number == b->as.number;
    case SHEAF_STRING:
      return same_bytes(string_bytes(a), string_bytes(b));
    case SHEAF_LIST:
      return sheaf_value_count(a) == sheaf_value_count(b) && equal_lists(a, b);
    case SHEAF_MAP:
      return is_within(a, b) && is_within(b, a);
  }
  return false;
}
