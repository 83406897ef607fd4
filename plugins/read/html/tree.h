/// The tree of a page, by gumbo: the one that browsers build (HTML 5).
#ifndef TREE_H
#define TREE_H

#include <gumbo.h>

#include "arena.h"
#include "sheaf/doc.h"

typedef struct {
  const GumboNode *root;
  arena memory;  ///< In which all of it lies.
} tree;

/// Parses `html`, as what an element of the kind `within` has in it, or as a
/// page: GUMBO_TAG_LAST. SHEAF_ELIMIT and SHEAF_ETIMEOUT when that takes more
/// than `memory_limit` bytes or `cpu_ms` (0: no limit), SHEAF_ENOMEM. It is to
/// be cleared on success only, and must not move.
int tree_parse(tree *of, sheaf_bytes html, GumboTag within, size_t memory_limit,
               unsigned cpu_ms);
void tree_clear(tree *of);

#endif
