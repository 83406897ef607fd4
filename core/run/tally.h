/// Adding up the numbers of reports: of shards, and of a run and its retries.
#ifndef SF_RUN_TALLY_H
#define SF_RUN_TALLY_H

#include "base/base.h"
#include "sheaf/value.h"

/// Adds the number that `more` has under `key` to that of `sum`. Where either
/// has none nothing happens.
int sf_tally_member(sheaf_value *sum, const sheaf_value *more, const char *key);

/// Adds the numbers of the second map to those of the first; of those that are
/// no sums, such as "max_ms", the larger one counts.
int sf_tally_map(sheaf_value *sum, const sheaf_value *more);

/// The same for each map of two lists.
int sf_tally_list(sheaf_value *sums, const sheaf_value *more);

#endif
