/// Keeps patterns decoded: most plugins use the same few again and again.
#include "lua/patterns.h"

#include <stdint.h>
#include <string.h>

/// Bytes of a pattern that is kept: longer ones would take too much memory.
#define LONGEST 64

// Constants of a program stay where they are: their place makes a good hash.
static sf_pattern **find_slot(sf_patterns *patterns, sheaf_bytes pattern) {
  uint64_t hash = (uint64_t)(uintptr_t)pattern.data * 0x9e3779b97f4a7c15;
  return &patterns->slots[hash >> 32 & (SF_PATTERNS - 1)];
}

static bool is_same(const sf_pattern *kept, sheaf_bytes pattern) {
  if (!kept) return false;
  sheaf_bytes source = sf_pattern_source(kept);
  return source.size == pattern.size &&
         memcmp(source.data, pattern.data, pattern.size) == 0;
}

static void drop(sf_pattern **slot) {
  sf_pattern_free(*slot);
  *slot = NULL;
}

int sf_patterns_find(sf_patterns *patterns, sheaf_bytes text, size_t at,
                     sheaf_bytes pattern, sf_interrupt interrupt, void *context,
                     sf_match *match, sheaf_error *error) {
  if (pattern.size == 0 || pattern.size > LONGEST)
    return sf_pattern_find(text, at, pattern, interrupt, context, match, error);
  sf_pattern **slot = find_slot(patterns, pattern);
  if (!is_same(*slot, pattern)) {
    drop(slot);
    int code = sf_pattern_new(slot, pattern, error);
    if (code != SHEAF_OK) return code;
  }
  int code =
      sf_pattern_match(*slot, text, at, interrupt, context, match, error);
  if (code == SHEAF_ESYNTAX) drop(slot);
  return code;
}

void sf_patterns_clear(sf_patterns *patterns) {
  for (size_t i = 0; i < SF_PATTERNS; i++) drop(&patterns->slots[i]);
}
