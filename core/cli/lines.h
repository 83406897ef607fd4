/// Reading the files of a run folder that have a JSON value on each line.
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "cli/cli.h"

typedef struct {
  FILE *stream;
  const char *folder;  ///< Borrowed, as is the name.
  const char *name;
  bool complete;  ///< The run is: it has given the file its final name.
  char *line;
  size_t room;
} cli_lines;

/// Opens the file `name` in `folder`, or what it is called while the run goes
/// on. False when there is neither; then there is nothing to close.
bool cli_lines_open(cli_lines *lines, const char *folder, const char *name);
void cli_lines_close(cli_lines *lines);

/// Reads the next line, which is borrowed until the one after it is read;
/// otherwise as cli_lines_next().
int cli_lines_read(cli_lines *lines, sheaf_bytes *line, sheaf_error *error);

/// Fails with SHEAF_EDAMAGED: a line is not what it should be.
int cli_lines_damaged(const cli_lines *lines, sheaf_error *error);

/// Reads the next line into `*value`, which the caller clears. SHEAF_END after
/// the last one; a last line that is only half there, since the run goes on,
/// does not count. Other codes: `*error` is filled.
int cli_lines_next(cli_lines *lines, sheaf_value *value, sheaf_error *error);

#endif
