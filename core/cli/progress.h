/// How `sheaf run` tells how far it is: on standard error, never among data.
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/cli.h"

typedef enum {
  CLI_PROGRESS_LINE,   ///< A live line on a terminal.
  CLI_PROGRESS_PLAIN,  ///< A line every few seconds.
  CLI_PROGRESS_JSON,   ///< A JSON object a line.
  CLI_PROGRESS_NONE
} cli_progress_style;

typedef struct {
  cli_progress_style style;
  double printed;  ///< When the last line was printed, in seconds.
  bool live;       ///< A live line is on the screen.
} cli_progress;

/// Chooses a style by its name ("auto", "plain", "json", "none"); false when
/// there is none of that name.
bool cli_progress_init(cli_progress *progress, const char *name);

/// Shows how far the run is, unless it did so a moment ago.
void cli_progress_show(cli_progress *progress, const sheaf_progress *run);

/// Wipes the live line, so that something else can be printed.
void cli_progress_wipe(cli_progress *progress);

/// Prints `N documents` and behind `again` how many of them are ok, failed, ….
void cli_progress_documents(const sheaf_progress *run, const char *again);

/// Prints where to look when not all documents in `output` are ok, and ends
/// the line.
void cli_progress_advice(const sheaf_progress *run, const char *output);

/// Prints the counts of a run as a JSON object.
void cli_progress_json(const sheaf_progress *run);

/// Prints what the run amounted to.
void cli_progress_end(cli_progress *progress, const sheaf_progress *run,
                      const char *output);

#endif
