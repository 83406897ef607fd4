/// A row of the ledger, read where it stands: few of a million rows are worth
/// making a value of.
#ifndef CLI_ROW_H
#define CLI_ROW_H

#include "cli/cli.h"

typedef struct {
  sheaf_bytes line;  ///< All of it. Borrowed, as the others are.
  // As they are in JSON, between their quotes.
  sheaf_bytes status, reason, code, plugin;  ///< NULL data: null.
  double ms;
  uint64_t bytes_in, bytes_out;
} cli_row;

/// Reads `line`, a JSON map. False when it is none.
bool cli_row_read(cli_row *row, sheaf_bytes line);

/// True when a text of a row is `text`, which has nothing to escape in it.
bool cli_row_is(sheaf_bytes field, const char *text);

/// Makes a value of the whole row, which the caller clears. False when it is no
/// JSON.
bool cli_row_value(const cli_row *row, sheaf_value *value);

#endif
