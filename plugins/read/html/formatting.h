/// The formatting elements that a page has begun and not ended: a tree builder
/// opens them again in each block (WHATWG HTML, "The list of active formatting
/// elements"), so that a page which ends none of them takes time and memory out
/// of all proportion.
#ifndef FORMATTING_H
#define FORMATTING_H

#include <gumbo.h>
#include <stdbool.h>

#include "sheaf/doc.h"

/// More are more than a page may have.
#define FORMATTING_MAX 4096

typedef struct {
  struct {
    GumboTag kind;    ///< GUMBO_TAG_LAST: a marker,
    size_t outer;     ///< behind which the markers go on here.
    sheaf_bytes tag;  ///< With the attributes: borrowed from the page.
  } active[FORMATTING_MAX];
  size_t count;
  size_t marker;  ///< How many stand before what is behind the last marker.
} formatting;

/// A tag begins an element: of three that are the same the first is forgotten.
/// False when there is no room.
bool formatting_begin(formatting *list, GumboTag kind, sheaf_bytes tag);

/// An end tag: the last element of the kind is no longer active.
void formatting_end(formatting *list, GumboTag kind);

/// A cell of a table, and what is like it, begins without any of them; at its
/// end those within it are forgotten. False when there is no room.
bool formatting_mark(formatting *list);
void formatting_unmark(formatting *list);

/// How many are active.
size_t formatting_active(const formatting *list);

#endif
