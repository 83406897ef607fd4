/// A first look at how deep the elements of a page lie within each other,
/// before it is parsed: a tree builder looks through the open elements at each
/// tag, so that a million of them would take hours.
#ifndef NESTING_H
#define NESTING_H

#include <stdbool.h>

#include "sheaf/doc.h"

/// True when more than DEPTH_MAX elements are open at one place, as far as the
/// tags tell: those that may end without a tag do not count, nor does what
/// ends with "/>". Takes time in proportion to the page's size.
bool is_nested_too_deep(sheaf_bytes page);

#endif
