#include "line/readline.h"

bool sf_readline_find(sf_readline *readline) {
  void *library = sf_library_open("libreadline.so.8");
  const struct {
    const char *symbol;
    void *place;
  } wanted[] = {
      {"rl_callback_handler_install", &readline->callback_handler_install},
      {"rl_callback_handler_remove", &readline->callback_handler_remove},
      {"rl_callback_read_char", &readline->callback_read_char},
      {"rl_callback_sigcleanup", &readline->callback_sigcleanup},
      {"rl_clear_visible_line", &readline->clear_visible_line},
      {"rl_forced_update_display", &readline->forced_update_display},
      {"rl_completion_matches", &readline->completion_matches},
      {"add_history", &readline->add_history},
      {"stifle_history", &readline->stifle_history},
      {"read_history", &readline->read_history},
      {"write_history", &readline->write_history},
      {"rl_catch_signals", &readline->catch_signals},
      {"rl_completion_append_character",
       &readline->completion_append_character},
      {"rl_basic_word_break_characters",
       &readline->basic_word_break_characters},
      {"rl_attempted_completion_function",
       &readline->attempted_completion_function},
      {"rl_attempted_completion_over", &readline->attempted_completion_over},
  };
  if (!library) return false;
  for (size_t i = 0; i < SF_COUNT(wanted); i++)
    if (!sf_library_symbol(library, wanted[i].symbol, wanted[i].place))
      return false;
  return true;
}
