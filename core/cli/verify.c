/// `sheaf verify`: reads every member of bundles and says which are whole.
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/reading.h"

typedef struct {
  bool json;
  bool all;  ///< Members that are whole are shown, too.
  sheaf_bundle_options reading;
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
                    const sheaf_member *member, const char *status,
                    const sheaf_error *error) {
  sheaf_value name;
  int code = sheaf_value_set_string(line, "bundle", path);
  if (!code)
    code = sheaf_value_set(line, "ordinal",
                           sheaf_value_int((int64_t)member->ordinal));
  if (!code)
    code = sheaf_value_string(&name, member->name.data, member->name.size);
  if (!code) code = sheaf_value_set(line, "name", name);
  if (!code) code = sheaf_value_set_string(line, "status", status);
  if (!code && error)
    code = sheaf_value_set_string(line, "code", sheaf_code_slug(error->code));
  if (!code && error) code = sheaf_value_set_string(line, "reason", error->why);
  return code;
}

static void print_json(const char *path, const sheaf_member *member,
                       const char *status, const sheaf_error *error) {
  sheaf_value line;
  if (sheaf_value_map(&line) != SHEAF_OK) return;
  if (describe(&line, path, member, status, error) == SHEAF_OK)
    cli_print_json(stdout, &line);
  sheaf_value_clear(&line);
}

static void print_member(const verify_options *options, const char *path,
                         const sheaf_member *member, const char *status,
                         const sheaf_error *error) {
  if (!error && !options->all) return;
  if (options->json) {
    print_json(path, member, status, error);
    return;
  }
  printf("%-8s ", status);
  cli_print_safe(stdout, member->name);
  if (error && *error->why) fputs("\n         ", stdout);
  if (error) cli_print_text(stdout, error->why);
  putchar('\n');
}

// The same damage puts all that follows in doubt: people are told it once.
static void print_doubt(const verify_options *options, const char *path,
                        const sheaf_member *member, sheaf_error *error,
                        verify_totals *sum) {
  bool told = strcmp(sum->doubt.why, error->why) == 0;
  sum->doubt = *error;
  if (told && !options->json) *error->why = '\0';
  print_member(options, path, member, "in doubt", error);
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

// Reads the member; `code` is what stepping to it gave.
static void verify_member(const verify_options *options, sheaf_bundle *bundle,
                          const char *path, const sheaf_member *member,
                          int code, sheaf_error *error, verify_totals *sum) {
  if (!code && member->type != SHEAF_MEMBER_FILE) {
    sum->passed++;
    return;
  }
  if (!code) code = sheaf_bundle_stream(bundle, drop, &sum->bytes, error);
  if (code) {
    sum->bad++;
    print_member(options, path, member, "bad", error);
  } else if (sheaf_bundle_doubt(bundle, error)) {
    sum->doubtful++;
    print_doubt(options, path, member, error, sum);
  } else {
    sum->good++;
    print_member(options, path, member, "ok", NULL);
  }
}

static int verify_members(const verify_options *options, sheaf_bundle *bundle,
                          const char *path, verify_totals *sum) {
  sheaf_member member;
  sheaf_error error;
  int code;
  while ((code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END) {
    bool lost = code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT;
    if (lost) return cli_fail(&error);
    verify_member(options, bundle, path, &member, code, &error, sum);
    if (ferror(stdout)) return errno == EPIPE ? CLI_PIPE : CLI_OUTPUT;
  }
  return sum->bad || sum->doubtful ? CLI_SOME_FAILED : CLI_OK;
}

static int verify_bundle(const verify_options *options, const char *path) {
  sheaf_bundle *bundle;
  sheaf_error error;
  verify_totals sum = {0};
  if (sheaf_bundle_open(&bundle, path, &options->reading, &error) != SHEAF_OK)
    return cli_fail(&error);
  int status = verify_members(options, bundle, path, &sum);
  if (!options->json && status <= CLI_INPUT) print_totals(path, &sum);
  sheaf_bundle_close(bundle);
  return status;
}

// One bundle that can be opened makes the others "some that failed".
static int verify_all(const verify_options *options, char **paths, int count) {
  int worst = CLI_OK;
  bool any = false;
  for (int i = 0; i < count; i++) {
    int status = verify_bundle(options, paths[i]);
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
  verify_options options = {.reading = SHEAF_BUNDLE_OPTIONS_INIT};
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
        "names. Ends with 0 when all is whole, 1 when something is not, 3\n"
        "when no bundle can be opened.\n\n"
        "  -v, --verbose         show what is whole, too\n"
        "  -j, --json            a JSON object a member, on a line of its "
        "own\n" CLI_READING_HELP
        "\n"
        "example: sheaf verify resolutions.zip\n",
    .run = run_verify,
};
