/// `sheaf ls`: what is in bundles.
#include <string.h>

#include "cli/cli.h"

// Sums over one bundle.
typedef struct {
  uint64_t members, files, size, packed, bad;
} bundle_totals;

static const char *type_name(sheaf_member_type type) {
  static const char *const names[] = {"file", "folder", "link", "special"};
  return names[type];
}

static void print_row(const sheaf_member *member, const sheaf_error *error) {
  char size[16];
  bool file = member->type == SHEAF_MEMBER_FILE;
  printf("%8llu  %9s  ", (unsigned long long)member->ordinal,
         file ? cli_bytes(member->size, size) : type_name(member->type));
  cli_print_safe(stdout, member->name);
  if (member->flags & SHEAF_MEMBER_ENCRYPTED) fputs("  (encrypted)", stdout);
  if (member->flags & SHEAF_MEMBER_UNSAFE_NAME)
    fputs("  (unsafe name)", stdout);
  if (error) printf("  (%s)", error->why);
  putchar('\n');
}

static void print_json(const char *bundle, const sheaf_member *member,
                       const sheaf_error *error) {
  sheaf_value row, name;
  if (sheaf_value_map(&row) != SHEAF_OK) return;
  sheaf_value_set_string(&row, "bundle", bundle);
  sheaf_value_set(&row, "ordinal", sheaf_value_int((int64_t)member->ordinal));
  if (sheaf_value_string(&name, member->name.data, member->name.size) ==
      SHEAF_OK)
    sheaf_value_set(&row, "name", name);
  sheaf_value_set_string(&row, "type", type_name(member->type));
  sheaf_value_set(&row, "size", sheaf_value_int((int64_t)member->size));
  sheaf_value_set(&row, "packed_size",
                  sheaf_value_int((int64_t)member->packed_size));
  sheaf_value_set(&row, "offset", sheaf_value_int((int64_t)member->offset));
  sheaf_value_set(&row, "modified", sheaf_value_int(member->modified));
  if (error) sheaf_value_set_string(&row, "error", error->why);
  cli_print_json(stdout, &row);
  sheaf_value_clear(&row);
}

static void add_totals(bundle_totals *totals, const sheaf_member *member,
                       bool bad) {
  totals->members++;
  totals->bad += bad;
  if (member->type != SHEAF_MEMBER_FILE) return;
  totals->files++;
  totals->size += member->size;
  totals->packed += member->packed_size;
}

static void print_totals(const char *path, const sheaf_bundle *bundle,
                         const bundle_totals *totals) {
  char size[16], packed[16];
  printf("%s: %s, %llu file%s, %s, %s packed", path,
         sheaf_bundle_format(bundle), (unsigned long long)totals->files,
         totals->files == 1 ? "" : "s", cli_bytes(totals->size, size),
         cli_bytes(totals->packed, packed));
  if (totals->bad) printf(", %llu bad", (unsigned long long)totals->bad);
  putchar('\n');
}

static int list_bundle(const char *path, bool json) {
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_error error;
  bundle_totals totals = {0};
  int code = sheaf_bundle_open(&bundle, path, NULL, &error);
  if (code != SHEAF_OK) return cli_fail(&error);
  while ((code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END) {
    bool bad = code != SHEAF_OK;
    if (bad && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) break;
    if (json)
      print_json(path, &member, bad ? &error : NULL);
    else
      print_row(&member, bad ? &error : NULL);
    add_totals(&totals, &member, bad);
    if (ferror(stdout)) break;
  }
  if (!json && code == SHEAF_END) print_totals(path, bundle, &totals);
  sheaf_bundle_close(bundle);
  if (code < 0) return cli_fail(&error);
  return totals.bad ? CLI_SOME_FAILED : CLI_OK;
}

static int run_ls(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false}, {NULL, 0, false}};
  cli_arguments arguments = {"ls", argc, argv, 1, NULL, false};
  bool json = false;
  int status = CLI_OK, bundles = 0;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == 0) json = true;
  }
  arguments.index = 1;
  arguments.only_operands = false;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next != CLI_OPERAND) continue;
    int one = list_bundle(arguments.value, json);
    if (one != CLI_OK) status = one;
    bundles++;
  }
  return bundles ? status : cli_usage("ls", "there is no bundle to list");
}

const cli_verb cli_ls = {
    .name = "ls",
    .summary = "list the members of bundles",
    .help =
        "usage: sheaf ls [--json] BUNDLE…\n\n"
        "Lists the members of bundles: ordinal, size when unpacked, name.\n"
        "Bytes of a name that could harm a terminal are shown as \\xNN.\n\n"
        "example: sheaf ls resolutions.zip\n",
    .run = run_ls,
};
