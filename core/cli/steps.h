/// The pipeline of a command line: `-p` options and `--pipeline` files.
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include "cli/cli.h"

#define CLI_STEPS_MAX 64

/// Steps with the texts and options that they borrow.
typedef struct {
  size_t count;
  sheaf_step steps[CLI_STEPS_MAX];
  sheaf_value options[CLI_STEPS_MAX];
  sheaf_value limits[CLI_STEPS_MAX];
  char *names[CLI_STEPS_MAX];
} cli_steps;

/// Adds what `-p TEXT` says: NAME, NAME:key=value,… or NAME:{JSON}.
int cli_steps_add(cli_steps *steps, const char *text, sheaf_error *error);

/// Adds the steps of the pipeline file at `path`: a Lua file that returns
/// `{ steps = { "name", { "name", option = value }, … } }`. The key `limits`
/// of a step holds its limits.
int cli_steps_load(cli_steps *steps, const char *path, sheaf_error *error);

/// Adds the default pipeline.
int cli_steps_default(cli_steps *steps, sheaf_error *error);

void cli_steps_clear(cli_steps *steps);

#endif
