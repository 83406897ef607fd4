/// What in a page is no part of its text proper.
#ifndef BOILERPLATE_H
#define BOILERPLATE_H

#include <gumbo.h>

/// Why the element and all that is in it is boilerplate: "navigation",
/// "header", "footer", "aside" or "links"; NULL: it is not.
const char *boilerplate_reason(const GumboNode *element);

#endif
