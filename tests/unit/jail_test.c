/// The wall, tried by children of this program. What the kernel lacks is told
/// and left out.
#include "jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/// Tries something; 0, or the errno of why it did not work.
typedef int (*trial)(void);

enum { NO_WALL = 200 };

static int try_passwd(void) {
  int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? errno : close(fd);
}

static int try_library(void) {
  int fd = open("/etc/ld.so.cache", O_RDONLY);
  return fd < 0 ? errno : close(fd);
}

static int try_writing(void) {
  int fd = open("/tmp/sheaf-jail-test", O_WRONLY | O_CREAT, 0600);
  if (fd < 0) return errno;
  close(fd);
  return unlink("/tmp/sheaf-jail-test") ? errno : 0;
}

static int try_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd < 0 ? errno : close(fd);
}

static int try_unix_socket(void) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return fd < 0 ? errno : close(fd);
}

static int try_pair(void) {
  int ends[2];
  return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ? errno : 0;
}

static int try_fork(void) {
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(0);
  return waitpid(child, NULL, 0) == child ? 0 : errno;
}

static int try_exec(void) {
  char *const arguments[] = {"true", NULL}, *const nothing[] = {NULL};
  execve("/bin/true", arguments, nothing);
  return errno;
}

static int try_kill(void) {
  return kill(getppid(), 0) ? errno : 0;
}

static int try_raise(void) {
  signal(SIGUSR1, SIG_IGN);
  return raise(SIGUSR1);
}

static int try_limit(void) {
  struct rlimit limit;
  return prlimit(getppid(), RLIMIT_CPU, NULL, &limit) ? errno : 0;
}

static int try_terminal(void) {
  char c = 'x';
  return ioctl(0, TIOCSTI, &c) ? errno : 0;
}

static int try_namespace(void) {
  return syscall(SYS_unshare, 0x10000000) ? errno : 0;
}

static int try_mode(void) {
  return fchmodat(AT_FDCWD, "/tmp", 01777, 0) ? errno : 0;
}

static int try_core(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_CORE, &limit) || limit.rlim_max ? E2BIG : 0;
}

/// The errno of a trial in a child behind that wall.
static int behind(const sf_jail *jail, trial attempt) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    sheaf_error error = {0};
    if (!sf_jail_enter(jail, &error)) _exit(attempt());
    fprintf(stderr, "%s: %s\n", error.what, error.why);
    _exit(NO_WALL);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static bool lacks(bool landlock, bool seccomp) {
  sf_jail_kernel kernel = sf_jail_look();
  bool lacking = (landlock && !kernel.landlock) || (seccomp && !kernel.seccomp);
  if (lacking) print_message("skipped: the kernel has no such wall\n");
  return lacking;
}

// --- Tests -----------------------------------------------------------------

static void hides_files(void **state) {
  (void)state;
  if (lacks(true, false)) return;
  int newest = sf_jail_look().landlock;
  for (int version = 1; version <= newest; version++) {
    sf_jail jail = {.kernel = {version, false}};
    assert_int_equal(behind(&jail, try_passwd), EACCES);
    assert_int_equal(behind(&jail, try_writing), EACCES);
    assert_int_equal(behind(&jail, try_library), 0);
    assert_int_equal(behind(&jail, try_core), 0);
  }
}

static void opens_places(void **state) {
  (void)state;
  if (lacks(true, false)) return;
  char passwd[] = "/etc/passwd", folder[] = "/tmp", missing[] = "/no/such";
  const sf_jail_place places[] = {
      {passwd, SF_JAIL_READ}, {missing, SF_JAIL_READ}, {folder, SF_JAIL_WRITE}};
  int newest = sf_jail_look().landlock;
  for (int version = 1; version <= newest; version++) {
    sf_jail jail = {
        .kernel = {version, false}, .places = places, .place_count = 3};
    assert_int_equal(behind(&jail, try_passwd), 0);
    assert_int_equal(behind(&jail, try_writing), 0);
  }
}

