/// A sheet: the text that a reader makes of a document, with its spans, put
/// together piece by piece.
///
/// White space between words is one space, blocks are set apart by an empty
/// line. Both are written only before what follows them, so that spans begin
/// and end with visible characters. Memory that fails is remembered and told
/// by sheet_finish().
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "sheaf/doc.h"

typedef struct {
  const char *kind;  ///< Borrowed; NULL: it turned out to be empty.
  size_t from;       ///< SHEET_UNSET until a character follows.
  size_t to;
  sheaf_value attributes;  ///< A map, or null.
} sheet_span;

/// Start from a zeroed struct.
typedef struct {
  char *data;
  size_t size, capacity;
  sheet_span *spans;
  size_t span_count, span_capacity;
  size_t unset;    ///< The first span that has no beginning yet.
  unsigned lines;  ///< Line ends that are due before the next character.
  bool space;      ///< A space is due.
  bool failed;
} sheet;

#define SHEET_UNSET ((size_t)-1)
#define SHEET_NONE  ((size_t)-1)

void sheet_clear(sheet *of);

/// Appends text, its white space folded.
void sheet_put(sheet *to, const char *data, size_t size);

/// Appends text as it is. Line ends at its end are kept for what follows.
void sheet_put_verbatim(sheet *to, const char *data, size_t size);

/// Ends a line, or a block.
void sheet_end_line(sheet *to);
void sheet_end_block(sheet *to);

/// Begins a span with the next character. Returns its number, SHEET_NONE
/// without memory, which the others take and ignore.
size_t sheet_begin(sheet *to, const char *kind);

/// Ends the span with the last character. One that has none is dropped.
void sheet_end(sheet *to, size_t span);

void sheet_set_int(sheet *to, size_t span, const char *key, int64_t value);
void sheet_set_text(sheet *to, size_t span, const char *key, const char *data,
                    size_t size);

/// Gives the text and the spans to the document.
int sheet_finish(sheet *of, sheaf_doc *doc, sheaf_error *error);

/// Sets a key of the document's metadata to a text with its white space
/// folded, unless that is empty or the key is there.
int sheet_describe(sheaf_doc *doc, const char *key, const char *data,
                   size_t size);

#endif
