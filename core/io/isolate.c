/// Archives that libarchive reads in a process of its own, so that it costs no
/// more than the entry at hand when it crashes or does not come to an end.
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/isolate.h"

#define SECOND INT64_C(1000000000)
#define STALLS 4  // With one set of conditions; then it is not started again.

struct sf_isolate {
  sf_file *file;      ///< Borrowed.
  sf_archive *local;  ///< Where the library reads in this process; or else
  int socket;         ///< where it is asked.
  sf_isolation *how;  ///< Borrowed.
  int64_t time;       ///< That it may stall, in ns.
  pid_t pid;          ///< A child of this process; 0: it is another's.
  bool dead;
  sf_isolate_reply reply;
  size_t at, size;  ///< What is left of the entry's data, and of the buffer.
  char piece[SF_ISOLATE_PIECE];
  char wanted[SF_ISOLATE_PIECE];
};

// --- Starting --------------------------------------------------------------

static bool start_child(sf_isolate *from, int ends[2]) {
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    sf_isolate_serve(ends[1]);
  }
  close(ends[1]);
  if (pid < 0) return false;
  from->pid = pid;
  return true;
}

// False where there can be no such process.
static bool start(sf_isolate *from, const sf_isolation *how) {
  int ends[2];
  if (!how->stall ||
      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
    return false;
  bool started;
  if (how->helper) {
    started = sf_message_send(how->helper, sf_bytes("+"), &ends[1], 1);
    close(ends[1]);
  } else {
    started = start_child(from, ends);
  }
  if (started)
    from->socket = ends[0];
  else
    close(ends[0]);
  return started;
}

// --- Asking ----------------------------------------------------------------

static int fail_stalled(sf_isolate *from, sheaf_error *error) {
  from->how->stalls++;
  sf_fail(error, SHEAF_ETIMEOUT, sf_file_path(from->file),
          "libarchive, which reads it, got nowhere for too long");
  return sf_hint(error, "--max-stall %" PRIu64 " gives it ten times as long",
                 UINT64_C(10) * from->how->stall);
}

static int fail_swollen(sf_isolate *from, sheaf_error *error) {
  from->how->stalls++;
  sf_fail(error, SHEAF_ELIMIT, sf_file_path(from->file),
          "libarchive, which reads it, took memory out of all proportion to "
          "its size");
  return sf_hint(error, "--max-stall 0 reads it without such a limit");
}

static int fail_crashed(const sf_isolate *from, sheaf_error *error) {
  const char *path = sf_file_path(from->file);
  sf_fail(error, SHEAF_EDAMAGED, path, "libarchive, which reads it, crashed");
  return sf_hint(error,
                 "a newer libarchive may read it, or the program that "
                 "made it unpack it");
}

// `last` is what it said last; NULL: it said nothing any more.
static int fail_dead(sf_isolate *from, const sf_isolate_reply *last,
                     sheaf_error *error) {
  from->dead = true;
  if (last && last->what == SF_ISOLATE_STALLED)
    return fail_stalled(from, error);
  if (last && last->what == SF_ISOLATE_SWOLLEN)
    return fail_swollen(from, error);
  return fail_crashed(from, error);
}

static int fail_asked(sf_isolate_reply *reply, const sheaf_error *failure,
                      sheaf_error *error) {
  sheaf_error *told = &reply->error;
  // Whatever came, these are texts.
  told->what[sizeof told->what - 1] = told->why[sizeof told->why - 1] =
      told->hint[sizeof told->hint - 1] = '\0';
  told->code = reply->code;
  *error = failure->code ? *failure : *told;
  return error->code;
}

// Sends what is wanted of the file. An error there is remembered, since the
// other side would tell it less well.
static bool give_bytes(sf_isolate *from, sheaf_error *failure) {
  const sf_isolate_reply *want = &from->reply;
  sf_isolate_request given = {.what = SF_ISOLATE_BYTES};
  sheaf_bytes bytes = {from->wanted, want->size};
  if (want->size > sizeof from->wanted) return false;
  given.code =
      sf_file_read(from->file, want->from, from->wanted, want->size, failure);
  if (given.code) bytes.size = 0;
  return sf_isolate_send(from->socket, &given, sizeof given, bytes);
}

static int ask(sf_isolate *from, const sf_isolate_request *request,
               sheaf_bytes bytes, sheaf_error *error) {
  sf_isolate_reply *reply = &from->reply;
  sheaf_error failure = {0};
  from->at = from->size = 0;
  bool heard = !from->dead &&
               sf_isolate_send(from->socket, request, sizeof *request, bytes);
  while (heard) {
    heard = sf_isolate_receive(from->socket, reply, sizeof *reply, from->piece,
                               &from->size);
    if (!heard || reply->what != SF_ISOLATE_WANT) break;
    heard = give_bytes(from, &failure);
  }
  if (!heard || reply->what != SF_ISOLATE_DONE)
    return fail_dead(from, heard ? reply : NULL, error);
  return reply->code < 0 ? fail_asked(reply, &failure, error) : reply->code;
}

// --- What is asked ---------------------------------------------------------

static int open_isolate(sf_isolate *from, sf_archive_kind kind,
                        sheaf_error *error) {
  const char *path = sf_file_path(from->file);
  if (from->how->stalls >= STALLS)
    return sf_fail(error, SHEAF_ETIMEOUT, path,
                   "libarchive, which reads it, stalled %d times before: it "
                   "is not tried again",
                   STALLS);
  if (!start(from, from->how))
    return sf_archive_open(&from->local, from->file, kind, error);
  const sf_isolate_request request = {.what = SF_ISOLATE_OPEN,
                                      .kind = kind,
                                      .time = from->time,
                                      .size = sf_file_size(from->file)};
  return ask(from, &request, sf_bytes(path), error);
}

int sf_isolate_open(sf_isolate **out, sf_file *file, sf_archive_kind kind,
                    sf_isolation *how, sheaf_error *error) {
  sf_isolate *from = calloc(1, sizeof *from);
  if (!from) return sf_no_memory(error);
  from->file = file;
  from->socket = -1;
  from->how = how;
  from->time = (int64_t)how->stall * SECOND >> (how->stalls + 1);
  int code = open_isolate(from, kind, error);
  if (code) {
    sf_isolate_close(from);
    return code;
  }
  *out = from;
  return SHEAF_OK;
}

void sf_isolate_close(sf_isolate *archive) {
  if (!archive) return;
  sf_archive_close(archive->local);
  if (archive->socket >= 0) close(archive->socket);
  if (archive->pid) {
    // It may be far from asking for more.
    kill(archive->pid, SIGKILL);
    while (waitpid(archive->pid, NULL, 0) < 0 && errno == EINTR) continue;
  }
  free(archive);
}

bool sf_isolate_dead(const sf_isolate *archive) {
  return !archive || archive->dead;
}

int sf_isolate_next(sf_isolate *archive, sf_archive_entry *entry,
                    uint64_t *offset, sheaf_error *error) {
  static const sf_isolate_request request = {.what = SF_ISOLATE_NEXT};
  if (archive->local) {
    int code = sf_archive_next(archive->local, entry, error);
    *offset = sf_archive_offset(archive->local);
    return code;
  }
  archive->reply = (sf_isolate_reply){.what = SF_ISOLATE_DONE};
  int code = ask(archive, &request, (sheaf_bytes){"", 0}, error);
  *entry = archive->reply.entry;
  *offset = archive->reply.offset;
  entry->name = (sheaf_bytes){archive->piece, archive->size};
  // What was in the name's place when it died is of something else.
  if (archive->dead) *entry = (sf_archive_entry){.name = {"", 0}, .last = true};
  archive->size = 0;
  return code;
}

int sf_isolate_read(sf_isolate *archive, char *out, size_t size, size_t *got,
                    sheaf_error *error) {
  static const sf_isolate_request request = {.what = SF_ISOLATE_READ};
  if (archive->local)
    return sf_archive_read(archive->local, out, size, got, error);
  int code = archive->at < archive->size
                 ? SHEAF_OK
                 : ask(archive, &request, (sheaf_bytes){"", 0}, error);
  size_t left = code ? 0 : archive->size - archive->at;
  *got = size < left ? size : left;
  if (*got) memcpy(out, archive->piece + archive->at, *got);
  archive->at += *got;
  return code;
}
