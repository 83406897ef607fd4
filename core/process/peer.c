#include "process/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
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
  GRACE_MS = 500,  ///< To leave by itself.
  EXIT_MS = 200,   ///< Between the end of its output and its own.
  ROOM = 64 << 10
};

#define MS             ((uint64_t)1000 * 1000)
#define LAST_WORDS_MAX ((size_t)4 << 10)
#define KEPT_CAPACITY  ((size_t)4 << 20)

struct sf_peer {
  const char *name;
  pid_t pid;
  int in, out, err;  ///< -1: closed.
  int end;           ///< Readable once the program has ended; -1: not known.
  bool ended;        ///< `status` is that of waitpid().
  int status;
  unsigned cpu_ms;  ///< Granted; 0: no limit.
  sf_buffer output;
  size_t taken;      ///< Bytes of `output` that were received.
  size_t searched;   ///< Bytes of `output` without a line end in them.
  sf_buffer unsaid;  ///< The end of its standard error.
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
  peer->in = pipes->in[1];
  peer->out = pipes->out[0];
  peer->err = pipes->err[0];
  pipes->in[1] = pipes->out[0] = pipes->err[0] = -1;
  const int ends[] = {peer->in, peer->out, peer->err};
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
    peer->end = (int)syscall(SYS_pidfd_open, peer->pid, 0);
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
  peer->in = peer->out = peer->err = peer->end = -1;
  int code = start(peer, options, error);
  if (code) {
    sf_peer_stop(peer);
    return code;
  }
  *out = peer;
  return SHEAF_OK;
}

// --- Ending ----------------------------------------------------------------

static bool has_ended(sf_peer *peer) {
  if (peer->ended || peer->pid <= 0) return true;
  pid_t got = waitpid(peer->pid, &peer->status, WNOHANG);
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
  while (!has_ended(peer)) ends_within(peer, GRACE_MS);
}

void sf_peer_stop(sf_peer *peer) {
  if (!peer) return;
  close_fd(&peer->in);
  ends_within(peer, GRACE_MS);
  kill_group(peer);
  close_fd(&peer->out);
  close_fd(&peer->err);
  close_fd(&peer->end);
  sf_buffer_clear(&peer->output);
  sf_buffer_clear(&peer->unsaid);
  free(peer);
}

// --- CPU time --------------------------------------------------------------

static uint64_t seconds_used(const sf_peer *peer) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(peer->pid, &clock) != 0 ||
      clock_gettime(clock, &used) != 0)
    return 0;
  return (uint64_t)used.tv_sec + (used.tv_nsec > 0);
}

void sf_peer_grant(sf_peer *peer, unsigned cpu_ms) {
  peer->cpu_ms = cpu_ms;
  rlim_t most = RLIM_INFINITY;
  if (cpu_ms) most = seconds_used(peer) + (cpu_ms + 999) / 1000;
  struct rlimit limit = {most, RLIM_INFINITY};
  prlimit(peer->pid, RLIMIT_CPU, &limit, NULL);
}

// --- Reading and writing ---------------------------------------------------

static void keep_last_words(sf_buffer *words) {
  if (words->size <= LAST_WORDS_MAX) return;
  size_t excess = words->size - LAST_WORDS_MAX;
  memmove(words->data, words->data + excess, LAST_WORDS_MAX);
  words->size = LAST_WORDS_MAX;
}

// Reads what is there. False when the pipe has come to its end.
static bool drain(int *fd, sf_buffer *into) {
  char *room = sf_buffer_reserve(into, ROOM);
  ssize_t got = room ? read(*fd, room, ROOM) : 0;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) {
    close_fd(fd);
    return false;
  }
  into->size += (size_t)got;
  return true;
}

static int timed_out(const sf_peer *peer, sheaf_error *error) {
  return sf_fail(error, SHEAF_ETIMEOUT, peer->name,
                 "it did not answer in time");
}

