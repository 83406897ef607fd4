/// How deep the elements of a page lie within each other, found before it is
/// parsed: a tree builder looks through the open elements at each tag, so that
/// a million of them would take hours.
#ifndef DEPTH_H
#define DEPTH_H

#include <stdbool.h>

#include "sheaf/doc.h"

/// Browsers stop at 512.
#define DEPTH_MAX 10000

/// True when more than DEPTH_MAX elements are open at one place. Elements that
/// end without a tag do not count: it is no more than a first look.
bool is_too_deep(sheaf_bytes page);

#endif
