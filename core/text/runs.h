/// Runs of bytes that are in a set. Seen within this module only.
#ifndef SF_RUNS_H
#define SF_RUNS_H

#include "text/text.h"

#define SF_BLOCK 64   ///< Bytes that are looked at in one go.
#define SF_RUNS  256  ///< Runs that are found in one go.

/// A set of bytes in forms that are quick to ask.
typedef struct sf_byte_class sf_byte_class;

struct sf_byte_class {
  /// Tells which bytes of a block are in the set, the first in the lowest bit.
  uint64_t (*mask)(const sf_byte_class *class, const char *block);
  unsigned char has[256];
  /// By the lower half of a byte: a bit for each upper half that makes it one
  /// of the set, those from 0x80 on in the second row.
  unsigned char halves[2][16];
};

/// Takes the less time the fewer bytes are in the set.
void sf_byte_class_init(sf_byte_class *class, const sf_byte_set *set);

/// The first place from `at` on, which is not behind the text, that has a byte
/// of the class; `text.size` when there is none.
size_t sf_byte_class_find(const sf_byte_class *class, sheaf_bytes text,
                          size_t at);

/// A run; what is not `ascii` may still be.
typedef struct {
  size_t from;
  size_t to;
  bool ascii;
} sf_run;

/// A walk over the longest runs of bytes of a class.
typedef struct {
  const sf_byte_class *class;  ///< Borrowed.
  sheaf_bytes text;            ///< Borrowed.
  size_t next;                 ///< Where the next block begins.
  bool within;                 ///< A run goes on there:
  sf_run open;
} sf_runs;

void sf_runs_init(sf_runs *runs, const sf_byte_class *class, sheaf_bytes text);

/// Stores the next runs in `found` and returns how many; 0 at the end.
size_t sf_runs_take(sf_runs *runs, sf_run found[SF_RUNS]);

/// A mask function with vector instructions of x86 processors, or NULL.
uint64_t (*sf_runs_x86(void))(const sf_byte_class *class, const char *block);

#endif