// Waits until a pipe is ready, and empties those of the program. `*writable`
// may be NULL when there is nothing to write.
static int pump(sf_peer *peer, bool *writable, uint64_t deadline,
                sheaf_error *error) {
  struct pollfd fds[] = {{peer->out, POLLIN, 0},
                         {peer->err, POLLIN, 0},
                         {writable ? peer->in : -1, POLLOUT, 0},
                         {peer->end, POLLIN, 0}};
  uint64_t now = sf_now();
  if (now >= deadline) return timed_out(peer, error);
  uint64_t wait = (deadline - now) / MS + 1;
  int ready =
      poll(fds, SF_COUNT(fds), wait > INT32_MAX ? INT32_MAX : (int)wait);
  if (ready < 0 && errno != EINTR)
    return sf_fail_errno(error, SHEAF_EINTERNAL, peer->name, "poll");
  if (ready <= 0) return SHEAF_OK;
  if (fds[0].revents) drain(&peer->out, &peer->output);
  if (fds[1].revents) drain(&peer->err, &peer->unsaid);
  keep_last_words(&peer->unsaid);
  // What it has started may keep its output open: it says nothing for it.
  if (fds[3].revents && !fds[0].revents) close_fd(&peer->out);
  if (writable) *writable = fds[2].revents != 0;
  return peer->output.failed || peer->unsaid.failed ? sf_no_memory(error)
                                                    : SHEAF_OK;
}

// Says how the program ended.
static int explain_end(sf_peer *peer, sheaf_error *error) {
  if (!ends_within(peer, EXIT_MS))
    return sf_fail(error, SHEAF_EDIED, peer->name,
                   "its program has closed its output");
  if (WIFSIGNALED(peer->status) && WTERMSIG(peer->status) == SIGXCPU)
    return sf_fail(error, SHEAF_ETIMEOUT, peer->name,
                   "reached its limit of %u ms of CPU time", peer->cpu_ms);
  if (WIFSIGNALED(peer->status))
    return sf_fail(error, SHEAF_EDIED, peer->name,
                   "its program was ended by signal %d (%s)",
                   WTERMSIG(peer->status), strsignal(WTERMSIG(peer->status)));
  return sf_fail(error, SHEAF_EDIED, peer->name,
                 "its program ended with status %d", WEXITSTATUS(peer->status));
}

int sf_peer_send(sf_peer *peer, sheaf_bytes line, uint64_t deadline,
                 sheaf_error *error) {
  while (line.size > 0) {
    bool writable = false;
    if (peer->out < 0) return explain_end(peer, error);
    int code = pump(peer, &writable, deadline, error);
    if (code) return code;
    if (!writable) continue;
    ssize_t put = send(peer->in, line.data, line.size, MSG_NOSIGNAL);
    if (put < 0 && errno == EPIPE) return explain_end(peer, error);
    if (put < 0 && errno != EAGAIN && errno != EINTR)
      return sf_fail_errno(error, SHEAF_EDIED, peer->name,
                           "its program cannot be written to");
    if (put <= 0) continue;
    line.data += put;
    line.size -= (size_t)put;
  }
  return SHEAF_OK;
}

// Finds the end of the next line. Looks at each byte once.
static const char *find_end(sf_peer *peer) {
  const char *from = peer->output.data + peer->searched;
  size_t size = peer->output.size - peer->searched;
  const char *end = size ? memchr(from, '\n', size) : NULL;
  if (!end) peer->searched = peer->output.size;
  return end;
}

static void forget_taken(sf_peer *peer) {
  sf_buffer *output = &peer->output;
  output->size -= peer->taken;
  if (output->size)
    memmove(output->data, output->data + peer->taken, output->size);
  else if (output->capacity > KEPT_CAPACITY)
    sf_buffer_clear(output);
  peer->searched -= peer->taken;
  peer->taken = 0;
}

int sf_peer_receive(sf_peer *peer, sheaf_bytes *line, uint64_t deadline,
                    sheaf_error *error) {
  const char *end = find_end(peer);
  if (!end) forget_taken(peer);
  while (!end) {
    if (peer->output.size > SF_PEER_LINE_MAX)
      return sf_fail(error, SHEAF_EDAMAGED, peer->name,
                     "it sent a line of more than %zu MiB",
                     SF_PEER_LINE_MAX >> 20);
    if (peer->out < 0) return explain_end(peer, error);
    int code = pump(peer, NULL, deadline, error);
    if (code) return code;
    end = find_end(peer);
  }
  const char *from = peer->output.data + peer->taken;
  *line = (sheaf_bytes){from, (size_t)(end - from)};
  peer->taken = peer->searched = (size_t)(end + 1 - peer->output.data);
  return SHEAF_OK;
}

void sf_peer_last_words(sf_peer *peer, sf_buffer *out) {
  while (peer->err >= 0) {
    size_t before = peer->unsaid.size;
    if (!drain(&peer->err, &peer->unsaid) || peer->unsaid.size == before) break;
    keep_last_words(&peer->unsaid);
  }
  sf_buffer_append(out, peer->unsaid.data, peer->unsaid.size);
}
