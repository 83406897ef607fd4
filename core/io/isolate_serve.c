/// The process in which libarchive reads an archive: it sees no file but what
/// it is given piece by piece, has hardly any rights, and ends when it gets
/// nowhere.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "io/isolate.h"
#include "jail/jail.h"

/// A signal's handler has to know it.
#define SOCKET 3

/// Nanoseconds; those of processor time after which the limits are looked at.
#define SECOND INT64_C(1000000000)
#define TICK   (SECOND / 100)

/// An entry is as good as so many bytes.
#define AN_ENTRY UINT64_C(256)

/// The memory that it may take, and for each byte of the file: a dictionary has
/// no more in it than the file unpacks to.
#define MEMORY        (INT64_C(80) << 20)
#define MEMORY_A_BYTE 64

/// What a signal's handler looks at.
typedef struct {
  _Atomic int64_t deadline;  ///< In processor time.
  _Atomic int64_t memory;    ///< The most bytes.
} limits;

typedef struct {
  sf_archive *archive;
  sf_file *file;
  uint64_t size;  ///< Of the file.
  uint64_t read;  ///< Bytes of it, some of them again and again.
  int64_t time;   ///< That it may stall, in ns of processor time.
  limits limits;
  char piece[SF_ISOLATE_PIECE];
} server;

// --- Messages --------------------------------------------------------------

bool sf_isolate_send(int socket, const void *head, size_t head_size,
                     sheaf_bytes bytes) {
  struct iovec parts[] = {{(void *)head, head_size},
                          {(void *)bytes.data, bytes.size}};
  const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  ssize_t sent;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

bool sf_isolate_receive(int socket, void *head, size_t head_size, char *piece,
                        size_t *size) {
  struct iovec parts[] = {{head, head_size}, {piece, SF_ISOLATE_PIECE}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  ssize_t got;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < (ssize_t)head_size || message.msg_flags & MSG_TRUNC) return false;
  *size = (size_t)got - head_size;
  return true;
}

// --- Getting on ------------------------------------------------------------

// Processor time, so that no busy machine and no slow disk counts as a stall.
static int64_t time_used(void) {
  struct timespec used;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)) return 0;
  return (int64_t)used.tv_sec * SECOND + used.tv_nsec;
}

static int64_t memory_used(void) {
  struct rusage used;
  return getrusage(RUSAGE_SELF, &used) ? 0 : (int64_t)used.ru_maxrss << 10;
}

static int64_t memory_for(uint64_t file_size) {
  if (file_size > INT64_MAX / 2 / MEMORY_A_BYTE) return INT64_MAX / 2;
  return MEMORY + (int64_t)file_size * MEMORY_A_BYTE;
}

static void on_tick(int signal, siginfo_t *info, void *context) {
  const limits *set = info->si_value.sival_ptr;
  sf_isolate_reply reply = {.what = SF_ISOLATE_STALLED};
  (void)signal;
  (void)context;
  if (memory_used() > set->memory)
    reply.what = SF_ISOLATE_SWOLLEN;
  else if (time_used() <= set->deadline)
    return;
  (void)!send(SOCKET, &reply, sizeof reply, MSG_NOSIGNAL);
  _exit(1);
}

static bool start_ticking(limits *set) {
  const struct sigaction action = {.sa_sigaction = on_tick,
                                   .sa_flags = SA_SIGINFO | SA_RESTART};
  const struct itimerspec ticks = {{0, TICK}, {0, TICK}};
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                           .sigev_signo = SIGPROF,
                           .sigev_value.sival_ptr = set};
  timer_t timer;
  set->deadline = set->memory = INT64_MAX;
  return !sigaction(SIGPROF, &action, NULL) &&
         !timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) &&
         !timer_settime(timer, 0, &ticks, NULL);
}

int64_t sf_isolate_deadline(int64_t deadline, int64_t now, int64_t time,
                            uint64_t bytes) {
  double gained = (double)time * (double)bytes / SF_ISOLATE_REGAIN;
  int64_t most = now + time;
  return gained < (double)(most - deadline) ? deadline + (int64_t)gained : most;
}

static void get_on(server *self, uint64_t bytes) {
  self->limits.deadline = sf_isolate_deadline(self->limits.deadline,
                                              time_used(), self->time, bytes);
}

// --- The file --------------------------------------------------------------

