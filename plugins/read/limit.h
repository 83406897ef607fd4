/// The limits that readers keep by themselves, and how they are told.
#ifndef LIMIT_H
#define LIMIT_H

#include "sheaf/plugin.h"

/// How deep the elements of markup may lie within each other: no document that
/// somebody wrote comes near it, and a tree that is deeper costs too much.
/// Browsers stop at 512.
#define DEPTH_MAX 10000

/// Fails with SHEAF_ELIMIT: what `what` names is deeper.
int fail_depth(const char *what, sheaf_error *error);

/// The same for what would take too long.
int fail_cost(const char *what, sheaf_error *error);

/// Fails with `code`: SHEAF_ETIMEOUT is the plugin's limit of CPU time, any
/// other that of memory.
int fail_limit(const sheaf_plugin_context *plugin, int code,
               sheaf_error *error);

/// The CPU time of this thread, in milliseconds.
double cpu_now(void);

#endif
