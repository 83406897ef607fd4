/// Messages of a Unix socket that hand over descriptors.
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"

/// Room for the descriptors of a message.
typedef union {
  char room[CMSG_SPACE(SF_MESSAGE_FDS * sizeof(int))];
  struct cmsghdr align;
} control;

bool sf_message_send(int socket, sheaf_bytes bytes, const int fds[],
                     size_t count) {
  control passed = {.room = ""};
  struct iovec part = {(void *)bytes.data, bytes.size};
  const struct msghdr message = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = &passed,
      .msg_controllen = CMSG_SPACE(count * sizeof *fds)};
  ssize_t sent;
  passed.align = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                                  .cmsg_type = SCM_RIGHTS,
                                  .cmsg_len = CMSG_LEN(count * sizeof *fds)};
  memcpy(CMSG_DATA(&passed.align), fds, count * sizeof *fds);
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

/// Takes the descriptors out of what came, and returns their number.
static size_t take_fds(struct msghdr *message, int fds[SF_MESSAGE_FDS]) {
  const struct cmsghdr *passed = CMSG_FIRSTHDR(message);
  if (!passed || passed->cmsg_level != SOL_SOCKET ||
      passed->cmsg_type != SCM_RIGHTS)
    return 0;
  size_t size = passed->cmsg_len - CMSG_LEN(0);
  memcpy(fds, CMSG_DATA(passed), size);
  return size / sizeof *fds;
}

size_t sf_message_receive(int socket, char *out, size_t size, int fds[],
                          size_t count) {
  int passed[SF_MESSAGE_FDS];
  control room;
  struct iovec part = {out, size};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &room,
                           .msg_controllen = sizeof room};
  ssize_t got;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return 0;
  size_t found = take_fds(&message, passed);
  if (got > 0 && found == count &&
      !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
    memcpy(fds, passed, count * sizeof *fds);
    return (size_t)got;
  }
  // Nobody else knows of these.
  for (size_t i = 0; i < found; i++) close(passed[i]);
  return 0;
}
