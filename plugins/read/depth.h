/// How deep the elements of markup may lie within each other: no document that
/// somebody wrote comes near it, and a tree that is deeper costs too much.
#ifndef DEPTH_H
#define DEPTH_H

#include "sheaf/error.h"

/// Browsers stop at 512.
#define DEPTH_MAX 10000

/// Fails with SHEAF_ELIMIT: what `what` names is deeper.
int fail_depth(const char *what, sheaf_error *error);

#endif
