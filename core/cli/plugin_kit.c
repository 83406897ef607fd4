/// The part of the kit that is written in Lua.
#include <stdlib.h>
#include <unistd.h>

#include "cli/plugin.h"

// A folder without a slash would be taken for the name of a plugin.
static char *plugin_name(const char *name) {
  char *manifest, *folder = NULL;
  if (asprintf(&manifest, "%s/plugin.json", name) < 0) return NULL;
  bool there = access(manifest, F_OK) == 0;
  free(manifest);
  if (asprintf(&folder, "%s%s", there && name[0] != '/' ? "./" : "", name) < 0)
    return NULL;
  return folder;
}

static int no_memory(void) {
  sheaf_error error = {.code = SHEAF_ENOMEM};
  snprintf(error.why, sizeof error.why, "%s", sheaf_code_message(error.code));
  return cli_fail(&error);
}

// Scripts say themselves what is wrong; they end in false then.
static const char script[] =
    "local action, name, argument = ...\n"
    "if not require('sheaf.kit.' .. action)(name, argument) then\n"
    "  error(setmetatable({}, { __tostring = function() return '' end }))\n"
    "end\n";

int cli_plugin_kit(const cli_plugin_words *words) {
  char *name = plugin_name(words->name);
  if (!name) return no_memory();
  const char *const arguments[] = {
      words->action, name, words->update ? "update" : words->bundle, NULL};
  sheaf_shell *shell;
  sheaf_error error;
  int code = sheaf_shell_new(&shell, NULL, &error);
  if (code == SHEAF_OK)
    code = sheaf_shell_arguments(shell, "sheaf plugin", arguments, &error);
  if (code == SHEAF_OK)
    code = sheaf_shell_string(shell, script, "sheaf plugin", &error);
  sheaf_shell_free(shell);
  free(name);
  if (code == SHEAF_OK) return CLI_OK;
  return error.why[0] ? cli_fail(&error) : CLI_SOME_FAILED;
}
