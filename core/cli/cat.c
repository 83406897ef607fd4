/// `sheaf cat`: the content of members, as it is, on standard output.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/reading.h"

/// An open bundle, and how the writing of its members went.
typedef struct {
  sheaf_bundle *bundle;
  const char *path;
  int status;
} reading;

// --- Writing ---------------------------------------------------------------

static int write_piece(void *context, const char *data, size_t size) {
  reading *input = context;
  if (fwrite(data, 1, size, stdout) == size) return SHEAF_OK;
  input->status = errno == EPIPE ? CLI_PIPE : CLI_OUTPUT;
  return SHEAF_END;
}

// Nothing more can or need be written.
static bool is_over(const reading *input) {
  return input->status != CLI_OK && input->status != CLI_SOME_FAILED;
}

static void fail_member(reading *input, const sheaf_error *error) {
  int status = cli_fail(error);
  bool one = sheaf_code_scope(error->code) != SHEAF_SCOPE_RUN;
  input->status = one ? CLI_SOME_FAILED : status;
}

static void write_member(reading *input) {
  sheaf_error error;
  int code = sheaf_bundle_stream(input->bundle, write_piece, input, &error);
  if (code < 0) fail_member(input, &error);
}

// --- Choosing members ------------------------------------------------------

static bool is_named(const sheaf_member *member, const char *name) {
  return member->name.size == strlen(name) &&
         memcmp(member->name.data, name, member->name.size) == 0;
}

// Writes the members called `name`; all that have content when it is NULL.
// Tells how many there were.
static size_t write_named(reading *input, const char *name) {
  sheaf_member member;
  sheaf_error error;
  size_t found = 0;
  while (!is_over(input)) {
    int code = sheaf_bundle_next(input->bundle, &member, &error);
    if (code == SHEAF_END) break;
    bool fits = name ? is_named(&member, name)
                     : code || member.type == SHEAF_MEMBER_FILE;
    found += fits;
    if (code == SHEAF_OK && fits) write_member(input);
    if (code < 0 && fits) fail_member(input, &error);
    if (code < 0 && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) break;
  }
  return found;
}

// Reads an ordinal: a number, or the second part of a document's id, which is
// BUNDLE/ORDINAL/NAME. `*name` becomes the third part, or NULL.
static bool parse_ordinal(const char *text, uint64_t *ordinal,
                          const char **name) {
  static const char digits[] = "0123456789";
  size_t size = strspn(text, digits);
  bool is_id = size > 0 && text[size] == '/';
  if (is_id) {
    text += size + 1;
    size = strspn(text, digits);
  }
  if (size == 0 || text[size] != (is_id ? '/' : '\0')) return false;
  errno = 0;
  *ordinal = strtoull(text, NULL, 10);
  *name = is_id ? text + size + 1 : NULL;
  return errno == 0;
}

static void no_such_member(reading *input, const char *text) {
  sheaf_error error = {.code = SHEAF_ENOMEMBER};
  snprintf(error.what, sizeof error.what, "%s", input->path);
  snprintf(error.why, sizeof error.why, "there is no member '%.200s'", text);
  snprintf(error.hint, sizeof error.hint, "see 'sheaf ls'");
  fail_member(input, &error);
}

static void write_ordinal(reading *input, const char *text) {
  sheaf_member member;
  sheaf_error error;
  uint64_t ordinal;
  const char *name;
  if (!parse_ordinal(text, &ordinal, &name) ||
      sheaf_bundle_seek(input->bundle, ordinal, NULL, &error) != SHEAF_OK) {
    no_such_member(input, text);
    return;
  }
  int code = sheaf_bundle_next(input->bundle, &member, &error);
  if (code < 0)
    fail_member(input, &error);
  else if (code == SHEAF_END || (name && !is_named(&member, name)))
    no_such_member(input, text);
  else
    write_member(input);
}

// A name goes before a number: members may be called "12".
static void write_chosen(reading *input, const char *text) {
  sheaf_error error;
  if (sheaf_bundle_seek(input->bundle, 1, NULL, &error) == SHEAF_OK &&
      write_named(input, text) > 0)
    return;
  if (!is_over(input)) write_ordinal(input, text);
}

// --- The verb --------------------------------------------------------------

static int cat_bundle(const char *path, const sheaf_bundle_options *how,
                      char **members, int count) {
  reading input = {.path = path};
  sheaf_error error;
  if (sheaf_bundle_open(&input.bundle, path, how, &error) != SHEAF_OK)
    return cli_fail(&error);
  if (count == 0) write_named(&input, NULL);
  for (int i = 0; i < count && !is_over(&input); i++)
    write_chosen(&input, members[i]);
  sheaf_bundle_close(input.bundle);
  return input.status;
}

static int run_cat(int argc, char **argv) {
  static const cli_option options[] = {CLI_READING_OPTIONS, {NULL, 0, false}};
  cli_arguments arguments = {"cat", argc, argv, 1, NULL, false};
  sheaf_bundle_options how = SHEAF_BUNDLE_OPTIONS_INIT;
  int count = 0;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next >= 0 && cli_reading_take(&how, "cat", next, arguments.value))
      return CLI_USAGE;
    // What was read already makes room for the operands.
    if (next == CLI_OPERAND) argv[count++] = (char *)arguments.value;
  }
  if (count == 0) return cli_usage("cat", "which bundle?");
  return cat_bundle(argv[0], &how, argv + 1, count - 1);
}

const cli_verb cli_cat = {
    .name = "cat",
    .summary = "write the content of members to standard output",
    .help =
        "usage: sheaf cat [OPTION…] BUNDLE [MEMBER…]\n\n"
        "Writes the content of members as it is, of all of them where none is\n"
        "chosen. A member is chosen by its name, its ordinal (see 'sheaf ls')\n"
        "or its document's id. Content comes piece by piece: of a member that\n"
        "turns out to be damaged, a part may have been written "
        "before.\n\n" CLI_READING_HELP
        "\n"
        "example: sheaf cat resolutions.zip a/res/58-208.txt\n",
    .run = run_cat,
};
