/// Runs of bytes that are in a set. Seen within this module only.
#ifndef SF_RUNS_H
#define SF_RUNS_H

#include "text/text.h"

#define SF_BLOCK 64  ///< Bytes that are looked at in one go.

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

void sf_byte_class_init(sf_byte_class *class, const sf_byte_set *set);

/// A walk over the longest runs of bytes of a class.
typedef struct {
  const sf_byte_class *class;  ///< Borrowed.
  sheaf_bytes text;            ///< Borrowed.
  size_t block;                ///< Where the block begins that `mask` is of.
  size_t next;                 ///< Where the block behind it begins.
  uint64_t mask;               ///< What was not walked over yet.
  bool ascii;                  ///< The block has nothing else.
} sf_runs;

void sf_runs_init(sf_runs *runs, const sf_byte_class *class, sheaf_bytes text);

/// Stores the next run, and whether it is ASCII for certain; false when there
/// is none left.
bool sf_runs_next(sf_runs *runs, sf_range *run, bool *ascii);

/// A mask function with vector instructions of x86 processors, or NULL.
uint64_t (*sf_runs_x86(void))(const sf_byte_class *class, const char *block);

#endif
