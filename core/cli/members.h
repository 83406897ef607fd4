/// Going through the members of a bundle, and of the bundles inside of it.
#ifndef CLI_MEMBERS_H
#define CLI_MEMBERS_H

#include "cli/reading.h"

/// A bundle whose members are gone through, with those of bundles inside.
typedef struct {
  sheaf_bundle *bundle;
  sheaf_walk *walk;
  sheaf_member member;   ///< The current one,
  sheaf_bundle *source;  ///< and the bundle that it is in.
  bool entered;          ///< It is a bundle, and its members come next.
} cli_members;

/// Warns of what is wrong with the bundle itself, once its members are read.
/// True when something is.
bool cli_members_flawed(const cli_members *members);

/// Opens the bundle at `path`, which is number `number` of the command line.
int cli_members_open(cli_members *members, const char *path, int number,
                     const cli_reading *reading, sheaf_error *error);
void cli_members_close(cli_members *members);

/// Steps to the next member and enters it where it is a bundle to be opened. As
/// sheaf_walk_next().
int cli_members_next(cli_members *members, sheaf_error *error);

/// Tells in a map for JSON which member of the bundle at `path` it is.
int cli_members_describe(const cli_members *members, const char *path,
                         sheaf_value *map);

/// Sets "code" and "reason" in a map, and "hint" where there is one.
int cli_members_explain(const sheaf_error *error, sheaf_value *map);

#endif
