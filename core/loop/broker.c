/// The broker: a process that starts programs for another one, which lives
/// behind a wall that lets it have no children.
///
/// A request is one packet: the program's path and the words of its command,
/// each ended by a NUL, with four descriptors: the program's standard input,
/// output and errors, and a pipe to which its end is reported. When nobody
/// listens to that pipe any more the program is killed, with all that it has
/// started. The broker ends with its owner.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/broker.h"

#define RUNNING_MAX    128
#define STATUS_UNFOUND 127
#define REQUESTS_FD    3

typedef struct {
  pid_t pid;
  int report;
} running_program;

typedef struct {
  int requests;
  int deaths;  ///< A signalfd for SIGCHLD.
  running_program running[RUNNING_MAX];
  size_t count;
} server;

// --- Starting --------------------------------------------------------------

static void become(const char *program, char *const *words, const int fds[3]) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The numbers that are passed are above these three.
  for (int i = 0; i < 3; i++) dup2(fds[i], i);
  syscall(SYS_close_range, 3U, ~0U, 0U);
  execve(program, words, environ);
  fprintf(stderr, "%s: %s\n", program, strerror(errno));
  _exit(STATUS_UNFOUND);
}

static void report(int fd, int status, int signal) {
  const int32_t ending[2] = {status, signal};
  // Nobody may be listening any more.
  (void)!write(fd, ending, sizeof ending);
  close(fd);
}

static void start(server *self, char **words, const int fds[SF_BROKER_FDS]) {
  // Without the handlers of libuv, which opens its own descriptors anew.
  pid_t pid = self->count < RUNNING_MAX ? _Fork() : -1;
  if (pid == 0) become(words[0], words + 1, fds);
  for (int i = 0; i < 3; i++) close(fds[i]);
  if (pid < 0) {
    report(fds[3], STATUS_UNFOUND, 0);
    return;
  }
  setpgid(pid, pid);
  self->running[self->count++] = (running_program){pid, fds[3]};
}

// --- Requests --------------------------------------------------------------

/// Splits the packet at its NULs. False for what is no request.
static bool split(char *packet, size_t size, char **words) {
  size_t count = 0;
  if (size < 4 || packet[size - 1]) return false;
  for (size_t at = 0; at < size; at += strlen(packet + at) + 1) {
    if (count == SF_BROKER_WORDS) return false;
    words[count++] = packet + at;
  }
  words[count] = NULL;
  return count >= 2;
}

/// Receives a request. False when the owner has gone.
static bool take_request(server *self) {
  static char packet[SF_BROKER_PACKET];
  static char *words[SF_BROKER_WORDS + 1];
  int fds[SF_BROKER_FDS];
  size_t size = sf_message_receive(self->requests, packet, sizeof packet, fds,
                                   SF_BROKER_FDS);
  if (!split(packet, size, words)) return false;
  start(self, words, fds);
  return true;
}

// --- Ends ------------------------------------------------------------------

/// A program has ended: what it has started ends with it.
static void note_end(server *self, pid_t pid, int status) {
  for (size_t i = 0; i < self->count; i++) {
    if (self->running[i].pid != pid) continue;
    kill(-pid, SIGKILL);
    report(self->running[i].report, WIFEXITED(status) ? WEXITSTATUS(status) : 0,
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    self->running[i] = self->running[--self->count];
    return;
  }
}

static void take_deaths(server *self) {
  struct signalfd_siginfo ignored;
  int status;
  pid_t pid;
  (void)!read(self->deaths, &ignored, sizeof ignored);
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) note_end(self, pid, status);
}

static void kill_all(const server *self) {
  for (size_t i = 0; i < self->count; i++) kill(-self->running[i].pid, SIGKILL);
}

// --- The process -----------------------------------------------------------

static bool watch_deaths(server *self) {
  sigset_t deaths;
  sigemptyset(&deaths);
  sigaddset(&deaths, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &deaths, NULL)) return false;
  self->deaths = signalfd(-1, &deaths, SFD_NONBLOCK | SFD_CLOEXEC);
  return self->deaths >= 0;
}

/// Serves one round. False when the owner has gone.
static bool serve(server *self) {
  struct pollfd watched[2 + RUNNING_MAX];
  size_t count = self->count;
  watched[0] = (struct pollfd){self->requests, POLLIN, 0};
  watched[1] = (struct pollfd){self->deaths, POLLIN, 0};
  for (size_t i = 0; i < count; i++)
    watched[2 + i] = (struct pollfd){self->running[i].report, 0, 0};
  if (poll(watched, 2 + count, -1) < 0) return errno == EINTR;
  for (size_t i = 0; i < count; i++)
    if (watched[2 + i].revents & POLLERR) kill(-self->running[i].pid, SIGKILL);
  if (watched[1].revents) take_deaths(self);
  return !watched[0].revents || take_request(self);
}

static void run(int requests, int (*enter)(void *context), void *context) {
  static server self;
  // What its owner has open is not its own: a pipe ends when all have let go.
  self.requests = dup2(requests, REQUESTS_FD);
  syscall(SYS_close_range, REQUESTS_FD + 1U, ~0U, 0U);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "sheaf-broker");
  if (!watch_deaths(&self) || (enter && enter(context))) _exit(1);
  while (serve(&self)) continue;
  kill_all(&self);
  _exit(0);
}

int sf_broker_start(sf_broker *out, int (*enter)(void *context), void *context,
                    sheaf_error *error) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
    return sf_fail_errno(error, SHEAF_EINTERNAL, "broker", "no socket");
  pid_t pid = _Fork();
  if (pid == 0) {
    close(ends[0]);
    run(ends[1], enter, context);
  }
  close(ends[1]);
  if (pid > 0) {
    *out = (sf_broker){pid, ends[0]};
    return SHEAF_OK;
  }
  int code = sf_fail_errno(error, SHEAF_EINTERNAL, "broker", "not started");
  close(ends[0]);
  return code;
}

void sf_broker_stop(const sf_broker *broker) {
  if (!broker->pid) return;
  close(broker->requests);
  while (waitpid(broker->pid, NULL, 0) < 0 && errno == EINTR) continue;
}
