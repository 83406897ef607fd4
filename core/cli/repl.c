/// `sheaf repl`: the shell.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/repl.h"

// Opens the bundle and makes its first document at hand.
static const char opening[] =
    "local path = ...\n"
    "local found, why = sheaf.open(path)\n"
    "if not found then error(why, 0) end\n"
    "bundle = found\n"
    "local count = 0\n"
    "for _ in bundle:members() do count = count + 1 end\n"
    "doc = bundle:documents()()\n"
    "return count\n";

static const char helping[] =
    "local explain = require 'sheaf.help'\n"
    "function help(...) print(explain(...)) end\n";

static const char greeting[] =
    "Sheaf %s. A line is Lua; an expression shows its value; help() tells of\n"
    "what there is; Ctrl-D ends.\n";

// Makes `folder/sheaf/history` in the user's state folder (XDG). NULL when
// there is no place for it. The caller frees it.
static char *history_path(void) {
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  char *folder = NULL, *path = NULL;
  int size = state && state[0] ? asprintf(&folder, "%s/sheaf", state)
             : home && home[0]
                 ? asprintf(&folder, "%s/.local/state/sheaf", home)
                 : -1;
  if (size < 0) return NULL;
  for (char *slash = strchr(folder + 1, '/'); slash;
       slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(folder, 0700);
    *slash = '/';
  }
  mkdir(folder, 0700);
  if (asprintf(&path, "%s/history", folder) < 0) path = NULL;
  free(folder);
  return path;
}

static int open_bundle(sheaf_shell *shell, const char *path,
                       sheaf_error *error) {
  const char *const arguments[] = {path, NULL};
  int code = sheaf_shell_arguments(shell, "repl", arguments, error);
  if (code != SHEAF_OK) return code;
  return sheaf_shell_string(shell, opening, "repl", error);
}

int cli_check_input(const char *verb) {
  struct stat input;
  if (fstat(STDIN_FILENO, &input) != 0 || !S_ISREG(input.st_mode))
    return CLI_OK;
  return cli_usage(verb, "standard input is a file: 'sheaf - <FILE' runs it");
}

bool cli_is_conversation(void) {
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

int cli_converse(sheaf_shell *shell) {
  sheaf_error error;
  char *history = cli_is_conversation() ? history_path() : NULL;
  int code = sheaf_shell_repl(shell, history, &error);
  free(history);
  return code == SHEAF_OK ? CLI_OK : cli_fail(&error);
}

static int converse(sheaf_shell *shell, const char *path) {
  sheaf_error error;
  bool terminal = cli_is_conversation();
  if (terminal) printf(greeting, sheaf_version());
  if (sheaf_shell_string(shell, helping, "repl", &error) != SHEAF_OK)
    return cli_fail(&error);
  if (path && open_bundle(shell, path, &error) != SHEAF_OK) {
    cli_fail(&error);
    return CLI_INPUT;
  }
  if (terminal && path)
    printf("'bundle' is %s, 'doc' its first document.\n", path);
  return cli_converse(shell);
}

static int run_repl(int argc, char **argv) {
  static const cli_option options[] = {{NULL, 0, false}};
  cli_arguments arguments = {"repl", argc, argv, 1, NULL, false};
  const char *path = NULL;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (path) return cli_usage("repl", "'%s' is one too many", arguments.value);
    path = arguments.value;
  }
  int wrong = cli_check_input("repl");
  if (wrong) return wrong;
  sheaf_shell *shell;
  sheaf_error error;
  if (sheaf_shell_new(&shell, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  int status = converse(shell, path);
  sheaf_shell_free(shell);
  return status;
}

const cli_verb cli_repl = {
    .name = "repl",
    .summary = "talk Lua with documents at hand",
    .help =
        "usage: sheaf repl [BUNDLE]\n\n"
        "Reads Lua and shows what expressions give. With a bundle, the\n"
        "globals 'bundle' and 'doc' (its first document) are there. help()\n"
        "explains what there is, Tab completes names, Ctrl-C stops a chunk,\n"
        "Ctrl-D ends. Scripts are trusted: all of Lua is there, and luv where\n"
        "it is installed.\n\n"
        "example: sheaf repl resolutions.zip\n",
    .run = run_repl,
};
