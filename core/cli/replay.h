/// `sheaf retry --shell`: one document of a run in the shell.
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "cli/cli.h"

/// Opens the shell with the document of the run in `folder` that `wanted`
/// names, before the plugin that failed on it, and runs that. Returns the exit
/// status.
int cli_replay(const char *folder, const char *wanted);

#endif
