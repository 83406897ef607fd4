#include "depth.h"

#include <stdio.h>

int fail_depth(const char *what, sheaf_error *error) {
  *error = (sheaf_error){.code = SHEAF_ELIMIT};
  snprintf(error->what, sizeof error->what, "%s", what);
  snprintf(error->why, sizeof error->why,
           "its elements lie more than %d deep within each other", DEPTH_MAX);
  snprintf(error->hint, sizeof error->hint, "--raw takes it as it is");
  return SHEAF_ELIMIT;
}
