/// `sheaf SCRIPT.lua`, `sheaf -e CODE` and `sheaf -`: trusted scripts.
#include <signal.h>
#include <string.h>

#include "cli/cli.h"

int cli_script(int argc, char **argv) {
  bool inline_code = strcmp(argv[1], "-e") == 0;
  if (inline_code && argc < 3)
    return cli_usage("", "'-e' needs a piece of Lua");
  // Lua's print() does not look whether it could write: a script that prints
  // for ever must end when its reader does.
  signal(SIGPIPE, SIG_DFL);
  char **arguments = argv + (inline_code ? 3 : 2);
  sheaf_shell *shell;
  sheaf_error error;
  int code = sheaf_shell_new(&shell, NULL, &error);
  if (code != SHEAF_OK) return cli_fail(&error);
  code = sheaf_shell_arguments(shell, inline_code ? "-e" : argv[1],
                               (const char *const *)arguments, &error);
  if (code == SHEAF_OK)
    code = inline_code ? sheaf_shell_string(shell, argv[2], "-e", &error)
                       : sheaf_shell_file(shell, argv[1], &error);
  int status = code == SHEAF_OK ? CLI_OK : cli_fail(&error);
  sheaf_shell_free(shell);
  return status;
}
