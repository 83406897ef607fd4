/// Files and TCP behind the wall: Landlock, by its system calls (see
/// landlock(7)), in all versions of its interface from the first on.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail/parts.h"

// What follows is the kernel's interface. Its header may be older than the
// kernel, so that it is written down here.

typedef struct {
  uint64_t files, net, scopes;
} ruleset;

typedef struct __attribute__((packed)) {
  uint64_t access;
  int32_t folder;
} path_rule;

#define CREATE_VERSION   1
#define RULE_PATH        1
#define EXECUTE          (UINT64_C(1) << 0)
#define WRITE_FILE       (UINT64_C(1) << 1)
#define READ_FILE        (UINT64_C(1) << 2)
#define READ_FOLDER      (UINT64_C(1) << 3)
#define REMOVE_FOLDER    (UINT64_C(1) << 4)
#define REMOVE_FILE      (UINT64_C(1) << 5)
#define MAKE_FOLDER      (UINT64_C(1) << 7)
#define MAKE_FILE        (UINT64_C(1) << 8)
#define MOVE             (UINT64_C(1) << 13)
#define TRUNCATE         (UINT64_C(1) << 14)
#define BIND_TCP         (UINT64_C(1) << 0)
#define CONNECT_TCP      (UINT64_C(1) << 1)
#define ABSTRACT_SOCKETS (UINT64_C(1) << 0)
#define SIGNALS          (UINT64_C(1) << 1)

/// Rights that a file has; the others are of folders.
#define OF_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE)

/// The last version that is made use of.
#define VERSION_LAST 6

int sf_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
  return version > 0 ? (int)version : 0;
}

/// What the wall takes away, as far as this version knows it.
static ruleset handled(const sf_jail *jail) {
  // Rights to files that came with the first to the fifth version: so many.
  static const unsigned char rights[] = {0, 13, 14, 15, 15, 16, 16};
  int version = jail->kernel.landlock;
  if (version > VERSION_LAST) version = VERSION_LAST;
  ruleset all = {.files = (UINT64_C(1) << rights[version]) - 1};
  if (version >= 4) all.net = jail->net ? BIND_TCP : BIND_TCP | CONNECT_TCP;
  if (version >= 6) all.scopes = ABSTRACT_SOCKETS | SIGNALS;
  return all;
}

static uint64_t rights_of(unsigned access) {
  uint64_t rights = 0;
  if (access & SF_JAIL_READ) rights |= READ_FILE | READ_FOLDER;
  if (access & SF_JAIL_WRITE)
    rights |= WRITE_FILE | TRUNCATE | MAKE_FILE | MAKE_FOLDER | REMOVE_FILE |
              REMOVE_FOLDER | MOVE;
  if (access & SF_JAIL_RUN) rights |= EXECUTE | READ_FILE;
  return rights;
}

static int open_place(int rules, const ruleset *all, const char *path,
                      unsigned access, sheaf_error *error) {
  struct stat status;
  int fd = open(path, O_PATH | O_CLOEXEC);
  // What is not there, or cannot be reached, needs no permission.
  if (fd < 0) return SHEAF_OK;
  path_rule rule = {rights_of(access) & all->files, fd};
  if (!fstat(fd, &status) && !S_ISDIR(status.st_mode)) rule.access &= OF_FILES;
  long failed = rule.access &&
                syscall(SYS_landlock_add_rule, rules, RULE_PATH, &rule, 0) != 0;
  int code = SHEAF_OK;
  if (failed) code = sf_fail_errno(error, SHEAF_ESANDBOX, path, "no rule");
  close(fd);
  return code;
}

// --- What every program needs ----------------------------------------------

typedef enum { ALWAYS, IF_NET, IF_EXEC, IF_SANITIZED } condition;

static const struct {
  const char *path;
  unsigned access;
  condition when;
} common[] = {
    {"/lib", SF_JAIL_READ, ALWAYS},
    {"/lib64", SF_JAIL_READ, ALWAYS},
    {"/usr/lib", SF_JAIL_READ, ALWAYS},
    {"/usr/lib64", SF_JAIL_READ, ALWAYS},
    {"/usr/local/lib", SF_JAIL_READ, ALWAYS},
    {"/usr/local/lib64", SF_JAIL_READ, ALWAYS},
    {"/etc/ld.so.cache", SF_JAIL_READ, ALWAYS},
    {"/etc/localtime", SF_JAIL_READ, ALWAYS},
    {"/usr/share/locale", SF_JAIL_READ, ALWAYS},
    {"/usr/share/zoneinfo", SF_JAIL_READ, ALWAYS},
    {"/usr/share/icu", SF_JAIL_READ, ALWAYS},
    {"/dev/null", SF_JAIL_READ | SF_JAIL_WRITE, ALWAYS},
    {"/dev/zero", SF_JAIL_READ, ALWAYS},
    {"/dev/random", SF_JAIL_READ, ALWAYS},
    {"/dev/urandom", SF_JAIL_READ, ALWAYS},
    {"/etc/hosts", SF_JAIL_READ, IF_NET},
    {"/etc/host.conf", SF_JAIL_READ, IF_NET},
    {"/etc/resolv.conf", SF_JAIL_READ, IF_NET},
    {"/etc/nsswitch.conf", SF_JAIL_READ, IF_NET},
    {"/etc/gai.conf", SF_JAIL_READ, IF_NET},
    {"/etc/services", SF_JAIL_READ, IF_NET},
    {"/etc/ssl/certs", SF_JAIL_READ, IF_NET},
    {"/etc/ssl/openssl.cnf", SF_JAIL_READ, ALWAYS},
    {"/usr/share/ca-certificates", SF_JAIL_READ, IF_NET},
    // The loader of shared libraries, and what programs keep for themselves.
    {"/lib64/ld-linux-x86-64.so.2", SF_JAIL_RUN, IF_EXEC},
    {"/lib/ld-linux-aarch64.so.1", SF_JAIL_RUN, IF_EXEC},
    {"/usr/share", SF_JAIL_READ, IF_EXEC},
    {"/usr/local/share", SF_JAIL_READ, IF_EXEC},
    {"/etc/fonts", SF_JAIL_READ, IF_EXEC},
    {"/proc", SF_JAIL_READ, IF_SANITIZED},
    {"/proc/self/exe", SF_JAIL_READ, IF_SANITIZED},
};

static bool holds(condition when, const sf_jail *jail) {
  switch (when) {
    case IF_NET:
      return jail->net;
    case IF_EXEC:
      return jail->exec;
    case IF_SANITIZED:
      return SF_SANITIZED;
    default:
      return true;
  }
}

static int open_places(int rules, const ruleset *all, const sf_jail *jail,
                       sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < SF_COUNT(common) && !code; i++)
    if (holds(common[i].when, jail))
      code = open_place(rules, all, common[i].path, common[i].access, error);
  for (size_t i = 0; i < jail->place_count && !code; i++)
    code = open_place(rules, all, jail->places[i].path, jail->places[i].access,
                      error);
  return code;
}

int sf_landlock_enter(const sf_jail *jail, sheaf_error *error) {
  const ruleset all = handled(jail);
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (rules < 0)
    return sf_fail_errno(error, SHEAF_ESANDBOX, "landlock", "no rules");
  int code = open_places(rules, &all, jail, error);
  if (!code && syscall(SYS_landlock_restrict_self, rules, 0))
    code = sf_fail_errno(error, SHEAF_ESANDBOX, "landlock", "not enforced");
  close(rules);
  return code;
}
