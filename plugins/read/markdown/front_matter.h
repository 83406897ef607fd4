/// Front matter: the lines between two of "---" with which the pages of most
/// site generators begin.
#ifndef FRONT_MATTER_H
#define FRONT_MATTER_H

#include "sheaf/doc.h"

/// The front matter with both of its marks, at the beginning of `text`; of size
/// 0 when there is none.
sheaf_bytes front_matter(sheaf_bytes text);

/// Sets the document's metadata to what plain `key: value` lines say of title,
/// author, date, description, keywords and language.
int front_matter_describe(sheaf_bytes front, sheaf_doc *doc);

#endif
