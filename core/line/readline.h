/// The part of readline that is used, found in its library when needed: the
/// program starts without it. Private to this module.
#ifndef SF_READLINE_H
#define SF_READLINE_H

#include "base/base.h"

typedef char **sf_completer(const char *text, int start, int end);

/// Functions and variables of libreadline 8. The names are readline's.
typedef struct {
  void (*callback_handler_install)(const char *prompt, void (*call)(char *));
  void (*callback_handler_remove)(void);
  void (*callback_read_char)(void);
  void (*callback_sigcleanup)(void);
  int (*clear_visible_line)(void);
  int (*forced_update_display)(void);
  char **(*completion_matches)(const char *text,
                               char *(*next)(const char *text, int state));
  void (*add_history)(const char *text);
  void (*stifle_history)(int most);
  int (*read_history)(const char *path);
  int (*write_history)(const char *path);
  int *catch_signals;
  int *completion_append_character;
  const char **basic_word_break_characters;
  sf_completer **attempted_completion_function;
  int *attempted_completion_over;
} sf_readline;

/// False when readline is not installed.
bool sf_readline_find(sf_readline *readline);

#endif
