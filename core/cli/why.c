/// `sheaf why`: what happened to one document.
#include <stdlib.h>
#include <string.h>

#include "cli/ledger.h"

typedef struct {
  const char *wanted;
  bool json;
  uint64_t found;
} row_question;

// A document is meant by its id, by its member's name, or by the part of the
// id in front of the name.
static bool is_meant(const sheaf_value *row, const char *wanted) {
  const char *id = sheaf_value_get_string(row, "id", "");
  const char *member = sheaf_value_get_string(row, "member", "");
  size_t size = strlen(wanted);
  if (strcmp(id, wanted) == 0 || strcmp(member, wanted) == 0) return true;
  size_t front = strlen(id) - strlen(member);
  return size + 1 == front && strncmp(id, wanted, size) == 0;
}

static void print_fact(const char *name, const char *text) {
  if (!text) return;
  printf("  %-9s ", name);
  // A reason may have lines: a traceback.
  for (;;) {
    size_t size = strcspn(text, "\n");
    cli_print_safe(stdout, (sheaf_bytes){text, size});
    putchar('\n');
    if (!text[size]) return;
    text += size + 1;
    fputs("            ", stdout);
    while (*text == '\t') text++;
  }
}

static const char *explain(const char *status, bool by_plugin) {
  static const struct {
    const char *status, *meaning;
  } meanings[] = {
      {"ok", "every plugin was content; it is in the exports"},
      {"partial", "a plugin failed; what the others found is in the exports"},
      {"skipped", "left out on purpose; it is not in the exports"},
      {"failed", "it is not in the exports"},
      {"killed", "it had to be stopped from outside; not in the exports"},
  };
  if (!by_plugin && strcmp(status, "partial") == 0)
    return "it may not be what it was; what was found is in the exports";
  for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
    if (strcmp(meanings[i].status, status) == 0) return meanings[i].meaning;
  return "";
}

static void print_row(const sheaf_value *row) {
  char in[16], out[16];
  const char *status = sheaf_value_get_string(row, "status", "");
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  const sheaf_value *ms = sheaf_value_get(row, "ms");
  cli_print_text(stdout, sheaf_value_get_string(row, "id", ""));
  putchar('\n');
  printf("  %-9s %s: %s\n", "status", status, explain(status, plugin));
  print_fact("plugin", plugin);
  print_fact("code", sheaf_value_get_string(row, "code", NULL));
  print_fact("reason", sheaf_value_get_string(row, "reason", NULL));
  printf("  %-9s %s in, %s out, %.1f ms\n", "size",
         cli_bytes((uint64_t)sheaf_value_get_int(row, "bytes_in", 0), in),
         cli_bytes((uint64_t)sheaf_value_get_int(row, "bytes_out", 0), out),
         ms && ms->type == SHEAF_FLOAT ? ms->as.number
         : ms && ms->type == SHEAF_INT ? (double)ms->as.integer
                                       : 0.0);
  print_fact("bundle", sheaf_value_get_string(row, "bundle", NULL));
}

static int answer(void *context, const sheaf_value *row) {
  row_question *question = context;
  if (!is_meant(row, question->wanted)) return 0;
  question->found++;
  if (question->json)
    cli_print_json(stdout, row);
  else
    print_row(row);
  return 0;
}

static int no_document(const char *folder, const char *wanted) {
  sheaf_error error = {.code = SHEAF_ENOMEMBER};
  snprintf(error.what, sizeof error.what, "%s", folder);
  snprintf(error.why, sizeof error.why, "no row for '%s' in its ledger",
           wanted);
  snprintf(error.hint, sizeof error.hint,
           "an id such as 1/2/name, its 1/2, or a member's name");
  return cli_fail(&error);
}

static int run_why(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false}, {NULL, 0, false}};
  cli_arguments arguments = {"why", argc, argv, 1, NULL, false};
  const char *words[2] = {NULL, NULL};
  size_t count = 0;
  row_question question = {.json = false};
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == 0) question.json = true;
    if (next == CLI_OPERAND && count == 2)
      return cli_usage("why", "'%s' is one too many", arguments.value);
    if (next == CLI_OPERAND) words[count++] = arguments.value;
  }
  if (count < 2) return cli_usage("why", "name a run's folder and a document");
  bool complete;
  question.wanted = words[1];
  int status = cli_ledger_read(words[0], answer, &question, &complete);
  if (status != CLI_OK || question.found) return status;
  return no_document(words[0], words[1]);
}

const cli_verb cli_why = {
    .name = "why",
    .summary = "explain what happened to a document",
    .help =
        "usage: sheaf why [--json] FOLDER DOCUMENT\n\n"
        "Explains what became of a document in a run: its status, the\n"
        "plugin and the reason. DOCUMENT is its id, the numbers of the\n"
        "id, or the member's name.\n\n"
        "example: sheaf why out 1/2\n",
    .run = run_why,
};
