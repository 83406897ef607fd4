#include "line/line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line/readline.h"

#define HISTORY_MAX 5000
#define PIECE       4096

struct sf_line {
  sf_line_events events;
  char *history;
  bool terminal;
  bool editing;  ///< Readline is used.
  bool prompted;
  bool ended;
  sf_readline readline;
  sf_buffer input;  ///< What plain reading has not handed on yet.
};

/// Readline's callbacks have no context: see line.h.
static sf_line *current;

// --- Readline --------------------------------------------------------------

static void take_line(char *text) {
  sf_line *line = current;
  // The prompt would come again at once: the owner asks for it when it is due.
  line->readline.callback_handler_remove();
  line->prompted = false;
  if (!text) fputc('\n', stdout);
  line->events.on_line(line->events.context, text);
  free(text);
}

static char *complete_next(const char *text, int state) {
  static int index;
  if (!state) index = 0;
  return current->events.complete(current->events.context, text, index++);
}

static char **complete(const char *text, int start, int end) {
  sf_line *line = current;
  (void)start;
  (void)end;
  *line->readline.attempted_completion_over = 1;  // Never file names.
  *line->readline.completion_append_character = '\0';
  if (!line->events.complete) return NULL;
  return line->readline.completion_matches(text, complete_next);
}

static void set_up_readline(sf_line *line) {
  sf_readline *readline = &line->readline;
  *readline->catch_signals = 0;
  *readline->basic_word_break_characters = " \t\n\"\\'><=;+-*/%^~#{}()[],";
  *readline->attempted_completion_function = complete;
  readline->stifle_history(HISTORY_MAX);
  if (line->history) readline->read_history(line->history);
}

// --- Life ------------------------------------------------------------------

int sf_line_open(sf_line **out, const sf_line_events *events,
                 const char *history, sheaf_error *error) {
  if (current)
    return sf_fail(error, SHEAF_EEXISTS, "terminal",
                   "a line editor is open already");
  sf_line *line = calloc(1, sizeof *line);
  if (!line) return sf_no_memory(error);
  line->events = *events;
  line->history = history ? sf_strndup(history, strlen(history)) : NULL;
  line->terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  line->editing = line->terminal && sf_readline_find(&line->readline);
  current = line;
  if (line->editing) set_up_readline(line);
  *out = line;
  return SHEAF_OK;
}

void sf_line_close(sf_line *line) {
  if (!line) return;
  if (line->editing && line->prompted) line->readline.callback_handler_remove();
  if (line->editing && line->history)
    line->readline.write_history(line->history);
  sf_buffer_clear(&line->input);
  free(line->history);
  free(line);
  current = NULL;
}

bool sf_line_is_terminal(const sf_line *line) {
  return line->terminal;
}

void sf_line_remember(sf_line *line, const char *text) {
  if (line->editing && text[0]) line->readline.add_history(text);
}

// --- Reading ---------------------------------------------------------------

/// Hands on the lines that have come in whole, as long as they are asked for.
static void give_lines(sf_line *line) {
  while (line->prompted) {
    char *end = line->input.size
                    ? memchr(line->input.data, '\n', line->input.size)
                    : NULL;
    if (!end && !line->ended) return;
    size_t size = end ? (size_t)(end - line->input.data) : line->input.size;
    bool any = end || size > 0;
    char *text = any ? sf_strndup(line->input.data, size) : NULL;
    size_t used = size + (end != NULL);
    if (used)
      memmove(line->input.data, line->input.data + used,
              line->input.size - used);
    line->input.size -= used;
    line->prompted = false;
    line->events.on_line(line->events.context, text);
    free(text);
    if (!any) return;
  }
}

void sf_line_prompt(sf_line *line, const char *prompt) {
  line->prompted = true;
  if (line->editing) {
    line->readline.callback_handler_install(prompt, take_line);
    return;
  }
  if (line->terminal) {
    fputs(prompt, stdout);
    fflush(stdout);
  }
}

void sf_line_feed(sf_line *line) {
  if (line->editing) {
    line->readline.callback_read_char();
    return;
  }
  char *room = sf_buffer_reserve(&line->input, PIECE);
  ssize_t got = room ? read(STDIN_FILENO, room, PIECE) : -1;
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got > 0) line->input.size += (size_t)got;
  if (got <= 0) line->ended = true;
  give_lines(line);
}

void sf_line_hide(sf_line *line) {
  if (!line->editing || !line->prompted) return;
  line->readline.clear_visible_line();
  fflush(stdout);
}

void sf_line_show(sf_line *line) {
  if (line->editing && line->prompted) line->readline.forced_update_display();
}

void sf_line_drop(sf_line *line) {
  if (!line->editing || !line->prompted) return;
  line->readline.callback_sigcleanup();
  line->readline.callback_handler_remove();
  line->prompted = false;
  fputc('\n', stdout);
}
