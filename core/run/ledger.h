/// The ledger, read back: a row at a time, with the place of each document in
/// the outputs.
#ifndef SF_RUN_LEDGER_H
#define SF_RUN_LEDGER_H

#include <stdio.h>

#include "base/base.h"
#include "sheaf/run.h"

typedef struct {
  FILE *stream;
  char *path;
  char *line;
  size_t line_size;  ///< With its line end.
  size_t room;
  size_t outputs;

  // The row that was read last.
  sheaf_value row;
  uint64_t bundle;  ///< From 0.
  uint64_t member;  ///< From 1.
  sheaf_status status;
  uint64_t bytes_in, bytes_out;
  uint64_t *sizes;  ///< Of the document's records, one an output.
} sf_ledger;

/// Opens the ledger of the run in `folder`, which has so many outputs;
/// `ending` is that of its name. SHEAF_EOPEN when there is none.
int sf_ledger_open(sf_ledger *ledger, const char *folder, const char *ending,
                   size_t outputs, sheaf_error *error);
void sf_ledger_close(sf_ledger *ledger);

/// Reads the next row. SHEAF_END after the last; SHEAF_EDAMAGED for what is
/// none, SHEAF_ECHANGED for one that does not tell the place of its records.
int sf_ledger_next(sf_ledger *ledger, sheaf_error *error);

/// The id of the row's document. Borrowed.
const char *sf_ledger_id(const sf_ledger *ledger);

/// Tells whether the row is of the unit with that place: of the member itself
/// or of a child document of it.
bool sf_ledger_is_at(const sf_ledger *ledger, uint64_t bundle, uint64_t member);

/// Adds the row to the counts of a run.
void sf_ledger_count(const sf_ledger *ledger, sheaf_progress *counts);

#endif
