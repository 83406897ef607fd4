/// `sheaf worker`: what `sheaf run` starts. Not for people.
#include "cli/cli.h"

static int run_worker(int argc, char **argv) {
  (void)argc;
  (void)argv;
  return sheaf_worker();
}

const cli_verb cli_worker = {.name = "worker", .run = run_worker};
