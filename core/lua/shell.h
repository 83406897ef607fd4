/// The shell's own state. Private to this module.
#ifndef SF_SHELL_H
#define SF_SHELL_H

#include "loop/loop.h"
#include "lua/engine.h"
#include "lua/lua.h"

struct sheaf_shell {
  sf_engine engine;
  sf_loop *loop;  ///< NULL until something needs it.
  char *library;
};

/// The shell's loop, which is made at the first call.
int sf_shell_loop(sheaf_shell *shell, sf_loop **out, sheaf_error *error);

#endif
