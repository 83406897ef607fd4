/// The wall: what a process that runs other people's code may still reach.
///
/// Landlock (files, TCP), seccomp (system calls), limits of resources and a
/// cleaned environment, each as far as the kernel has it. What is taken away
/// never comes back, and the children of the process are behind the same wall.
#ifndef SF_JAIL_H
#define SF_JAIL_H

#include "base/base.h"

/// What this kernel has to build a wall of.
typedef struct {
  int landlock;  ///< The version of its interface; 0: it is not there.
  bool seccomp;
} sf_jail_kernel;

sf_jail_kernel sf_jail_look(void);

/// True when all of the wall can be built: files and system calls.
bool sf_jail_whole(const sf_jail_kernel *kernel);

typedef enum {
  SF_JAIL_READ = 1,
  SF_JAIL_WRITE = 2,
  SF_JAIL_RUN = 4  ///< Start the program that lies there.
} sf_jail_access;

/// A file, or a folder with all that is in it. What is not there is no error.
typedef struct {
  char *path;
  unsigned access;  ///< Of sf_jail_access.
} sf_jail_place;

/// What is left to a process. Beyond the places it can read what every program
/// needs: the system's libraries, locales and time zones.
typedef struct {
  sf_jail_kernel kernel;  ///< No more of it is used than this.
  const sf_jail_place *places;
  size_t place_count;
  bool net;         ///< Connect to others; it never serves.
  bool fork;        ///< Have children.
  bool exec;        ///< Become another program, one of the places.
  uint64_t memory;  ///< Bytes of memory that it may write to; 0: no limit.
} sf_jail;

/// Puts this process behind the wall. Has to come before its first thread.
/// SHEAF_ESANDBOX says which part of the wall could not be built; the process
/// is not to be used then.
int sf_jail_enter(const sf_jail *jail, sheaf_error *error);

/// Forgets and overwrites the environment, but for what programs need in order
/// to work at all and the variables `names`, `count` of them.
void sf_jail_forget(const char *const *names, size_t count);

#endif
