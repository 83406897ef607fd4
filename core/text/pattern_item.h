/// The items of a Lua pattern, decoded one by one. Seen within this module.
#ifndef SF_PATTERN_ITEM_H
#define SF_PATTERN_ITEM_H

#include "text/text.h"

typedef enum {
  SF_ITEM_END,       ///< The end of the pattern.
  SF_ITEM_TAIL,      ///< `$` at the end.
  SF_ITEM_LITERAL,   ///< Bytes as they stand in the pattern.
  SF_ITEM_SET,       ///< One byte of `set`, `repeat` times.
  SF_ITEM_OPEN,      ///< Begins capture `index`.
  SF_ITEM_CLOSE,     ///< Ends capture `index`.
  SF_ITEM_POSITION,  ///< Capture `index` is the place.
  SF_ITEM_BACK,      ///< What capture `index` holds, once more.
  SF_ITEM_BALANCE,   ///< `%bxy`
  SF_ITEM_FRONTIER   ///< `%f[set]`
} sf_item_kind;

typedef struct {
  sf_item_kind kind;
  char repeat;  ///< Of a set: `*`, `+`, `-`, `?` or 1.
  bool any;     ///< The set holds every byte.
  unsigned char open;
  unsigned char close;
  size_t index;
  sf_range literal;  ///< In the pattern.
  sf_byte_set set;
} sf_pattern_item;

/// A place in a pattern and what came before it. Items follow each other in
/// one line, so what is open is known without a match.
typedef struct {
  sheaf_bytes pattern;
  size_t at;
  size_t captures;
  size_t open[SF_CAPTURES];  ///< Captures that were not closed yet.
  size_t open_count;
} sf_pattern_parser;

/// Decodes the next item. SHEAF_ESYNTAX, with Lua's words, when malformed.
int sf_pattern_item_next(sf_pattern_parser *parser, sf_pattern_item *item,
                         sheaf_error *error);

#endif
