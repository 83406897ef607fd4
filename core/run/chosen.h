/// The documents of a run that a retry is for.
#ifndef SF_RUN_CHOSEN_H
#define SF_RUN_CHOSEN_H

#include "base/base.h"
#include "sheaf/run.h"

typedef struct {
  char **places;  ///< "BUNDLE/MEMBER", or "BUNDLE"; ended by NULL. Owned.
  size_t count;
  size_t capacity;
} sf_chosen;

/// Goes through the ledger of the run in `options->folder`, which wrote
/// `report`. SHEAF_ENOMEMBER when a document is wanted that is not there.
int sf_chosen_find(sf_chosen *chosen, const sheaf_retry_options *options,
                   const sheaf_value *report, sheaf_error *error);
void sf_chosen_clear(sf_chosen *chosen);

#endif
