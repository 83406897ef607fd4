/// Adding up the numbers of reports: of shards, and of a run and its retries.
#ifndef SF_RUN_TALLY_H
#define SF_RUN_TALLY_H

#include "base/base.h"
#include "run/timing.h"
#include "sheaf/value.h"

/// Adds the number that `more` has under `key` to that of `sum`. Where either
/// has none nothing happens.
int sf_tally_member(sheaf_value *sum, const sheaf_value *more, const char *key);

/// Adds the numbers of the second map to those of the first; a "header" stays
/// what it is.
int sf_tally_map(sheaf_value *sum, const sheaf_value *more);

/// As sf_tally_map() for each map of two lists.
int sf_tally_list(sheaf_value *sums, const sheaf_value *more);

/// Adds the timings (see timing.h) of the second report to those of the first,
/// of plugins that stand where they stood. SHEAF_EDAMAGED when one is none.
int sf_tally_timings(sheaf_value *report, const sheaf_value *more);

/// Adds a timing to that of the plugin in the report, if it has one.
int sf_tally_timing(sheaf_value *report, const char *plugin,
                    const sf_timing *more);

/// The same for the sizes of processes, of which the larger one counts.
int sf_tally_memory(sheaf_value *report, const sheaf_value *more);

#endif
