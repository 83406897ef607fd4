/// Values: making, copying, comparing and looking things up.
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

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
  sheaf_value *old = (sheaf_value *)sheaf_value_get(map, key);
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

sheaf_bytes sheaf_value_key(const sheaf_value *map, size_t index) {
  if (!map || map->type != SHEAF_MAP || index >= sheaf_value_count(map))
    return (sheaf_bytes){NULL, 0};
  const sheaf_value *key = &map->as.items->keys[index];
  return (sheaf_bytes){key->as.string.data, key->as.string.size};
}

const sheaf_value *sheaf_value_get(const sheaf_value *map, const char *key) {
  if (!map || map->type != SHEAF_MAP) return NULL;
  for (size_t i = sheaf_value_count(map); i > 0; i--)
    if (sf_bytes_equal(sheaf_value_key(map, i - 1), key))
      return sheaf_value_at(map, i - 1);
  return NULL;
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

static bool equal_maps(const sheaf_value *a, const sheaf_value *b) {
  for (size_t i = 0; i < sheaf_value_count(a); i++) {
    const sheaf_value *other = sheaf_value_get(b, sheaf_value_key(a, i).data);
    if (!other || !sheaf_value_equal(sheaf_value_at(a, i), other)) return false;
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
      return a->as.string.size == b->as.string.size &&
             memcmp(a->as.string.data, b->as.string.data, a->as.string.size) ==
                 0;
    case SHEAF_LIST:
      return sheaf_value_count(a) == sheaf_value_count(b) && equal_lists(a, b);
    case SHEAF_MAP:
      return sheaf_value_count(a) == sheaf_value_count(b) && equal_maps(a, b);
  }
  return false;
}
