/// The event loop: timers, signals and child processes.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop/loop.h"

/// What a test saw of its child.
typedef struct {
  sf_loop *loop;
  sf_buffer output;
  int ends;
  int status;
  int signal;
} witness;

static void on_data(void *context, sheaf_bytes data) {
  witness *seen = context;
  sf_buffer_append(&seen->output, data.data, data.size);
}

static void on_exit_seen(void *context, int status, int signal) {
  witness *seen = context;
  seen->ends++;
  seen->status = status;
  seen->signal = signal;
}

static sf_child *start(witness *seen, const char *const *arguments, int page) {
  sf_child_events events = {on_data, on_exit_seen, seen};
  sf_child *child = NULL;
  sheaf_error error;
  if (sf_child_start(&child, seen->loop, arguments[0], arguments, page, &events,
                     &error))
    fail_msg("%s: %s", error.what, error.why);
  return child;
}

static sf_child *start_shell(witness *seen, const char *script, int page) {
  const char *arguments[] = {"/bin/sh", "-c", script, NULL};
  return start(seen, arguments, page);
}

static int set_up(void **state) {
  witness *seen = calloc(1, sizeof *seen);
  *state = seen;
  return !seen || sf_loop_new(&seen->loop, NULL);
}

static int tear_down(void **state) {
  witness *seen = *state;
  sf_loop_free(seen->loop);
  sf_buffer_clear(&seen->output);
  free(seen);
  return 0;
}

static void child_echoes(void **state) {
  witness *seen = *state;
  const char *arguments[] = {"/bin/cat", NULL};
  sf_child *child = start(seen, arguments, -1);
  enum { SIZE = 3 << 20 };
  char *sent = malloc(SIZE);
  assert_non_null(sent);
  for (size_t i = 0; i < SIZE; i++) sent[i] = (char)(i * 31 >> 3);
  assert_int_equal(sf_child_write(child, (sheaf_bytes){sent, SIZE}, NULL), 0);
  sf_child_hang_up(child);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(seen->output.size, SIZE);
  assert_memory_equal(seen->output.data, sent, SIZE);
  assert_int_equal(seen->ends, 1);
  assert_int_equal(seen->status, 0);
  free(sent);
  sf_child_close(child);
}

static void child_exit_status(void **state) {
  witness *seen = *state;
  sf_child *child = start_shell(seen, "exit 7", -1);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(seen->status, 7);
  assert_int_equal(seen->signal, 0);
  sf_child_close(child);
}

static void child_killed(void **state) {
  witness *seen = *state;
  const char *arguments[] = {"/bin/cat", NULL};
  sf_child *child = start(seen, arguments, -1);
  sf_child_kill(child, SIGKILL);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(seen->signal, SIGKILL);
  sf_child_kill(child, SIGKILL);
  sf_child_close(child);
}

static void child_closed_while_running(void **state) {
  witness *seen = *state;
  const char *arguments[] = {"/bin/cat", NULL};
  sf_child *child = start(seen, arguments, -1);
  int pid = sf_child_pid(child);
  sf_child_close(child);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(kill(pid, 0), -1);
  assert_int_equal(seen->ends, 0);
}

static void child_gets_the_page(void **state) {
  witness *seen = *state;
  int page = memfd_create("page", MFD_CLOEXEC);
  assert_int_equal(write(page, "noted", 5), 5);
  sf_child *child = start_shell(seen, "cat /proc/self/fd/3", page);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(seen->output.size, 5);
  assert_memory_equal(seen->output.data, "noted", 5);
  sf_child_close(child);
  close(page);
}

static void no_such_program(void **state) {
  witness *seen = *state;
  const char *arguments[] = {"/nonexistent/program", NULL};
  sf_child_events events = {on_data, on_exit_seen, seen};
  sf_child *child;
  sheaf_error error = {0};
  int code = sf_child_start(&child, seen->loop, arguments[0], arguments, -1,
                            &events, &error);
  assert_int_equal(code, SHEAF_EINTERNAL);
  assert_string_equal(error.what, "/nonexistent/program");
  assert_non_null(strstr(error.why, "no such file"));
}

static void count_to_three(void *context) {
  witness *seen = context;
  if (++seen->ends == 3) sf_loop_stop(seen->loop);
}

static void timer_repeats(void **state) {
  witness *seen = *state;
  sf_timer *timer = NULL;
  assert_int_equal(
      sf_timer_every(&timer, seen->loop, 1, count_to_three, seen, NULL), 0);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(seen->ends, 3);
  sf_timer_close(timer);
}

static void note_signal(void *context, int number) {
  witness *seen = context;
  seen->signal = number;
  sf_loop_stop(seen->loop);
}

static void ignore_tick(void *context) {
  (void)context;
}

static void signal_is_seen(void **state) {
  witness *seen = *state;
  sf_signal *watch = NULL;
  sf_timer *timer = NULL;
  assert_int_equal(
      sf_signal_once(&watch, seen->loop, SIGUSR1, note_signal, seen, NULL), 0);
  assert_int_equal(
      sf_timer_every(&timer, seen->loop, 1000, ignore_tick, NULL, NULL), 0);
  raise(SIGUSR1);
  sf_loop_run(seen->loop, NULL);
  assert_int_equal(seen->signal, SIGUSR1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"loop: a child gets all bytes and gives them back", child_echoes, set_up,
       tear_down, NULL},
      {"loop: a child's exit status is reported", child_exit_status, set_up,
       tear_down, NULL},
      {"loop: the signal that ended a child is reported", child_killed, set_up,
       tear_down, NULL},
      {"loop: a child that is closed is gone", child_closed_while_running,
       set_up, tear_down, NULL},
      {"loop: the page is descriptor 3 of the child", child_gets_the_page,
       set_up, tear_down, NULL},
      {"loop: a program that is not there is an error", no_such_program, set_up,
       tear_down, NULL},
      {"loop: a timer ticks until it is closed", timer_repeats, set_up,
       tear_down, NULL},
      {"loop: a signal arrives on the loop; open handles are closed with it",
       signal_is_seen, set_up, tear_down, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
