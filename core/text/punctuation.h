/// What single punctuation characters can be to a sentence. Seen within this
/// module only.
#ifndef SF_PUNCTUATION_H
#define SF_PUNCTUATION_H

#include <stdint.h>

/// A character can be several of these.
enum {
  SF_MARK_OPENER = 1,        ///< May stand before the first word.
  SF_MARK_CLOSER = 2,        ///< May stand behind the last stop.
  SF_MARK_DASH = 4,          ///< May stand before the first word.
  SF_MARK_DIRECTION = 8,     ///< Says how to write: may stand anywhere.
  SF_MARK_BULLET = 16,       ///< Begins an item.
  SF_MARK_HARD_STOP = 32,    ///< Ends a sentence without a space behind it.
  SF_MARK_EAST_OPENER = 64,  ///< Opens an East Asian quote or bracket.
  SF_MARK_EAST_CLOSER = 128,
  SF_MARK_SUPERSCRIPT = 256  ///< A digit that marks a footnote.
};

unsigned sf_mark_kinds(uint32_t c);

#endif
