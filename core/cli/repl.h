/// The shell's conversation, for the verbs that have one.
#ifndef CLI_REPL_H
#define CLI_REPL_H

#include "cli/cli.h"

/// True when a person is at both ends.
bool cli_is_conversation(void);

/// Says that a file cannot be talked with, if standard input is one. Returns
/// the exit status.
int cli_check_input(const char *verb);

/// Talks until the input ends. Returns the exit status.
int cli_converse(sheaf_shell *shell);

#endif
