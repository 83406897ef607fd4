/// `sheaf run --dry-run`: the plan of a run, and what it would cost.
#ifndef CLI_DRY_H
#define CLI_DRY_H

#include "cli/cli.h"

/// Prints what the run would do and, from some of its documents that are worked
/// on in a folder that is gone afterwards, how long it would take and how much
/// it would write. Returns the exit status.
int cli_dry_run(const sheaf_run_options *run);

#endif
