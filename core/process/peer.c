#include "process/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loop/loop.h"

enum {
  EXIT_MS = 200,  ///< Between the end of its output and its own.
  GRANT_MS = 50   ///< For so long CPU time is not granted anew.
};

#define MS ((uint64_t)1000 * 1000)

struct sf_peer {
  const char *name;
  pid_t pid;
  bool ended;  ///< What follows is what wait4() says:
  int status;
  uint64_t memory;   ///< bytes that it had at most.
  unsigned cpu_ms;   ///< Granted; 0: no limit.
  uint64_t granted;  ///< When.
  sf_pipes pipes;
};

// --- Starting --------------------------------------------------------------

typedef struct {
  int in[2], out[2], err[2], report[2];
} pipe_set;

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void close_pipes(pipe_set *pipes) {
  int *const all[] = {pipes->in, pipes->out, pipes->err, pipes->report};
  for (size_t i = 0; i < SF_COUNT(all); i++) {
    close_fd(&all[i][0]);
    close_fd(&all[i][1]);
  }
}

static int open_pipes(pipe_set *pipes) {
  *pipes = (pipe_set){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
  // A socket can be written to without fear of SIGPIPE.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes->in) ||
      pipe2(pipes->out, O_CLOEXEC) || pipe2(pipes->err, O_CLOEXEC) ||
      pipe2(pipes->report, O_CLOEXEC))
    return -1;
  return 0;
}

static void limit_memory(size_t limit) {
  struct rlimit data = {limit, limit}, core = {0, 0};
  if (limit) setrlimit(RLIMIT_DATA, &data);
  setrlimit(RLIMIT_CORE, &core);
}

// In the new process, between fork() and exec(): async-signal-safe calls only.
static _Noreturn void become(const sf_peer_options *options,
                             const pipe_set *pipes, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool ready = getppid() == parent && dup2(pipes->in[0], 0) >= 0 &&
               dup2(pipes->out[1], 1) >= 0 && dup2(pipes->err[1], 2) >= 0 &&
               chdir(options->folder) == 0;
  limit_memory(options->memory_limit);
  if (ready && !sf_jail_enter(options->jail, NULL))
    execvpe(options->arguments[0], (char *const *)options->arguments,
            (char *const *)options->environment);
  int reason = errno;
  ssize_t told = write(pipes->report[1], &reason, sizeof reason);
  _exit(told == sizeof reason ? 127 : 126);
}

// Waits until the program runs; otherwise returns the errno of why it does not.
static int wait_for_start(pipe_set *pipes) {
  int reason = 0;
  ssize_t got;
  close_fd(&pipes->report[1]);
  do got = read(pipes->report[0], &reason, sizeof reason);
  while (got < 0 && errno == EINTR);
  return got == sizeof reason ? reason : 0;
}

static void keep_ends(sf_peer *peer, pipe_set *pipes) {
  peer->pipes.in = pipes->in[1];
  peer->pipes.out = pipes->out[0];
  peer->pipes.err = pipes->err[0];
  pipes->in[1] = pipes->out[0] = pipes->err[0] = -1;
  const int ends[] = {peer->pipes.in, peer->pipes.out, peer->pipes.err};
  for (size_t i = 0; i < SF_COUNT(ends); i++)
    fcntl(ends[i], F_SETFL, O_NONBLOCK);
}

static int start(sf_peer *peer, const sf_peer_options *options,
                 sheaf_error *error) {
  pipe_set pipes;
  int reason = open_pipes(&pipes) ? errno : 0;
  pid_t parent = getpid();
  if (!reason) {
    peer->pid = fork();
    if (peer->pid == 0) become(options, &pipes, parent);
    if (peer->pid < 0) reason = errno;
  }
  if (!reason) {
    reason = wait_for_start(&pipes);
    keep_ends(peer, &pipes);
    peer->pipes.end = (int)syscall(SYS_pidfd_open, peer->pid, 0);
  }
  close_pipes(&pipes);
  if (!reason) return SHEAF_OK;
  errno = reason;
  sf_fail(error, SHEAF_ELOAD, options->name, "'%s' cannot be started: %s",
          options->arguments[0], strerror(reason));
  if (error && reason == ENOENT)
    sf_hint(error, "is it installed, and named by \"command\" or \"main\"?");
  if (error && reason == EACCES)
    sf_hint(error,
            "make it executable, or name its interpreter in "
            "\"command\"");
  return SHEAF_ELOAD;
}