static void refuses_calls(void **state) {
  (void)state;
  static const trial refused[] = {try_socket,   try_unix_socket, try_fork,
                                  try_exec,     try_kill,        try_limit,
                                  try_terminal, try_namespace,   try_mode};
  if (lacks(false, true)) return;
  const sf_jail jail = {.kernel = {0, true}};
  for (size_t i = 0; i < SF_COUNT(refused); i++)
    assert_int_equal(behind(&jail, refused[i]), EPERM);
  assert_int_equal(behind(&jail, try_pair), 0);
  assert_int_equal(behind(&jail, try_raise), 0);
  assert_int_equal(behind(&jail, try_passwd), 0);
}

static void lets_through_what_is_granted(void **state) {
  (void)state;
  if (lacks(false, true)) return;
  const sf_jail net = {.kernel = {0, true}, .net = true};
  assert_int_equal(behind(&net, try_socket), 0);
  assert_int_equal(behind(&net, try_unix_socket), EPERM);
  assert_int_equal(behind(&net, try_fork), EPERM);
  const sf_jail forks = {.kernel = {0, true}, .fork = true};
  assert_int_equal(behind(&forks, try_fork), 0);
  assert_int_equal(behind(&forks, try_exec), EPERM);
  const sf_jail execs = {.kernel = {0, true}, .exec = true};
  assert_int_equal(behind(&execs, try_exec), 0);
  assert_int_equal(behind(&execs, try_socket), EPERM);
}

static void runs_granted_programs_only(void **state) {
  (void)state;
  if (lacks(true, true)) return;
  char program[] = "/bin/true";
  const sf_jail_place place = {program, SF_JAIL_RUN};
  sf_jail jail = {.kernel = sf_jail_look(), .exec = true};
  assert_int_equal(behind(&jail, try_exec), EACCES);
  jail.places = &place;
  jail.place_count = 1;
  assert_int_equal(behind(&jail, try_exec), 0);
}

static void is_nested(void **state) {
  (void)state;
  if (lacks(true, true)) return;
  const sf_jail outer = {.kernel = sf_jail_look(), .exec = true};
  pid_t child = fork();
  if (child == 0) {
    char passwd[] = "/etc/passwd";
    const sf_jail_place place = {passwd, SF_JAIL_READ};
    const sf_jail inner = {.kernel = outer.kernel,
                           .places = &place,
                           .place_count = 1,
                           .net = true};
    bool entered = !sf_jail_enter(&outer, NULL) && !sf_jail_enter(&inner, NULL);
    _exit(entered && try_passwd() == EACCES && try_socket() == EPERM ? 0 : 1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

static void forgets_the_environment(void **state) {
  (void)state;
  static const char *const names[] = {"SECRET_GRANTED"};
  setenv("SECRET_GRANTED", "1", 1);
  setenv("SECRET_GRANTED_NOT", "2", 1);
  setenv("LC_TEST", "3", 1);
  const char *hidden = getenv("SECRET_GRANTED_NOT");
  sf_jail_forget(names, 1);
  assert_string_equal(getenv("SECRET_GRANTED"), "1");
  assert_string_equal(getenv("LC_TEST"), "3");
  assert_null(getenv("SECRET_GRANTED_NOT"));
  assert_string_equal(hidden, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"jail: files are hidden, in each version of Landlock", hides_files, NULL,
       NULL, NULL},
      {"jail: places are open, in each version of Landlock", opens_places, NULL,
       NULL, NULL},
      {"jail: system calls are refused", refuses_calls, NULL, NULL, NULL},
      {"jail: what is granted is let through", lets_through_what_is_granted,
       NULL, NULL, NULL},
      {"jail: only granted programs run", runs_granted_programs_only, NULL,
       NULL, NULL},
      {"jail: a wall within a wall opens nothing", is_nested, NULL, NULL, NULL},
      {"jail: the environment is forgotten", forgets_the_environment, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
