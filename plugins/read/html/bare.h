/// The bare text of a page: for one that no tree can be built of, since it is
/// over a limit.
#ifndef BARE_H
#define BARE_H

#include "sheaf/doc.h"

/// Gives the document the text of `html` without tags, comments, scripts and
/// styles, its character references decoded, its blocks set apart, but not
/// noted as spans; and its title to the document's metadata. Takes time in
/// proportion to the page's size, and little memory but for the text.
int bare_read(sheaf_doc *doc, sheaf_bytes html, sheaf_error *error);

#endif
