/// What the files of `sheaf plugin` share.
#ifndef CLI_PLUGIN_H
#define CLI_PLUGIN_H

#include "cli/cli.h"

/// The words of the command line. NULL where there are fewer.
typedef struct {
  const char *action, *name, *bundle;
  const char *stage, *language;
  bool json, update;
} cli_plugin_words;

/// `sheaf plugin new`: makes a folder from a template.
int cli_plugin_new(const cli_plugin_words *words);

/// `sheaf plugin audit`: of a plugin, or of the run in a folder.
int cli_plugin_audit(const cli_plugin_words *words);

/// `sheaf plugin check`, `test` and `bench`, which are written in Lua:
/// plugins/lib/kit/.
int cli_plugin_kit(const cli_plugin_words *words);

#endif
