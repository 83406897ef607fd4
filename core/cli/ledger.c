#include "cli/ledger.h"

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
  sheaf_value row;
  sheaf_error error;
  if (!cli_lines_open(&lines, folder, "ledger.jsonl")) return no_run(folder);
  *complete = lines.complete;
  int result = 0, code = SHEAF_OK;
  while (result == 0 && !(code = cli_lines_next(&lines, &row, &error))) {
    result = visit(context, &row);
    sheaf_value_clear(&row);
  }
  cli_lines_close(&lines);
  return result == 0 && code < 0 ? cli_fail(&error) : result;
}

bool cli_row_is_meant(const sheaf_value *row, const char *wanted) {
  const char *id = sheaf_value_get_string(row, "id", "");
  const char *member = sheaf_value_get_string(row, "member", "");
  size_t size = strlen(wanted);
  if (strcmp(id, wanted) == 0 || strcmp(member, wanted) == 0) return true;
  size_t front = strlen(id) - strlen(member);
  return size + 1 == front && strncmp(id, wanted, size) == 0;
}

int cli_no_row(const char *folder, const char *wanted) {
  sheaf_error error = {.code = SHEAF_ENOMEMBER};
  snprintf(error.what, sizeof error.what, "%s", folder);
  snprintf(error.why, sizeof error.why, "no row for '%s' in its ledger",
           wanted);
  snprintf(error.hint, sizeof error.hint,
           "an id such as 1/2/name, its 1/2, or a member's name");
  return cli_fail(&error);
}

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
