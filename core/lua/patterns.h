/// Patterns that a state has used lately. Private to this module.
#ifndef SF_PATTERNS_H
#define SF_PATTERNS_H

#include "text/text.h"

#define SF_PATTERNS 64

/// Each pattern has one slot where it can be. Start from a zeroed struct.
typedef struct {
  sf_pattern *slots[SF_PATTERNS];
} sf_patterns;

/// As sf_pattern_find(), but a short pattern is decoded only when it is not
/// among those that were used lately.
int sf_patterns_find(sf_patterns *patterns, sheaf_bytes text, size_t at,
                     sheaf_bytes pattern, sf_interrupt interrupt, void *context,
                     sf_match *match, sheaf_error *error);

void sf_patterns_clear(sf_patterns *patterns);

#endif
