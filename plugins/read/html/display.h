/// How elements are shown, as far as it parts the text of a page.
#ifndef DISPLAY_H
#define DISPLAY_H

#include <gumbo.h>
#include <stdbool.h>

#include "sheet.h"

typedef enum {
  DISPLAY_INLINE,
  DISPLAY_BLOCK,  ///< It is set apart from what is around it,
  DISPLAY_CLOSE,  ///< or is one of items or rows, which stand close together.
  DISPLAY_HIDDEN
} display;

display display_of(GumboTag kind);

/// The element is a block: the text before it ends, and that in it as well.
bool display_breaks(GumboTag kind);

/// Ends the text before or in an element that is shown so.
void display_end(sheet *text, display how);

#endif
