#include "process/launch.h"

#include <stdlib.h>

#include "plugin/plugin.h"
#include "process/cell.h"

// The words of "command", if there are any, and the main file.
static void make_arguments(const char *arguments[SF_COMMAND_MAX + 2],
                           const sheaf_value *command, const char *main) {
  size_t count = sheaf_value_count(command);
  for (size_t i = 0; i < count; i++)
    arguments[i] = sheaf_value_at(command, i)->as.string.data;
  arguments[count] = main;
  arguments[count + 1] = NULL;
}

static int start_in_cell(sf_peer **out, const sheaf_plugin_context *context,
                         const sf_cell *cell, sheaf_error *error) {
  const char *arguments[SF_COMMAND_MAX + 2];
  char *main = sf_path_join(context->folder, context->main);
  if (!main) return sf_no_memory(error);
  make_arguments(arguments, context->command, main);
  if (cell->program) arguments[0] = cell->program;
  const sf_peer_options options = {
      .name = context->name,
      .arguments = arguments,
      .environment = (const char *const *)cell->environment,
      .folder = context->folder,
      .memory_limit = context->memory_limit,
      .jail = &cell->jail,
  };
  int code = sf_peer_start(out, &options, error);
  free(main);
  return code;
}

int sf_launch(sf_peer **out, const sheaf_plugin_context *context,
              sheaf_error *error) {
  sf_cell cell;
  int code = sf_cell_init(&cell, context) ? sf_no_memory(error) : SHEAF_OK;
  if (!code) code = start_in_cell(out, context, &cell, error);
  sf_cell_clear(&cell);
  return code;
}
