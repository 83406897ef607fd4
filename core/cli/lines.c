#include "cli/lines.h"

#include <stdlib.h>
#include <string.h>

bool cli_lines_open(cli_lines *lines, const char *folder, const char *name) {
  char path[4096];
  *lines = (cli_lines){.folder = folder, .name = name};
  int size = snprintf(path, sizeof path, "%s/%s.part", folder, name);
  if (size < 0 || (size_t)size >= sizeof path) return false;
  lines->stream = fopen(path, "re");
  if (lines->stream) return true;
  path[size - (int)strlen(".part")] = '\0';
  lines->stream = fopen(path, "re");
  lines->complete = lines->stream != NULL;
  return lines->complete;
}

void cli_lines_close(cli_lines *lines) {
  if (lines->stream) fclose(lines->stream);
  free(lines->line);
  *lines = (cli_lines){.stream = NULL};
}

static int fail(const cli_lines *lines, int code, const char *why,
                sheaf_error *error) {
  *error = (sheaf_error){.code = code};
  snprintf(error->what, sizeof error->what, "%s/%s", lines->folder,
           lines->name);
  snprintf(error->why, sizeof error->why, "%s", why);
  return code;
}

int cli_lines_read(cli_lines *lines, sheaf_bytes *line, sheaf_error *error) {
  ssize_t size = getline(&lines->line, &lines->room, lines->stream);
  if (size <= 0 && ferror(lines->stream))
    return fail(lines, SHEAF_EREAD, "it cannot be read", error);
  if (size <= 0 || lines->line[size - 1] != '\n') return SHEAF_END;
  *line = (sheaf_bytes){lines->line, (size_t)size};
  return SHEAF_OK;
}

int cli_lines_damaged(const cli_lines *lines, sheaf_error *error) {
  return fail(lines, SHEAF_EDAMAGED, "one of its lines is no JSON", error);
}

int cli_lines_next(cli_lines *lines, sheaf_value *value, sheaf_error *error) {
  sheaf_bytes line;
  int code = cli_lines_read(lines, &line, error);
  if (code) return code;
  if (!sheaf_value_parse(value, line.data, line.size, error)) return SHEAF_OK;
  return cli_lines_damaged(lines, error);
}
