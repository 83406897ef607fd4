#include "cli/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "cli/lines.h"

static int fail(int code, const char *what, const char *why, const char *hint) {
  sheaf_error error = {.code = code};
  snprintf(error.what, sizeof error.what, "%s", what);
  snprintf(error.why, sizeof error.why, "%s", why);
  snprintf(error.hint, sizeof error.hint, "%s", hint);
  return cli_fail(&error);
}

static int no_run(const char *folder) {
  return fail(SHEAF_EOPEN, folder, "there is no run in this folder",
              "'sheaf run … -o FOLDER' makes one");
}

int cli_ledger_read(const char *folder, cli_row_visit visit, void *context,
                    bool *complete) {
  cli_lines lines;
  sheaf_bytes line;
  cli_row row;
  sheaf_error error;
  if (!cli_lines_open(&lines, folder, "ledger.jsonl")) return no_run(folder);
  *complete = lines.complete;
  int result = 0, code = SHEAF_OK;
  while (!result && !code && !(code = cli_lines_read(&lines, &line, &error))) {
    if (cli_row_read(&row, line))
      result = visit(context, &row);
    else
      code = cli_lines_damaged(&lines, &error);
  }
  cli_lines_close(&lines);
  return result == 0 && code < 0 ? cli_fail(&error) : result;
}

// --- Looking for documents -------------------------------------------------

typedef struct {
  const char *wanted;
  char *text;  // The same as it is in the ledger.
  cli_find_visit visit;
  void *context;
  bool found;
} row_search;

static bool is_meant(const sheaf_value *row, const char *wanted) {
  const char *id = sheaf_value_get_string(row, "id", "");
  const char *member = sheaf_value_get_string(row, "member", "");
  size_t size = strlen(wanted);
  if (strcmp(id, wanted) == 0 || strcmp(member, wanted) == 0) return true;
  size_t front = strlen(id) - strlen(member);
  return size + 1 == front && strncmp(id, wanted, size) == 0;
}

// Most lines show at once that they are about something else.
static int look_at(void *context, const cli_row *row) {
  row_search *search = context;
  sheaf_value value;
  int result = 0;
  if (!memmem(row->line.data, row->line.size, search->text,
              strlen(search->text)) ||
      !cli_row_value(row, &value))
    return 0;
  if (is_meant(&value, search->wanted)) {
    search->found = true;
    result = search->visit(search->context, &value);
  }
  sheaf_value_clear(&value);
  return result;
}

// The text as it is within JSON; the caller frees it.
static char *as_json(const char *text) {
  sheaf_value value;
  char *json = NULL;
  size_t size;
  if (sheaf_value_string(&value, text, strlen(text))) return NULL;
  if (!sheaf_value_write(&value, &json, &size)) {
    json[size - 1] = '\0';  // Without its quotes.
    memmove(json, json + 1, size - 1);
  }
  sheaf_value_clear(&value);
  return json;
}

static int no_row(const char *folder, const char *wanted) {
  sheaf_error error = {.code = SHEAF_ENOMEMBER};
  snprintf(error.what, sizeof error.what, "%s", folder);
  snprintf(error.why, sizeof error.why, "no row for '%s' in its ledger",
           wanted);
  snprintf(error.hint, sizeof error.hint,
           "an id such as 1/2/name, its 1/2, or a member's name");
  return cli_fail(&error);
}

int cli_ledger_find(const char *folder, const char *wanted,
                    cli_find_visit visit, void *context) {
  row_search search = {wanted, as_json(wanted), visit, context, false};
  bool complete;
  if (!search.text) return CLI_INTERNAL;
  int status = cli_ledger_read(folder, look_at, &search, &complete);
  free(search.text);
  return status || search.found ? status : no_row(folder, wanted);
}

// --- The report ------------------------------------------------------------

bool cli_report_find(const char *folder, sheaf_value *report, bool *complete) {
  cli_lines lines;
  *report = (sheaf_value){SHEAF_NULL, {0}};
  if (!cli_lines_open(&lines, folder, "run.json")) return false;
  *complete = lines.complete;
  ssize_t size = getdelim(&lines.line, &lines.room, '\0', lines.stream);
  bool fine = size > 0 && sheaf_value_parse(report, lines.line, (size_t)size,
                                            NULL) == SHEAF_OK;
  cli_lines_close(&lines);
  return fine;
}

int cli_report_read(const char *folder, sheaf_value *report, bool *complete) {
  cli_lines lines;
  if (cli_report_find(folder, report, complete)) return CLI_OK;
  if (!cli_lines_open(&lines, folder, "run.json")) return no_run(folder);
  cli_lines_close(&lines);
  return fail(SHEAF_EDAMAGED, folder, "its run.json cannot be read", "");
}
