#include "formatting.h"

#include <string.h>

/// So many of the same may be active.
#define SAME_MAX 3

static bool same(sheaf_bytes a, sheaf_bytes b) {
  return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static void take_out(formatting *list, size_t at) {
  list->count--;
  memmove(list->active + at, list->active + at + 1,
          (list->count - at) * sizeof *list->active);
}

bool formatting_begin(formatting *list, GumboTag kind, sheaf_bytes tag) {
  size_t count = 0, first = 0;
  for (size_t i = list->count; i > list->marker; i--)
    if (same(list->active[i - 1].tag, tag)) {
      count++;
      first = i - 1;
    }
  if (count >= SAME_MAX) take_out(list, first);
  if (list->count == FORMATTING_MAX) return false;
  list->active[list->count].kind = kind;
  list->active[list->count++].tag = tag;
  return true;
}

void formatting_end(formatting *list, GumboTag kind) {
  for (size_t i = list->count; i > list->marker; i--)
    if (list->active[i - 1].kind == kind) {
      take_out(list, i - 1);
      return;
    }
}

bool formatting_mark(formatting *list) {
  if (list->count == FORMATTING_MAX) return false;
  list->active[list->count].kind = GUMBO_TAG_LAST;
  list->active[list->count++].outer = list->marker;
  list->marker = list->count;
  return true;
}

void formatting_unmark(formatting *list) {
  if (!list->marker) return;
  list->count = list->marker - 1;
  list->marker = list->active[list->count].outer;
}

size_t formatting_active(const formatting *list) {
  return list->count - list->marker;
}
