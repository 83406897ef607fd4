/// The words of a text as keys of a bag, many at a time. Seen within this
/// module only.
#ifndef SF_WORD_KEYS_H
#define SF_WORD_KEYS_H

#include "text/runs.h"

/// Which words there are, and which of them count.
typedef struct {
  size_t shortest;        ///< In characters, or in bytes of chosen letters.
  bool unicode;           ///< What is not ASCII is asked of Unicode.
  sf_byte_class letters;  ///< Then it has all bytes from 0x80 on, too.
} sf_word_rule;

/// Words are runs of `letters`, or, for NULL, what sf_text_word() finds.
void sf_word_rule_init(sf_word_rule *rule, const sf_byte_set *letters,
                       size_t shortest);

/// The key of a word as the rule folds it, in `folded`, whose old content goes.
sf_bag_key sf_word_key(const sf_word_rule *rule, sheaf_bytes word,
                       sf_buffer *folded);

/// A walk over the words that count, in their order.
typedef struct {
  const sf_word_rule *rule;  ///< Borrowed.
  sheaf_bytes text;          ///< Borrowed.
  sf_buffer *folded;         ///< Borrowed.
  size_t words;              ///< All that were seen, short ones too.

  size_t count;  ///< What sf_word_keys_next() found:
  sf_bag_key keys[SF_RUNS];
  sf_range ranges[SF_RUNS];

  sf_runs runs;
  sf_run found[SF_RUNS];
  size_t found_count;
  size_t next;     ///< Of `found`.
  sf_range mixed;  ///< What is left of a run that takes the long way.
} sf_word_keys;

void sf_word_keys_init(sf_word_keys *keys, const sf_word_rule *rule,
                       sheaf_bytes text, sf_buffer *folded);

/// Finds some more words, at least one; false when there is none left. The
/// keys borrow from the text and from `folded`, until the next call. `folded`
/// says when it failed.
bool sf_word_keys_next(sf_word_keys *keys);

#endif
