/// Splicing: the outputs and the ledger of a run, in which some members are
/// taken from another run of the same bundles.
#ifndef SF_RUN_SPLICE_H
#define SF_RUN_SPLICE_H

#include "run/folder.h"

typedef struct {
  const char *old;             ///< The folder of the one run,
  const char *new;             ///< and of that which goes before it.
  const sheaf_value *outputs;  ///< As they stand in the report of either.

  // What came of it.
  sheaf_progress counts;
  uint64_t *sizes;  ///< Of the files, one an output. Owned.
} sf_splice;

/// Writes the files into `into`, as `.part` that are durable. A member that
/// both runs have is that of the new one. SHEAF_ECHANGED when that is called
/// otherwise than it was, or when an output is not what the old run wrote.
int sf_splice_write(sf_splice *splice, const sf_run_folder *into,
                    sheaf_error *error);
void sf_splice_clear(sf_splice *splice);

#endif
