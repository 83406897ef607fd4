/// The shell's own state. Private to this module.
#ifndef SF_SHELL_H
#define SF_SHELL_H

#include "loop/loop.h"
#include "lua/engine.h"
#include "lua/lua.h"

/// Who hears of the calls that luv makes. Both functions may be NULL.
typedef struct {
  void (*before)(void *context);
  void (*after)(void *context, const sheaf_error *error);  ///< NULL: all well.
  void *context;
} sf_callback_events;

struct sheaf_shell {
  sf_engine engine;  ///< The first member: callbacks find the shell by it.
  sf_loop *loop;     ///< NULL until something needs it.
  char *library;
  sf_callback_events callbacks;
  sheaf_error failure;  ///< Of the first callback that failed; code 0: none.
};

/// The shell's loop, which is made at the first call.
int sf_shell_loop(sheaf_shell *shell, sf_loop **out, sheaf_error *error);

#endif
