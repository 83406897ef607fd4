/// The program `sheaf`: finds the verb, or runs a script.
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static bool looks_like_script(const char *name) {
  const char *dot = strrchr(name, '.');
  return strcmp(name, "-") == 0 || strcmp(name, "-e") == 0 ||
         strchr(name, '/') || (dot && strcmp(dot, ".lua") == 0);
}

static int dispatch(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "help";
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) name = "help";
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
    printf("sheaf %s\n", sheaf_version());
    return CLI_OK;
  }
  if (looks_like_script(name)) return cli_script(argc, argv);
  // Messages are printed in pieces: each line shall be one write, that those
  // of several processes are not mixed.
  setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
  const cli_verb *verb = cli_find_verb(name);
  if (verb) return verb->run(argc > 1 ? argc - 1 : 1, argv + (argc > 1));
  return cli_unknown_verb(name);
}

// Buffers of the size of a document go back to the system when they are
// freed. By default glibc keeps ever larger ones, and a long run would take
// more memory than a short one.
#define MAPPED_SIZE (64 << 10)

int main(int argc, char **argv) {
  mallopt(M_MMAP_THRESHOLD, MAPPED_SIZE);
  // A reader that has gone shows as EPIPE, with a message or in silence as
  // the verb sees fit.
  signal(SIGPIPE, SIG_IGN);
  // So does a file that may not be larger, as EFBIG.
  signal(SIGXFSZ, SIG_IGN);
  return cli_close_output(dispatch(argc, argv));
}
