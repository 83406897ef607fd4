/// `sheaf pack` and `sheaf repair`: bundles into one plain zip file.
#include <stdlib.h>
#include <string.h>

#include "cli/packing.h"

typedef struct {
  const char *verb;
  const char *output;
  sheaf_pack_options pack;
  cli_reading reading;
  bool doubtful;
  int count;
} pack_command;

enum { OUTPUT, LEVEL, STORE, FORCE, WORKERS, DOUBTFUL, READING };

static const cli_option options[] = {
    {"output", 'o', true}, {"level", 0, true},     {"store", 0, false},
    {"force", 0, false},   {"workers", 'j', true}, {"doubtful", 0, false},
    CLI_READING_OPTIONS,   {NULL, 0, false},
};

static int take_option(pack_command *command, int option, const char *text) {
  uint64_t number = 0;
  int status = CLI_OK;
  switch (option) {
    case OUTPUT:
      command->output = text;
      return CLI_OK;
    case LEVEL:
      status = cli_read_number(command->verb, "level", text, 9, &number);
      command->pack.level = (int)number;
      return status;
    case STORE:
      command->pack.level = 0;
      return CLI_OK;
    case FORCE:
      command->pack.replace = true;
      return CLI_OK;
    case DOUBTFUL:
      command->doubtful = true;
      return CLI_OK;
    case WORKERS:
      status = cli_read_number(command->verb, "workers", text, 256, &number);
      command->pack.threads = (unsigned)number;
      return status;
    default:
      return cli_reading_take(&command->reading, command->verb,
                              option - READING, text);
  }
}

static int read_command(pack_command *command, int argc, char **argv) {
  cli_arguments arguments = {command->verb, argc, argv, 1, NULL, false};
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_HELP;
    if (next == CLI_BAD) return CLI_USAGE;
    // What was read already makes room for the paths.
    if (next == CLI_OPERAND)
      argv[command->count++] = (char *)arguments.value;
    else if (take_option(command, next, arguments.value))
      return CLI_USAGE;
  }
  if (!command->output)
    return cli_usage(command->verb, "-o is missing: the file to write");
  if (strcmp(command->output, "-") == 0)
    return cli_usage(command->verb,
                     "a zip file cannot be written to standard output");
  if (!command->count) return cli_usage(command->verb, "which bundle?");
  return CLI_OK;
}

// One bundle that can be opened makes the others "some that failed".
static int pack_bundles(cli_packing *packing, char **paths, int count) {
  int worst = CLI_OK;
  bool any = false;
  for (int i = 0; i < count; i++) {
    int status = cli_pack_bundle(packing, paths[i], i + 1);
    if (status > CLI_INPUT) return status;
    any = any || status != CLI_INPUT;
    if (status > worst) worst = status;
  }
  return worst == CLI_INPUT && any ? CLI_SOME_FAILED : worst;
}

static int pack_all(pack_command *command, char **paths) {
  cli_packing packing = {.reading = &command->reading,
                         .output = command->output,
                         .doubtful = command->doubtful};
  sheaf_error error;
  if (sheaf_packer_new(&packing.packer, command->output, &command->pack,
                       &error) != SHEAF_OK)
    return cli_fail(&error);
  int status = pack_bundles(&packing, paths, command->count);
  status = cli_pack_finish(&packing, status);
  sheaf_packer_free(packing.packer);
  return status;
}

static int run(const char *verb, int argc, char **argv, bool one) {
  pack_command command = {.verb = verb,
                          .pack = SHEAF_PACK_OPTIONS_INIT,
                          .reading = CLI_READING_INIT};
  int status = read_command(&command, argc, argv);
  if (status == CLI_HELP) return CLI_OK;
  if (status != CLI_OK) return status;
  if (one && command.count > 1) return cli_usage(verb, "one bundle at a time");
  return pack_all(&command, argv);
}

static int run_pack(int argc, char **argv) {
  return run("pack", argc, argv, false);
}

static int run_repair(int argc, char **argv) {
  return run("repair", argc, argv, true);
}

#define PACK_HELP                                                       \
  "  -o, --output FILE     the zip file to write\n"                     \
  "      --level N         of compression, 0 (none) to 9 (default 6)\n" \
  "      --store           the same as --level 0\n"                     \
  "      --force           replace the file if it is there\n"           \
  "  -j, --workers N       threads that pack (default: one a "          \
  "processor)\n"                                                        \
  "      --doubtful        keep what is in doubt, marked in\n"          \
  "                        META-INF/sheaf.json\n" CLI_READING_HELP

const cli_verb cli_pack = {
    .name = "pack",
    .summary = "pack folders, files and bundles into a zip file",
    .help =
        "usage: sheaf pack [OPTION…] -o FILE.zip BUNDLE…\n\n"
        "Writes the members of folders, files and bundles of any format into\n"
        "one plain zip file, which every tool reads. The same input gives the\n"
        "same bytes. META-INF/sheaf.json in it tells where each member is\n"
        "from, its digest and what else is known. Names that would be unsafe\n"
        "to unpack are made safe. Members may have any size, unless\n"
        "--max-document is given. What cannot be read, or is in doubt (see\n"
        "sheaf help verify), is reported and left out; the exit status is 1\n"
        "then.\n\n" PACK_HELP
        "\n"
        "example: sheaf pack -o letters.zip letters/\n",
    .run = run_pack,
};

const cli_verb cli_repair = {
    .name = "repair",
    .summary = "save what is whole of a damaged bundle",
    .help =
        "usage: sheaf repair [OPTION…] -o GOOD.zip BROKEN\n\n"
        "Writes the members of a damaged bundle that are provably whole into "
        "a\n"
        "zip file. What is lost is reported, and listed in its\n"
        "META-INF/sheaf.json; the exit status is 1 then.\n\n" PACK_HELP
        "\n"
        "example: sheaf repair -o good.zip broken.zip\n",
    .run = run_repair,
};
