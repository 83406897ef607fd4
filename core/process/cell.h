/// The wall around one plugin that is a program: what it was granted, alone,
/// and the environment that it gets.
#ifndef SF_CELL_H
#define SF_CELL_H

#include "jail/jail.h"
#include "sheaf/plugin.h"

typedef struct {
  sf_jail jail;
  sf_jail_place *places;
  size_t capacity;
  char *program;       ///< Where the interpreter lies; NULL: not known.
  char **environment;  ///< "NAME=value", ended by NULL: all of it.
} sf_cell;

/// Works it out: the plugin's folder, the SDKs, what starts it, and what was
/// granted. `*cell` can be cleared on failure too, which is SHEAF_ENOMEM.
int sf_cell_init(sf_cell *cell, const sheaf_plugin_context *context);
void sf_cell_clear(sf_cell *cell);

#endif
