/// Plans that are kept from one run to the next. To plan a compressed stream
/// all of it has to be unpacked: that is done once, as long as the file stays
/// as it is.
#ifndef SF_RUN_KEPT_PLAN_H
#define SF_RUN_KEPT_PLAN_H

#include "run/plan.h"

typedef struct {
  char *path;        ///< Where it is kept; NULL: nowhere.
  sf_buffer blocks;  ///< Packed.
} sf_kept_plan;

/// Finds out where the plan of all members of the file `source` is kept, if it
/// is large enough to be worth it.
void sf_kept_plan_open(sf_kept_plan *kept, const char *source,
                       const sheaf_bundle_options *reading);
void sf_kept_plan_clear(sf_kept_plan *kept);

/// Sends the blocks that are kept to `add` and fills in `digest`, as sf_plan()
/// does. SHEAF_END when there are none.
int sf_kept_plan_send(const sf_kept_plan *kept, sf_block_sink add,
                      void *context, char digest[SF_SHA256_HEX]);

/// Takes the next block of a plan in the making.
void sf_kept_plan_note(sf_kept_plan *kept, const sf_block *block);

/// Keeps the plan of the blocks that were noted.
void sf_kept_plan_save(sf_kept_plan *kept, const char digest[SF_SHA256_HEX]);

#endif
