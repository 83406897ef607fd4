/// Line editing for a shell on an event loop: readline where standard input is
/// a terminal and the library is installed, plain lines otherwise.
///
/// Readline keeps its state in globals of its own, and its callbacks know no
/// context: there is one editor in a process at a time.
#ifndef SF_LINE_H
#define SF_LINE_H

#include "base/base.h"

typedef struct sf_line sf_line;

typedef struct {
  /// A line was entered, without its end; NULL at the end of the input.
  /// Borrowed.
  void (*on_line)(void *context, const char *text);

  /// Completes what stands in front of the cursor: returns candidate number
  /// `index` (from 0) in memory that the editor frees, NULL when there is no
  /// more. Each is the whole of `text`, longer. May be NULL.
  char *(*complete)(void *context, const char *text, int index);
  void *context;
} sf_line_events;

/// Opens the editor. `history` is the file in which lines are kept, or NULL.
/// SHEAF_EEXISTS when there is one already.
int sf_line_open(sf_line **out, const sf_line_events *events,
                 const char *history, sheaf_error *error);

/// Restores the terminal, saves the history and releases the editor.
void sf_line_close(sf_line *line);

/// True when a person sits at a terminal.
bool sf_line_is_terminal(const sf_line *line);

/// Asks for the next line.
void sf_line_prompt(sf_line *line, const char *prompt);

/// Reads what standard input has. Call when it is readable.
void sf_line_feed(sf_line *line);

/// Takes the line that is being typed off the terminal, so that others can
/// write there, and shows it again.
void sf_line_hide(sf_line *line);
void sf_line_show(sf_line *line);

/// Drops the line that is being typed, as after Ctrl-C.
void sf_line_drop(sf_line *line);

/// Keeps `text` in the history.
void sf_line_remember(sf_line *line, const char *text);

#endif
