/// Reading the ledger of a run, a row at a time.
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "cli/row.h"

/// Is handed each row; anything but 0 ends the reading and is its result.
typedef int (*cli_row_visit)(void *context, const cli_row *row);

/// Reads the ledger in the run folder `folder`, that of an interrupted run
/// too. Returns 0, what `visit` returned, or an exit status after an error was
/// printed. `*complete` tells whether the run is.
int cli_ledger_read(const char *folder, cli_row_visit visit, void *context,
                    bool *complete);

/// Is handed a row, as above.
typedef int (*cli_find_visit)(void *context, const sheaf_value *row);

/// Finds the rows that `wanted` means: the document's id, its member's name, or
/// the part of the id in front of the name. As cli_ledger_read(); when no row
/// is meant that is an error.
int cli_ledger_find(const char *folder, const char *wanted,
                    cli_find_visit visit, void *context);

/// Reads run.json, that of an interrupted run too. False when there is none, or
/// none that can be read; `*report` can be cleared either way.
bool cli_report_find(const char *folder, sheaf_value *report, bool *complete);

/// The same. Returns an exit status
/// after an error was printed.
int cli_report_read(const char *folder, sheaf_value *report, bool *complete);

#endif
