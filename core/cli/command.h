/// Commands for people to copy, quoted for a shell.
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/cli.h"

/// Prints a word as a shell reads it: quoted where that is needed.
void cli_print_word(FILE *out, const char *word);

/// Prints `sheaf run …` with all that `report`, a run.json, says of how the run
/// was called, behind `cd` where that was another directory, writing to
/// `output`. With `only`, for that document alone; `more` are options to add,
/// as they are, or NULL.
void cli_print_run(FILE *out, const sheaf_value *report, const char *output,
                   const char *only, const char *more);

/// Prints as much of a `sheaf retry` as all have: the verb and the folder.
void cli_print_retry(FILE *out, const char *folder);

#endif
