/// `sheaf verify`: reads every member of bundles and says which are whole.
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/members.h"

typedef struct {
  bool json;
  bool all;  ///< Members that are whole are shown, too.
  cli_reading reading;
} verify_options;

typedef struct {
  uint64_t good, bad, doubtful, passed, bytes;
  sheaf_error doubt;  ///< The last one that was printed.
} verify_totals;

static int drop(void *context, const char *data, size_t size) {
  (void)data;
  *(uint64_t *)context += size;
  return 0;
}

// --- Printing --------------------------------------------------------------

static int describe(sheaf_value *line, const char *path,
                    const cli_members *members, const char *status,
                    const sheaf_error *error) {
  int code = cli_members_describe(members, path, line);
  if (!code) code = sheaf_value_set_string(line, "status", status);
  return code || !error ? code : cli_members_explain(error, line);
}

static void print_json(const char *path, const cli_members *members,
                       const char *status, const sheaf_error *error) {
  sheaf_value line;
  if (sheaf_value_map(&line) != SHEAF_OK) return;
  if (describe(&line, path, members, status, error) == SHEAF_OK)
    cli_print_json(stdout, &line);
  sheaf_value_clear(&line);
}

static void print_reason(const sheaf_error *error) {
  fputs("\n         ", stdout);
  cli_print_text(stdout, error->why);
  if (!*error->hint) return;
  fputs(" (", stdout);
  cli_print_text(stdout, error->hint);
  putchar(')');
}

static void print_member(const verify_options *options, const char *path,
                         const cli_members *members, const char *status,
                         const sheaf_error *error) {
  if (!error && !options->all) return;
  if (options->json) {
    print_json(path, members, status, error);
    return;
  }
  printf("%-8s ", status);
  cli_print_name(stdout, sheaf_walk_name(members->walk));
  if (error && *error->why) print_reason(error);
  putchar('\n');
}

// The same damage puts all that follows in doubt: people are told it once.
static void print_doubt(const verify_options *options, const char *path,
                        const cli_members *members, sheaf_error *error,
                        verify_totals *sum) {
  bool told = strcmp(sum->doubt.why, error->why) == 0;
  sum->doubt = *error;
  if (told && !options->json) *error->why = '\0';
  print_member(options, path, members, "in doubt", error);
}

static void print_totals(const char *path, const verify_totals *sum) {
  char size[16];
  cli_print_text(stdout, path);
  printf(": %" PRIu64 " whole", sum->good);
  if (sum->bad) printf(", %" PRIu64 " bad", sum->bad);
  if (sum->doubtful) printf(", %" PRIu64 " in doubt", sum->doubtful);
  if (sum->passed) printf(", %" PRIu64 " without content", sum->passed);
  printf(", %s read\n", cli_bytes(sum->bytes, size));
}

// --- Verifying -------------------------------------------------------------

// Reads the member; `code` is what stepping to it gave. One that was entered
// was read to do so.
static void verify_member(const verify_options *options, cli_members *members,
                          const char *path, int code, sheaf_error *error,
                          verify_totals *sum) {
  const sheaf_member *member = &members->member;
  if (!code && member->type != SHEAF_MEMBER_FILE) {
    sum->passed++;
    return;
  }
  if (!code && !members->entered)
    code = sheaf_bundle_stream(members->source, drop, &sum->bytes, error);
  if (code) {
    sum->bad++;
    print_member(options, path, members, "bad", error);
  } else if (sheaf_walk_doubt(members->walk, error)) {
    sum->doubtful++;
    print_doubt(options, path, members, error, sum);
  } else {
    sum->good++;
    print_member(options, path, members, "ok", NULL);
  }
}

static int verify_members(const verify_options *options, cli_members *members,
                          const char *path, verify_totals *sum) {
  sheaf_error error;
  int code;
  while ((code = cli_members_next(members, &error)) != SHEAF_END) {
    bool lost = code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT;
    if (lost) return cli_fail(&error);
    verify_member(options, members, path, code, &error, sum);
    if (ferror(stdout)) return errno == EPIPE ? CLI_PIPE : CLI_OUTPUT;
  }
  return sum->bad || sum->doubtful ? CLI_SOME_FAILED : CLI_OK;
}

static int verify_bundle(const verify_options *options, const char *path,
                         int number) {
  cli_members members;
  sheaf_error error;
  verify_totals sum = {0};
  if (cli_members_open(&members, path, number, &options->reading, &error))
    return cli_fail(&error);
  int status = verify_members(options, &members, path, &sum);
  if (status <= CLI_SOME_FAILED && cli_members_flawed(&members))
    status = CLI_SOME_FAILED;
  if (!options->json && status <= CLI_INPUT) print_totals(path, &sum);
  cli_members_close(&members);
  return status;
}

// One bundle that can be opened makes the others "some that failed".
static int verify_all(const verify_options *options, char **paths, int count) {
  int worst = CLI_OK;
  bool any = false;
  for (int i = 0; i < count; i++) {
    int status = verify_bundle(options, paths[i], i + 1);
    if (status > CLI_INPUT) return status;
    any = any || status != CLI_INPUT;
    if (status > worst) worst = status;
  }
  return worst == CLI_INPUT && any ? CLI_SOME_FAILED : worst;
}

static int run_verify(int argc, char **argv) {
  static const cli_option list[] = {{"json", 'j', false},
                                    {"verbose", 'v', false},
                                    CLI_READING_OPTIONS,
                                    {NULL, 0, false}};
  cli_arguments arguments = {"verify", argc, argv, 1, NULL, false};
  verify_options options = {.reading = CLI_READING_INIT};
  int count = 0;
  for (int next; (next = cli_next(&arguments, list)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    // What was read already makes room for the paths.
    if (next == CLI_OPERAND)
      argv[count++] = (char *)arguments.value;
    else if (next == 0)
      options.json = options.all = true;
    else if (next == 1)
      options.all = true;
    else if (cli_reading_take(&options.reading, "verify", next - 2,
                              arguments.value))
      return CLI_USAGE;
  }
  if (count == 0) return cli_usage("verify", "which bundle?");
  return verify_all(&options, argv, count);
}

const cli_verb cli_verify = {
    .name = "verify",
    .summary = "read all of bundles and say what is whole",
    .help =
        "usage: sheaf verify [OPTION…] BUNDLE…\n\n"
        "Reads every member and checks it: against its checksum where there\n"
        "is one, and the compressed stream around the bundle. Shows what is\n"
        "bad, and what is in doubt: its stream is damaged, or it goes by two\n"
        "names. Warns of a zip whose directory is damaged, of a tar without "
        "an\n"
        "end, and of a file that is not what its name says. Ends with 0 when\n"
        "all is whole, 1 when something is not, 3 when no bundle can be\n"
        "opened.\n\n"
        "  -v, --verbose         show what is whole, too\n"
        "  -j, --json            a JSON object a member, on a line of its "
        "own\n" CLI_READING_HELP
        "\n"
        "example: sheaf verify resolutions.zip\n",
    .run = run_verify,
};
