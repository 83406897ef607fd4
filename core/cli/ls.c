/// `sheaf ls`: what the members of bundles are, without reading them.
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/members.h"

/// What the members of one bundle come to.
typedef struct {
  uint64_t members;
  uint64_t files;
  uint64_t failed;
  uint64_t doubtful;  ///< No checksum vouches for them.
  uint64_t size;
  uint64_t packed_size;
} totals;

static const char *type_name(sheaf_member_type type) {
  static const char *const names[] = {
      [SHEAF_MEMBER_FILE] = "file",     [SHEAF_MEMBER_FOLDER] = "folder",
      [SHEAF_MEMBER_LINK] = "link",     [SHEAF_MEMBER_SPECIAL] = "special",
      [SHEAF_MEMBER_RECORD] = "record",
  };
  return names[type];
}

// --- For people ------------------------------------------------------------

static void print_heading(const char *path) {
  cli_print_text(stdout, path);
  printf("\n%8s  %8s  %8s      %s\n", "#", "size", "packed", "name");
}

static char *put_right(char *to, const char *text) {
  size_t size = strlen(text);
  for (size_t i = size; i < 8; i++) *to++ = ' ';
  memcpy(to, text, size);
  return to + size;
}

static char flag_of(unsigned flags) {
  if (flags & SHEAF_MEMBER_ENCRYPTED) return 'e';
  return flags & SHEAF_MEMBER_UNVERIFIED ? '?' : ' ';
}

// By hand: printf would take longer than the reading of the bundle.
static void print_row(const cli_members *members, bool failed) {
  const sheaf_member *member = &members->member;
  static const char marks[] = {
      [SHEAF_MEMBER_FILE] = '-',   [SHEAF_MEMBER_FOLDER] = 'd',
      [SHEAF_MEMBER_LINK] = 'l',   [SHEAF_MEMBER_SPECIAL] = 's',
      [SHEAF_MEMBER_RECORD] = 'r',
  };
  char line[96], text[24], *to = line;
  *cli_put_number(text, member->ordinal) = '\0';
  to = put_right(to, text);
  to = put_right(stpcpy(to, "  "), cli_bytes(member->size, text));
  to = put_right(stpcpy(to, "  "), cli_bytes(member->packed_size, text));
  to = stpcpy(to, "  ");
  char mark = members->entered ? 'b' : marks[member->type];
  *to++ = failed ? '!' : mark;
  *to++ = flag_of(member->flags);
  *to++ = member->flags & SHEAF_MEMBER_UNSAFE_NAME ? 'u' : ' ';
  *to++ = ' ';
  fwrite(line, 1, (size_t)(to - line), stdout);
  cli_print_name(stdout, sheaf_walk_name(members->walk));
  putchar('\n');
}

static void print_totals(const totals *sum) {
  char size[16], packed[16];
  printf("%" PRIu64 " member%s, %" PRIu64 " file%s, %s, %s packed",
         sum->members, sum->members == 1 ? "" : "s", sum->files,
         sum->files == 1 ? "" : "s", cli_bytes(sum->size, size),
         cli_bytes(sum->packed_size, packed));
  if (sum->failed) printf(", %" PRIu64 " unreadable", sum->failed);
  if (sum->doubtful) printf(", %" PRIu64 " in doubt", sum->doubtful);
  putchar('\n');
}

// --- For programs ----------------------------------------------------------

static int set_size(sheaf_value *map, const char *key, uint64_t number) {
  int64_t exact = number < INT64_MAX ? (int64_t)number : INT64_MAX;
  return sheaf_value_set(map, key, sheaf_value_int(exact));
}

static int describe(sheaf_value *map, const char *path,
                    const cli_members *members) {
  const sheaf_member *member = &members->member;
  const char *type = members->entered ? "bundle" : type_name(member->type);
  int code = cli_members_describe(members, path, map);
  if (!code) code = sheaf_value_set_string(map, "type", type);
  if (!code) code = set_size(map, "size", member->size);
  if (!code) code = set_size(map, "packed_size", member->packed_size);
  if (!code) code = set_size(map, "offset", member->offset);
  if (!code) code = set_size(map, "crc32", member->crc32);
  if (!code)
    code = sheaf_value_set(map, "modified", sheaf_value_int(member->modified));
  bool encrypted = member->flags & SHEAF_MEMBER_ENCRYPTED;
  bool unsafe = member->flags & SHEAF_MEMBER_UNSAFE_NAME;
  if (!code)
    code = sheaf_value_set(map, "encrypted", sheaf_value_bool(encrypted));
  if (!code)
    code = sheaf_value_set(map, "unsafe_name", sheaf_value_bool(unsafe));
  bool unverified = member->flags & SHEAF_MEMBER_UNVERIFIED;
  if (!code)
    code = sheaf_value_set(map, "unverified", sheaf_value_bool(unverified));
  return code;
}

