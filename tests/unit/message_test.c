/// Messages that hand over descriptors: they come whole, or nothing of them
/// stays open.
#include "base/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
// After the above.
#include <cmocka.h>

#define ROOM 16

static int ends[2];

static int connect_ends(void **state) {
  (void)state;
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

static int close_ends(void **state) {
  (void)state;
  close(ends[1]);
  return close(ends[0]);
}

static size_t count_open(void) {
  size_t count = 0;
  DIR *folder = opendir("/proc/self/fd");
  assert_non_null(folder);
  while (readdir(folder)) count++;
  closedir(folder);
  return count;
}

static void send_some(const char *text, size_t count) {
  int fds[SF_MESSAGE_FDS];
  for (size_t i = 0; i < count; i++) fds[i] = ends[0];
  assert_true(sf_message_send(ends[0], sf_bytes(text), fds, count));
}

// What came last is no message of two descriptors, and leaves nothing open.
static void expect_refusal(void) {
  char text[ROOM];
  int fds[2] = {-1, -1};
  size_t before = count_open();
  assert_int_equal(sf_message_receive(ends[1], text, ROOM, fds, 2), 0);
  assert_int_equal(count_open(), before);
  assert_int_equal(fds[0], -1);
}

static void handed_over(void **state) {
  (void)state;
  int sent[2], got[2];
  char text[ROOM], byte;
  assert_int_equal(pipe(sent), 0);
  assert_true(sf_message_send(ends[0], sf_bytes("a pipe"), sent, 2));
  assert_int_equal(sf_message_receive(ends[1], text, ROOM, got, 2), 6);
  assert_memory_equal(text, "a pipe", 6);
  assert_int_equal(write(got[1], "!", 1), 1);
  assert_int_equal(read(sent[0], &byte, 1), 1);
  assert_int_equal(byte, '!');
  for (int i = 0; i < 2; i++) {
    assert_true(fcntl(got[i], F_GETFD) & FD_CLOEXEC);
    close(sent[i]);
    close(got[i]);
  }
}

static void too_few(void **state) {
  (void)state;
  send_some("one", 1);
  expect_refusal();
  assert_int_equal(send(ends[0], "none", 4, 0), 4);
  expect_refusal();
}

static void too_many(void **state) {
  (void)state;
  send_some("three", 3);
  expect_refusal();
  send_some("all", SF_MESSAGE_FDS);
  expect_refusal();
}

static void more_than_any(void **state) {
  (void)state;
  enum { COUNT = 4 * SF_MESSAGE_FDS };
  union {
    char room[CMSG_SPACE(COUNT * sizeof(int))];
    struct cmsghdr align;
  } control = {.room = ""};
  struct iovec part = {"+", 1};
  const struct msghdr message = {.msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof control};
  struct cmsghdr *passed = CMSG_FIRSTHDR(&message);
  *passed = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                             .cmsg_type = SCM_RIGHTS,
                             .cmsg_len = CMSG_LEN(COUNT * sizeof(int))};
  for (size_t i = 0; i < COUNT; i++)
    memcpy(CMSG_DATA(passed) + i * sizeof(int), &ends[0], sizeof(int));
  assert_int_equal(sendmsg(ends[0], &message, 0), 1);
  expect_refusal();
}

static void too_long(void **state) {
  (void)state;
  send_some("longer than there is room for", 2);
  expect_refusal();
}

// The kernel hands over as many as it can.
static void no_numbers_left(void **state) {
  (void)state;
  struct rlimit usual, few;
  char text[ROOM];
  int fds[2], last = dup(ends[0]);
  assert_true(last >= 0);
  send_some("two", 2);
  size_t before = count_open();
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
  few = usual;
  few.rlim_cur = (rlim_t)last + 2;
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
  size_t got = sf_message_receive(ends[1], text, ROOM, fds, 2);
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
  assert_int_equal(got, 0);
  assert_int_equal(count_open(), before);
  close(last);
}

static volatile sig_atomic_t signals;

// Interrupts a few times before there is something to receive.
static void on_alarm(int signal) {
  (void)signal;
  if (++signals == 3)
    (void)!sf_message_send(ends[0], sf_bytes("late"), ends, 2);
}

static void interrupted(void **state) {
  (void)state;
  static const struct itimerval never;
  const struct itimerval often = {{0, 2000}, {0, 2000}};
  const struct sigaction handler = {.sa_handler = on_alarm};
  char text[ROOM];
  int fds[2];
  assert_int_equal(sigaction(SIGALRM, &handler, NULL), 0);
  assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
  size_t got = sf_message_receive(ends[1], text, ROOM, fds, 2);
  assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
  assert_int_equal(got, 4);
  close(fds[0]);
  close(fds[1]);
}

static void gone(void **state) {
  (void)state;
  close(ends[0]);
  expect_refusal();
  assert_false(sf_message_send(ends[1], sf_bytes("?"), ends + 1, 1));
  assert_int_equal(errno, EPIPE);
  ends[0] = dup(ends[1]);
}

#define TEST(sentence, function) \
  { sentence, function, connect_ends, close_ends, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST("message: bytes and descriptors are handed over", handed_over),
      TEST("message: fewer descriptors are refused", too_few),
      TEST("message: more of them are, and are closed", too_many),
      TEST("message: so are more than any message has", more_than_any),
      TEST("message: so is one that is too long", too_long),
      TEST("message: what comes of it where no descriptor is free is closed",
           no_numbers_left),
      TEST("message: a signal does not end the wait for one", interrupted),
      TEST("message: when the other side has gone, that is known", gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
