#include "cli/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int fail(int code, const char *what, const char *why, const char *hint) {
  sheaf_error error = {.code = code};
  snprintf(error.what, sizeof error.what, "%s", what);
  snprintf(error.why, sizeof error.why, "%s", why);
  snprintf(error.hint, sizeof error.hint, "%s", hint);
  return cli_fail(&error);
}

// Opens `name` in the folder, or what it is called while the run goes on.
static FILE *open_file(const char *folder, const char *name, bool *complete) {
  char path[4096];
  int size = snprintf(path, sizeof path, "%s/%s.part", folder, name);
  if (size < 0 || (size_t)size >= sizeof path) return NULL;
  FILE *stream = fopen(path, "re");
  *complete = !stream;
  if (stream) return stream;
  path[size - (int)strlen(".part")] = '\0';
  return fopen(path, "re");
}

static int no_run(const char *folder) {
  return fail(SHEAF_EOPEN, folder, "there is no run in this folder",
              "'sheaf run … -o FOLDER' makes one");
}

int cli_ledger_read(const char *folder, cli_row_visit visit, void *context,
                    bool *complete) {
  FILE *stream = open_file(folder, "ledger.jsonl", complete);
  if (!stream) return no_run(folder);
  char *line = NULL;
  size_t room = 0;
  ssize_t size;
  int result = 0;
  while (result == 0 && (size = getline(&line, &room, stream)) > 0) {
    sheaf_value row;
    sheaf_error error;
    // The last line of a ledger that grows may be half there.
    if (line[size - 1] != '\n') break;
    if (sheaf_value_parse(&row, line, (size_t)size, &error) != SHEAF_OK) {
      result =
          fail(SHEAF_EDAMAGED, folder, "a line of its ledger is no JSON", "");
      break;
    }
    result = visit(context, &row);
    sheaf_value_clear(&row);
  }
  if (result == 0 && ferror(stream))
    result = fail(SHEAF_EREAD, folder, "its ledger cannot be read", "");
  free(line);
  fclose(stream);
  return result;
}

int cli_report_read(const char *folder, sheaf_value *report, bool *complete) {
  FILE *stream = open_file(folder, "run.json", complete);
  if (!stream) return no_run(folder);
  char *text = NULL;
  size_t room = 0;
  sheaf_error error;
  ssize_t size = getdelim(&text, &room, '\0', stream);
  bool fine = size > 0 &&
              sheaf_value_parse(report, text, (size_t)size, &error) == SHEAF_OK;
  free(text);
  fclose(stream);
  return fine ? CLI_OK
              : fail(SHEAF_EDAMAGED, folder, "its run.json cannot be read", "");
}
