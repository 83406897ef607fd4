/// `sheaf merge`: the runs of shards, put together.
#include <stdlib.h>

#include "cli/running.h"

static int merge(const char **folders, size_t count, const char *output) {
  sheaf_error error;
  if (!output)
    return cli_usage("merge", "-o is missing: the folder to write to");
  if (!count) return cli_usage("merge", "which runs?");
  const sheaf_merge_options options = {
      .size = sizeof options,
      .folders = folders,
      .count = count,
      .output = output,
      .workers = 1,
      .worker_program = cli_worker_program,
      .worker_arguments = cli_worker_arguments,
  };
  int code = sheaf_merge(&options, &error);
  return code ? cli_fail(&error) : CLI_OK;
}

static int run_merge(int argc, char **argv) {
  static const cli_option list[] = {{"output", 'o', true}, {NULL, 0, false}};
  cli_arguments arguments = {"merge", argc, argv, 1, NULL, false};
  const char **folders = calloc((size_t)argc, sizeof *folders);
  const char *output = NULL;
  size_t count = 0;
  int status = folders ? CLI_OK : CLI_INTERNAL;
  for (int next; !status && (next = cli_next(&arguments, list)) != CLI_END;) {
    if (next == CLI_HELP) {
      free(folders);
      return CLI_OK;
    }
    if (next == CLI_BAD)
      status = CLI_USAGE;
    else if (next == CLI_OPERAND)
      folders[count++] = arguments.value;
    else
      output = arguments.value;
  }
  if (!status) status = merge(folders, count, output);
  free(folders);
  return status;
}

const cli_verb cli_merge = {
    .name = "merge",
    .summary = "put the runs of shards together into one",
    .help =
        "usage: sheaf merge -o FOLDER RUN…\n\n"
        "Takes the folders of complete runs of all shards (sheaf run --shard\n"
        "1/3, 2/3 and 3/3 of the same bundles and plugins), in any order, and\n"
        "writes what one run over everything would have written. A shard that\n"
        "is missing, there twice, or of another run is refused.\n\n"
        "  -o, --output FOLDER   where the merged run goes; a new folder\n\n"
        "example: sheaf merge -o all part1 part2 part3\n",
    .run = run_merge,
};