// To read on is to get on, but whoever has read as much as there is may go
// round in circles.
static int read_file(void *context, uint64_t offset, char *out, size_t size,
                     size_t *got, sheaf_error *error) {
  server *self = context;
  if (size > SF_ISOLATE_PIECE) size = SF_ISOLATE_PIECE;
  const sf_isolate_reply want = {
      .what = SF_ISOLATE_WANT, .from = offset, .size = size};
  sf_isolate_request answer;
  if (!sf_isolate_send(SOCKET, &want, sizeof want, (sheaf_bytes){"", 0}) ||
      !sf_isolate_receive(SOCKET, &answer, sizeof answer, self->piece, got))
    _exit(0);
  if (answer.code || *got == 0 || *got > size)
    return sf_fail(error, answer.code ? answer.code : SHEAF_EREAD, NULL,
                   "cannot be read");
  memcpy(out, self->piece, *got);
  self->read += *got;
  if (self->read <= self->size) get_on(self, *got);
  return SHEAF_OK;
}

// --- Requests --------------------------------------------------------------

static int open_archive(server *self, const sf_isolate_request *request,
                        sheaf_bytes name, sheaf_error *error) {
  static const sf_file_source source = {.read = read_file};
  char *path = sf_strndup(name.data, name.size);
  if (!path) return sf_no_memory(error);
  self->size = request->size;
  self->time = request->time;
  self->limits.deadline = time_used() + self->time;
  self->limits.memory = memory_used() + memory_for(self->size);
  int code =
      sf_file_virtual(&self->file, path, self->size, 0, &source, self, error);
  if (!code)
    code = sf_archive_open(&self->archive, self->file, request->kind, error);
  free(path);
  return code;
}

static int step(server *self, sf_isolate_reply *reply, sheaf_bytes *name) {
  int code = sf_archive_next(self->archive, &reply->entry, &reply->error);
  *name = reply->entry.name;
  if (name->size > SF_ISOLATE_PIECE) name->size = SF_ISOLATE_PIECE;
  reply->offset = sf_archive_offset(self->archive);
  if (!code) get_on(self, AN_ENTRY);
  return code;
}

static int unpack(server *self, char content[SF_ISOLATE_PIECE], size_t *size,
                  sheaf_error *error) {
  int code =
      sf_archive_read(self->archive, content, SF_ISOLATE_PIECE, size, error);
  get_on(self, *size);
  return code;
}

static void answer(server *self, const sf_isolate_request *request,
                   size_t size) {
  static char content[SF_ISOLATE_PIECE];
  sf_isolate_reply reply = {.what = SF_ISOLATE_DONE};
  sheaf_bytes bytes = {content, 0};
  if (request->what == SF_ISOLATE_OPEN && !self->archive)
    reply.code = open_archive(self, request, (sheaf_bytes){self->piece, size},
                              &reply.error);
  else if (request->what == SF_ISOLATE_NEXT && self->archive)
    reply.code = step(self, &reply, &bytes);
  else if (request->what == SF_ISOLATE_READ && self->archive)
    reply.code = unpack(self, content, &bytes.size, &reply.error);
  else
    _exit(1);
  if (!sf_isolate_send(SOCKET, &reply, sizeof reply, bytes)) _exit(0);
}

// --- The process -----------------------------------------------------------

// Nothing that the library prints goes anywhere, and no pipe stays open because
// of this process.
static bool let_go(int socket) {
  if (socket != SOCKET && dup2(socket, SOCKET) < 0) return false;
  syscall(SYS_close_range, SOCKET + 1U, ~0U, 0U);
  int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < SOCKET; fd++)
    if (nothing != fd && dup2(nothing, fd) < 0) return false;
  return nothing <= SOCKET || close(nothing) == 0;
}

// The one who asks decides what a signal of the terminal means.
static void arrange_signals(void) {
  static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
  sigset_t none;
  for (size_t i = 0; i < SF_COUNT(ignored); i++) signal(ignored[i], SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

void sf_isolate_serve(int socket) {
  static server self;
  sf_isolate_request request;
  size_t size;
  if (!let_go(socket)) _exit(1);
  prctl(PR_SET_NAME, "sheaf-archive");
  arrange_signals();
  if (!start_ticking(&self.limits)) _exit(1);
  // As far as the kernel has it: the caller trusts this process no more than
  // its file in any case.
  const sf_jail jail = {.kernel = sf_jail_look()};
  sf_jail_enter(&jail, NULL);
  while (
      sf_isolate_receive(SOCKET, &request, sizeof request, self.piece, &size))
    answer(&self, &request, size);
  _exit(0);
}
