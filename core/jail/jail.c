/// Raising the wall: the order of its parts, limits, and the environment.
#include "jail/jail.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "jail/parts.h"

/// Descriptors that a process may hold open: a leak ends in an error of the
/// one who leaks.
#define DESCRIPTORS 1024

sf_jail_kernel sf_jail_look(void) {
  return (sf_jail_kernel){sf_landlock_version(), sf_seccomp_found()};
}

bool sf_jail_whole(const sf_jail_kernel *kernel) {
  return kernel->landlock && kernel->seccomp;
}

// --- Limits ----------------------------------------------------------------

/// Lowers a limit for good; never raises one.
static int lower(int resource, rlim_t most, sheaf_error *error) {
  struct rlimit limit;
  if (getrlimit(resource, &limit))
    return sf_fail_errno(error, SHEAF_ESANDBOX, "limits", "cannot be read");
  if (limit.rlim_max > most) limit.rlim_max = most;
  if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
  if (setrlimit(resource, &limit))
    return sf_fail_errno(error, SHEAF_ESANDBOX, "limits", "cannot be set");
  return SHEAF_OK;
}

static int limit_resources(const sf_jail *jail, sheaf_error *error) {
  // No core dumps: a document in one would outlive the run.
  int code = lower(RLIMIT_CORE, 0, error);
  if (!code) code = lower(RLIMIT_NOFILE, DESCRIPTORS, error);
  if (!code && jail->memory && !SF_SANITIZED)
    code = lower(RLIMIT_DATA, jail->memory, error);
  return code;
}

// --- The environment -------------------------------------------------------

static bool begins(const char *variable, const char *prefix) {
  return strncmp(variable, prefix, strlen(prefix)) == 0;
}

/// A prefix ends in '_', a name in '='.
static bool is_common(const char *variable) {
  static const char *const common[] = {"PATH=",
                                       "HOME=",
                                       "LANG=",
                                       "LANGUAGE=",
                                       "LC_",
                                       "TZ=",
                                       "XDG_CACHE_HOME=",
                                       "LD_LIBRARY_PATH=",
                                       "SHEAF_",
                                       "NO_COLOR=",
                                       "ASAN_OPTIONS=",
                                       "LSAN_OPTIONS=",
                                       "UBSAN_OPTIONS=",
                                       "TSAN_OPTIONS="};
  for (size_t i = 0; i < SF_COUNT(common); i++)
    if (begins(variable, common[i])) return true;
  return false;
}

static bool is_named(const char *variable, const char *const *names,
                     size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t size = strlen(names[i]);
    if (!strncmp(variable, names[i], size) && variable[size] == '=')
      return true;
  }
  return false;
}

void sf_jail_forget(const char *const *names, size_t count) {
  size_t kept = 0;
  for (char **variable = environ; variable && *variable; variable++) {
    if (is_common(*variable) || is_named(*variable, names, count))
      environ[kept++] = *variable;
    else
      // Else it could still be read from memory, and in /proc/self/environ.
      explicit_bzero(*variable, strlen(*variable));
  }
  if (environ) environ[kept] = NULL;
}

// --- The whole -------------------------------------------------------------

int sf_jail_enter(const sf_jail *jail, sheaf_error *error) {
  int code = limit_resources(jail, error);
  // A program that is started must not gain rights by its set-user-ID bit.
  if (!code && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    code =
        sf_fail_errno(error, SHEAF_ESANDBOX, "no_new_privs", "cannot be set");
  if (!code && jail->kernel.landlock) code = sf_landlock_enter(jail, error);
  // The last, since it takes away what the others need.
  if (!code && jail->kernel.seccomp) code = sf_seccomp_enter(jail, error);
  return code;
}
