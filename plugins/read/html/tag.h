/// The tags of a page, one after the other, without a tree: whatever the page
/// is, that takes time in proportion to its size (WHATWG HTML, "Tokenization").
#ifndef TAG_H
#define TAG_H

#include <gumbo.h>
#include <stdbool.h>
#include <stddef.h>

#include "sheaf/doc.h"

/// A tag, or what is neither tag nor text: a comment, a doctype. Start from one
/// whose `end` is the page's beginning, all else zeroed.
typedef struct {
  const char *from;   ///< Its '<',
  const char *end;    ///< and what comes behind its '>', and behind `inside`.
  GumboTag kind;      ///< GUMBO_TAG_LAST: it is no tag.
  sheaf_bytes name;   ///< As it is written.
  size_t attributes;  ///< How many it has.
  bool ends;          ///< "</…>",
  bool empty;         ///< or "<…/>".
  /// Of an element in which there are no tags, such as a script: what is in it.
  sheaf_bytes inside;
} tag;

/// Steps to the next one; what stands between the two is text. False when there
/// is none: then all that is left is text.
bool tag_next(tag *at, sheaf_bytes page);

/// White space, as HTML has it.
bool tag_space(char c);

#endif