int sf_peer_start(sf_peer **out, const sf_peer_options *options,
                  sheaf_error *error) {
  sf_peer *peer = calloc(1, sizeof *peer);
  if (!peer) return sf_no_memory(error);
  peer->name = options->name;
  peer->pipes = SF_PIPES_CLOSED;
  int code = start(peer, options, error);
  if (code) {
    sf_peer_stop(peer, 0);
    return code;
  }
  *out = peer;
  return SHEAF_OK;
}

// --- Ending ----------------------------------------------------------------

static bool has_ended(sf_peer *peer) {
  if (peer->ended || peer->pid <= 0) return true;
  struct rusage used = {0};
  pid_t got = wait4(peer->pid, &peer->status, WNOHANG, &used);
  if (got == peer->pid) peer->memory = (uint64_t)used.ru_maxrss * 1024;
  peer->ended = got == peer->pid || (got < 0 && errno != EINTR);
  return peer->ended;
}

static bool ends_within(sf_peer *peer, unsigned ms) {
  const struct timespec pause = {0, 5 * 1000 * 1000};
  uint64_t deadline = sf_now() + ms * MS;
  while (!has_ended(peer) && sf_now() < deadline) nanosleep(&pause, NULL);
  return peer->ended;
}

// The group may outlive its leader: a program may have started others.
static void kill_group(sf_peer *peer) {
  if (peer->pid <= 0) return;
  kill(-peer->pid, SIGKILL);
  while (!has_ended(peer)) ends_within(peer, EXIT_MS);
}

uint64_t sf_peer_stop(sf_peer *peer, unsigned grace_ms) {
  if (!peer) return 0;
  sf_pipes_hang_up(&peer->pipes);
  ends_within(peer, grace_ms);
  kill_group(peer);
  sf_pipes_close(&peer->pipes);
  uint64_t memory = peer->memory;
  free(peer);
  return memory;
}

// --- CPU time --------------------------------------------------------------

static uint64_t ms_used(const sf_peer *peer) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(peer->pid, &clock) != 0 ||
      clock_gettime(clock, &used) != 0)
    return 0;
  return (uint64_t)used.tv_sec * 1000 + (uint64_t)used.tv_nsec / MS + 1;
}

void sf_peer_grant(sf_peer *peer, unsigned cpu_ms) {
  uint64_t now = sf_now();
  if (peer->granted && now - peer->granted < GRANT_MS * MS) return;
  peer->granted = now;
  peer->cpu_ms = cpu_ms;
  rlim_t most = RLIM_INFINITY;
  if (cpu_ms) most = (ms_used(peer) + cpu_ms + GRANT_MS + 999) / 1000;
  struct rlimit limit = {most, RLIM_INFINITY};
  prlimit(peer->pid, RLIMIT_CPU, &limit, NULL);
}

// --- Lines -----------------------------------------------------------------

// Says how the program ended.
static int explain_end(sf_peer *peer, sheaf_error *error) {
  if (!ends_within(peer, EXIT_MS))
    return sf_fail(error, SHEAF_EDIED, peer->name,
                   "its program has closed its %s",
                   peer->pipes.broken ? "input" : "output");
  if (WIFSIGNALED(peer->status) && WTERMSIG(peer->status) == SIGXCPU) {
    sf_fail(error, SHEAF_ETIMEOUT, peer->name,
            "reached its limit of %u ms of CPU time", peer->cpu_ms);
    return sf_hint(error, "raise it: --limits %s:cpu_ms=…", peer->name);
  }
  if (WIFSIGNALED(peer->status))
    return sf_fail(error, SHEAF_EDIED, peer->name,
                   "its program was ended by signal %d (%s)",
                   WTERMSIG(peer->status), strsignal(WTERMSIG(peer->status)));
  return sf_fail(error, SHEAF_EDIED, peer->name,
                 "its program ended with status %d", WEXITSTATUS(peer->status));
}

int sf_peer_kill(sf_peer *peer, sheaf_error *error) {
  kill_group(peer);
  return explain_end(peer, error);
}

sf_pipes *sf_peer_pipes(sf_peer *peer) {
  return &peer->pipes;
}

int sf_peer_line(sf_peer *peer, sheaf_bytes *line, sheaf_error *error) {
  sf_pipes *pipes = &peer->pipes;
  if (sf_pipes_line(pipes, line)) return SHEAF_OK;
  if (!sf_pipes_over(pipes)) return SHEAF_END;
  if (pipes->output.failed || pipes->unsent.failed) return sf_no_memory(error);
  if (pipes->output.size <= SF_PIPES_LINE_MAX) return explain_end(peer, error);
  return sf_fail(error, SHEAF_EDAMAGED, peer->name,
                 "it sent a line of more than %zu MiB",
                 SF_PIPES_LINE_MAX >> 20);
}