// `failure` is NULL for a member that can be read.
static int print_json(const char *path, const cli_members *members,
                      const sheaf_error *failure) {
  sheaf_value map = SHEAF_VALUE_NULL;
  int code = sheaf_value_map(&map);
  if (!code) code = describe(&map, path, members);
  if (!code && failure) code = cli_members_explain(failure, &map);
  if (!code) cli_print_json(stdout, &map);
  sheaf_value_clear(&map);
  return code;
}

// --- Listing ---------------------------------------------------------------

static void add_up(totals *sum, const cli_members *members, bool failed) {
  const sheaf_member *member = &members->member;
  bool entered = members->entered;
  bool outer = sheaf_walk_depth(members->walk) == 0;
  sum->members++;
  sum->files += !failed && !entered && member->type == SHEAF_MEMBER_FILE;
  sum->failed += failed;
  sum->doubtful += !failed && member->flags & SHEAF_MEMBER_UNVERIFIED;
  // Sizes are as declared, and a declared size may be any number.
  if (!entered && member->size <= UINT64_MAX - sum->size)
    sum->size += member->size;
  if (outer && member->packed_size <= UINT64_MAX - sum->packed_size)
    sum->packed_size += member->packed_size;
}

static int print_member(const char *path, const cli_members *members,
                        const sheaf_error *failure, bool json) {
  int code = SHEAF_OK;
  if (json)
    code = print_json(path, members, failure);
  else
    print_row(members, failure != NULL);
  if (code) return CLI_INTERNAL;
  if (!ferror(stdout)) return CLI_OK;
  return errno == EPIPE ? CLI_PIPE : CLI_OUTPUT;
}

static int list_members(cli_members *members, const char *path, bool json,
                        totals *sum) {
  sheaf_error error;
  int code;
  while ((code = cli_members_next(members, &error)) != SHEAF_END) {
    int failed = code ? cli_fail(&error) : CLI_OK;
    if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return failed;
    add_up(sum, members, code != SHEAF_OK);
    // The doubt is about the stream: it is told once.
    if (!code && sum->doubtful == 1 &&
        sheaf_bundle_doubt(members->source, &error))
      cli_warn(&error);
    int status = print_member(path, members, code ? &error : NULL, json);
    if (status) return status;
  }
  return sum->failed || sum->doubtful ? CLI_SOME_FAILED : CLI_OK;
}

static int list_bundle(const char *path, int number, const cli_reading *reading,
                       bool json) {
  cli_members members;
  sheaf_error error;
  totals sum = {0};
  if (cli_members_open(&members, path, number, reading, &error) != SHEAF_OK)
    return cli_fail(&error);
  if (!json) print_heading(path);
  int status = list_members(&members, path, json, &sum);
  if (status <= CLI_SOME_FAILED) cli_members_flawed(&members);
  if (!json && status != CLI_PIPE) print_totals(&sum);
  cli_members_close(&members);
  return status;
}

// One bundle that can be listed makes the others "some that failed".
static int list_all(char **paths, int count, const cli_reading *reading,
                    bool json) {
  int worst = CLI_OK;
  bool any = false;
  for (int i = 0; i < count; i++) {
    if (any && !json) putchar('\n');
    int status = list_bundle(paths[i], i + 1, reading, json);
    if (status > CLI_INPUT) return status;
    any = any || status != CLI_INPUT;
    if (status > worst) worst = status;
  }
  return worst == CLI_INPUT && any ? CLI_SOME_FAILED : worst;
}

static int run_ls(int argc, char **argv) {
  static const cli_option options[] = {
      {"json", 'j', false}, CLI_READING_OPTIONS, {NULL, 0, false}};
  cli_arguments arguments = {"ls", argc, argv, 1, NULL, false};
  cli_reading reading = CLI_READING_INIT;
  bool json = false;
  int count = 0;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    // What was read already makes room for the paths.
    if (next == CLI_OPERAND)
      argv[count++] = (char *)arguments.value;
    else if (next == 0)
      json = true;
    else if (cli_reading_take(&reading, "ls", next - 1, arguments.value))
      return CLI_USAGE;
  }
  if (count == 0) return cli_usage("ls", "which bundle?");
  return list_all(argv, count, &reading, json);
}

const cli_verb cli_ls = {
    .name = "ls",
    .summary = "list the members of bundles",
    .help =
        "usage: sheaf ls [OPTION…] BUNDLE…\n\n"
        "Lists the members of zip, tar, jsonl and WARC files, folders and "
        "plain\n"
        "files, also within gzip: ordinal, size, size in the bundle, kind and "
        "name.\n"
        "Kinds are - for a file, d for a folder, l for a link, s for a "
        "device,\n"
        "pipe or socket, r for a record about others, b for a bundle whose "
        "members\n"
        "follow (--nested) and ! for what cannot be read; behind them e marks "
        "what\n"
        "is encrypted, ? what is in a damaged stream and may be wrong, and u "
        "a\n"
        "name that would be unsafe to unpack.\n\n"
        "  -j, --json            a JSON object a member, on a line of its "
        "own\n" CLI_READING_HELP
        "\n"
        "example: sheaf ls resolutions.zip\n",
    .run = run_ls,
};
