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
  unsigned nested;  ///< How deep bundles inside are opened.
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

static void write_member(reading *input, sheaf_bundle *bundle) {
  sheaf_error error;
  int code = sheaf_bundle_stream(bundle, write_piece, input, &error);
  if (code < 0) fail_member(input, &error);
}

// --- Choosing members ------------------------------------------------------

static bool is_called(sheaf_bytes name, const char *text) {
  return name.size == strlen(text) && memcmp(name.data, text, name.size) == 0;
}

// Writes the member, or enters it where it is a bundle to be opened.
static void write_or_enter(reading *input, sheaf_walk *walk) {
  sheaf_error error;
  int code = sheaf_walk_enter(walk, &error);
  if (code == SHEAF_END) write_member(input, sheaf_walk_bundle(walk));
  if (code < 0) fail_member(input, &error);
}

// Takes one step. Writes the member if it is called `name`; NULL: all that have
// content. Adds to `*found` where it fits. False at the end.
static bool take_step(reading *input, sheaf_walk *walk, const char *name,
                      size_t *found) {
  sheaf_member member;
  sheaf_error error;
  int code = sheaf_walk_next(walk, &member, &error);
  if (code == SHEAF_END) return false;
  bool file = member.type == SHEAF_MEMBER_FILE;
  bool fits = name ? is_called(sheaf_walk_name(walk), name) : code || file;
  *found += fits;
  if (code < 0 && fits) fail_member(input, &error);
  if (code < 0) return sheaf_code_scope(code) == SHEAF_SCOPE_DOCUMENT;
  if (fits && name) write_member(input, sheaf_walk_bundle(walk));
  if (fits && !name) write_or_enter(input, walk);
  if (!fits && input->nested) sheaf_walk_enter(walk, NULL);
  return true;
}

// Writes the members called `name`; all that have content when it is NULL.
// Tells how many there were.
static size_t write_named(reading *input, const char *name) {
  sheaf_walk *walk;
  sheaf_error error;
  size_t found = 0;
  if (sheaf_walk_new(&walk, input->bundle, "1", input->nested, &error)) {
    fail_member(input, &error);
    return found;
  }
  while (!is_over(input) && take_step(input, walk, name, &found)) continue;
  sheaf_walk_free(walk);
  return found;
}

// Reads a number that ends at a slash, or with the text. `*rest` is what
// follows; NULL: nothing.
static bool parse_number(const char *text, uint64_t *number,
                         const char **rest) {
  size_t size = strspn(text, "0123456789");
  if (size == 0 || (text[size] && text[size] != '/')) return false;
  errno = 0;
  *number = strtoull(text, NULL, 10);
  *rest = text[size] ? text + size + 1 : NULL;
  return errno == 0;
}

// Reads an ordinal: a number, or the second part of a document's id, which is
// BUNDLE/ORDINAL/NAME or as much of it as numbers. `*name` becomes the third
// part, or NULL.
static bool parse_ordinal(const char *text, uint64_t *ordinal,
                          const char **name) {
  if (!parse_number(text, ordinal, name)) return false;
  return !*name || parse_number(*name, ordinal, name);
}

static void no_such_member(reading *input, const char *text) {
  sheaf_error error = {.code = SHEAF_ENOMEMBER};
  snprintf(error.what, sizeof error.what, "%s", input->path);
  snprintf(error.why, sizeof error.why, "there is no member '%.200s'", text);
  snprintf(error.hint, sizeof error.hint, "see 'sheaf ls'");
  fail_member(input, &error);
}

// Steps to the member with that ordinal in the bundle that was entered last.
static int step_to(sheaf_walk *walk, uint64_t ordinal, sheaf_member *member,
                   sheaf_error *error) {
  sheaf_bundle *bundle = sheaf_walk_bundle(walk);
  int code = sheaf_bundle_seek(bundle, ordinal, NULL, error);
  if (!code) code = sheaf_walk_next(walk, member, error);
  bool left = !code && sheaf_walk_bundle(walk) != bundle;
  return left || code == SHEAF_ENOMEMBER ? SHEAF_END : code;
}

// Goes down an id: `name` is that of the member with `ordinal`, or of one with
// another ordinal and name behind it, which lies inside. NULL: any name.
// SHEAF_END when there is no such member.
static int follow(sheaf_walk *walk, uint64_t ordinal, const char *name,
                  sheaf_error *error) {
  sheaf_member member;
  int code = step_to(walk, ordinal, &member, error);
  while (!code && name && !is_called(member.name, name)) {
    size_t size = member.name.size;
    bool inside = !strncmp(name, member.name.data, size) && name[size] == '/' &&
                  parse_number(name + size + 1, &ordinal, &name) && name;
    code = inside ? sheaf_walk_enter(walk, error) : SHEAF_END;
    if (!code) code = step_to(walk, ordinal, &member, error);
  }
  return code;
}

static void write_ordinal(reading *input, const char *text) {
  sheaf_walk *walk = NULL;
  sheaf_error error;
  uint64_t ordinal;
  const char *name;
  int code = SHEAF_END;
  if (parse_ordinal(text, &ordinal, &name)) {
    code = sheaf_walk_new(&walk, input->bundle, "1", SHEAF_NESTED_MAX, &error);
    if (!code) code = follow(walk, ordinal, name, &error);
  }
  if (code == SHEAF_END)
    no_such_member(input, text);
  else if (code)
    fail_member(input, &error);
  else
    write_member(input, sheaf_walk_bundle(walk));
  sheaf_walk_free(walk);
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

static int cat_bundle(const char *path, const cli_reading *how, char **members,
                      int count) {
  reading input = {.path = path, .nested = how->nested};
  sheaf_error error;
  if (sheaf_bundle_open(&input.bundle, path, &how->how, &error) != SHEAF_OK)
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
  cli_reading how = CLI_READING_INIT;
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
        "or its document's id, which leads into bundles inside, too, or the\n"
        "numbers of the id. Content comes piece by piece: of a member that "
        "turns\n"
        "out to be damaged, a part may have been written "
        "before.\n\n" CLI_READING_HELP
        "\n"
        "example: sheaf cat resolutions.zip a/res/58-208.txt\n",
    .run = run_cat,
};
