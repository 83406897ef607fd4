/// A first look at a page, before it is parsed: how deep its elements lie
/// within each other, and what it would cost to find out exactly. A tree
/// builder looks through the open elements at each tag, and through the
/// attributes of an element at each of them, so that some pages of a few
/// megabytes would take hours.
#ifndef NESTING_H
#define NESTING_H

#include "sheaf/doc.h"

typedef enum {
  NESTING_FINE,
  NESTING_DEEP,   ///< More than DEPTH_MAX elements are open at one place.
  NESTING_COSTLY  ///< Parsing it would take out of all proportion.
} nesting;

/// Follows the tags, as far as they tell: elements that may end without a tag
/// are not counted. Takes time in proportion to the page's size.
nesting nesting_of(sheaf_bytes page);

#endif
