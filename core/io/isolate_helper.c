/// The helper: a process that starts those in which archives are read, for one
/// that lives behind a wall which lets it have no children.
///
/// A request is one byte, with the socket that the new process is to serve. The
/// helper ends with its owner.
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/isolate.h"

#define REQUESTS 3

/// Receives a request. False when the owner has gone.
static bool take_socket(int *socket) {
  char byte;
  return sf_message_receive(REQUESTS, &byte, 1, socket, 1) == 1;
}

_Noreturn static void run(int requests) {
  int socket;
  if (dup2(requests, REQUESTS) < 0) _exit(1);
  syscall(SYS_close_range, REQUESTS + 1U, ~0U, 0U);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "sheaf-archives");
  // Nobody asks how the children ended.
  signal(SIGCHLD, SIG_IGN);
  while (take_socket(&socket)) {
    if (fork() == 0) sf_isolate_serve(socket);
    close(socket);
  }
  _exit(0);
}

int sf_isolate_helper(int *out, sheaf_error *error) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
    return sf_fail_errno(error, SHEAF_EINTERNAL, "helper", "no socket");
  pid_t pid = fork();
  if (pid == 0) run(ends[1]);
  close(ends[1]);
  *out = ends[0];
  if (pid > 0) return SHEAF_OK;
  int code = sf_fail_errno(error, SHEAF_EINTERNAL, "helper", "not started");
  close(ends[0]);
  return code;
}
