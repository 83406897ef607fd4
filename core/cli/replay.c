#include "cli/replay.h"

#include <stdlib.h>
#include <string.h>

#include "cli/ledger.h"
#include "cli/repl.h"

// Hands the library what it needs to know.
static const char opening[] =
    "local json = sheaf.json\n"
    "local step, row = ...\n"
    "local fresh = fresh_document\n"
    "fresh_document = nil\n"
    "require 'sheaf.replay' {\n"
    "  step = step ~= 'null' and json.decode(step) or nil,\n"
    "  row = json.decode(row), fresh = fresh }\n";

// Takes the first row.
static int take_row(void *context, const sheaf_value *row) {
  return sheaf_value_copy(context, row) == SHEAF_OK ? -1 : CLI_INTERNAL;
}

static char *write_json(const sheaf_value *value) {
  char *text = NULL;
  size_t size;
  if (!value) return strdup("null");
  return sheaf_value_write(value, &text, &size) == SHEAF_OK ? text : NULL;
}

static int make_document(void *context, sheaf_doc **doc, sheaf_result **result,
                         sheaf_error *error) {
  return sheaf_replay_doc(context, doc, result, error);
}

static int open_library(sheaf_shell *shell, sheaf_replay *replay,
                        const sheaf_value *row, sheaf_error *error) {
  char *step = write_json(sheaf_replay_step(replay)), *text = write_json(row);
  const char *const arguments[] = {step ? step : "null", text ? text : "null",
                                   NULL};
  int code = sheaf_shell_provide(shell, "fresh_document", make_document, replay,
                                 error);
  if (!code) code = sheaf_shell_arguments(shell, "replay", arguments, error);
  if (!code) code = sheaf_shell_string(shell, opening, "replay", error);
  free(step);
  free(text);
  return code;
}

static void print_head(const sheaf_value *row) {
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  cli_print_text(stdout, sheaf_value_get_string(row, "id", ""));
  printf(": %s", sheaf_value_get_string(row, "status", ""));
  if (plugin) printf(" in %s", plugin);
  puts(". help() tells what is at hand.");
  fflush(stdout);
}

static int talk(sheaf_replay *replay, const sheaf_value *row) {
  sheaf_shell *shell;
  sheaf_error error;
  if (sheaf_shell_new(&shell, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  print_head(row);
  int status = CLI_OK;
  if (open_library(shell, replay, row, &error) != SHEAF_OK)
    status = cli_fail(&error);
  else
    status = cli_converse(shell);
  sheaf_shell_free(shell);
  return status;
}

static int replay_row(const char *folder, const sheaf_value *row) {
  sheaf_replay *replay;
  sheaf_error error;
  int code =
      sheaf_replay_open(&replay, folder, sheaf_value_get_string(row, "id", ""),
                        sheaf_value_get_string(row, "plugin", NULL), &error);
  if (code != SHEAF_OK) return cli_fail(&error);
  int status = talk(replay, row);
  sheaf_replay_close(replay);
  return status;
}

int cli_replay(const char *folder, const char *wanted) {
  sheaf_value row = {SHEAF_NULL, {0}};
  int status = cli_ledger_find(folder, wanted, take_row, &row);
  if (status < 0) status = replay_row(folder, &row);
  sheaf_value_clear(&row);
  return status;
}
