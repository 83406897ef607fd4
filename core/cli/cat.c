/// `sheaf cat`: the content of members, as it is.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static int print_piece(void *context, const char *data, size_t size) {
  (void)context;
  return fwrite(data, 1, size, stdout) == size ? 0 : 1;
}

// A member is asked for by its name, its ordinal, or a document's id.
static bool is_asked_for(const sheaf_member *member, const char *wanted) {
  size_t size = strlen(wanted);
  if (size == member->name.size && memcmp(wanted, member->name.data, size) == 0)
    return true;
  const char *slash = strchr(wanted, '/');
  size_t digits = strspn(wanted, "0123456789");
  if (digits && !wanted[digits])
    return strtoull(wanted, NULL, 10) == member->ordinal;
  // BUNDLE-ORDINAL/MEMBER-ORDINAL/NAME
  if (!slash || digits != (size_t)(slash - wanted)) return false;
  char *end;
  unsigned long long ordinal = strtoull(slash + 1, &end, 10);
  return *end == '/' && ordinal == member->ordinal &&
         strlen(end + 1) == member->name.size &&
         memcmp(end + 1, member->name.data, member->name.size) == 0;
}

// True when the member is to be printed; counts which wishes were fulfilled.
static bool choose(const sheaf_member *member, char **wanted, int count,
                   bool *found) {
  bool chosen = count == 0;
  for (int i = 0; i < count; i++) {
    if (!is_asked_for(member, wanted[i])) continue;
    chosen = found[i] = true;
  }
  return chosen && member->type == SHEAF_MEMBER_FILE;
}

// Prints a member. SHEAF_END when nobody reads any more.
static int print_member(sheaf_bundle *bundle, int *status) {
  sheaf_error error;
  int code = sheaf_bundle_stream(bundle, print_piece, NULL, &error);
  if (code > 0) return SHEAF_END;
  if (code < 0) {
    cli_fail(&error);
    *status = CLI_SOME_FAILED;
  }
  return SHEAF_OK;
}

static int print_members(sheaf_bundle *bundle, char **wanted, int count,
                         bool *found) {
  sheaf_member member;
  sheaf_error error;
  int status = CLI_OK, code;
  while ((code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END) {
    if (code != SHEAF_OK) {
      int fatal = cli_fail(&error);
      if (sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return fatal;
      status = CLI_SOME_FAILED;
    } else if (choose(&member, wanted, count, found) &&
               print_member(bundle, &status) == SHEAF_END) {
      break;
    }
  }
  return status;
}

static int report_missing(const char *path, char **wanted, int count,
                          const bool *found) {
  int status = CLI_OK;
  for (int i = 0; i < count; i++) {
    if (found[i]) continue;
    sheaf_error error = {.code = SHEAF_ENOMEMBER, .hint = ""};
    snprintf(error.what, sizeof error.what, "%s", path);
    snprintf(error.why, sizeof error.why, "there is no member '%s'", wanted[i]);
    snprintf(error.hint, sizeof error.hint, "'sheaf ls' lists them");
    status = cli_fail(&error);
  }
  return status;
}

static int print_bundle(const char *path, char **wanted, int count) {
  sheaf_bundle *bundle;
  sheaf_error error;
  if (sheaf_bundle_open(&bundle, path, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  bool *found = calloc((size_t)count + 1, sizeof *found);
  if (!found) {
    sheaf_bundle_close(bundle);
    return CLI_INTERNAL;
  }
  int status = print_members(bundle, wanted, count, found);
  int missing = report_missing(path, wanted, count, found);
  free(found);
  sheaf_bundle_close(bundle);
  return missing != CLI_OK ? missing : status;
}

static int run_cat(int argc, char **argv) {
  static const cli_option options[] = {{NULL, 0, false}};
  cli_arguments arguments = {"cat", argc, argv, 1, NULL, false};
  int next = cli_next(&arguments, options);
  if (next == CLI_HELP) return CLI_OK;
  if (next == CLI_BAD) return CLI_USAGE;
  if (next == CLI_END) return cli_usage("cat", "there is no bundle to read");
  return print_bundle(arguments.value, argv + arguments.index,
                      argc - arguments.index);
}

const cli_verb cli_cat = {
    .name = "cat",
    .summary = "print members of a bundle",
    .help =
        "usage: sheaf cat BUNDLE [MEMBER…]\n\n"
        "Prints the content of members as it is: all of them, or those\n"
        "whose name, ordinal or document id is given.\n\n"
        "example: sheaf cat resolutions.zip 1\n",
    .run = run_cat,
};
