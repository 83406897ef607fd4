#include "lua/clock.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// glibc 2.36 has the field, but no name for it.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static void on_signal(int number, siginfo_t *info, void *machine) {
  (void)number;
  (void)machine;
  if (info->si_code != SI_TIMER) return;
  sf_clock *clock = info->si_value.sival_ptr;
  clock->tick(clock->context);
}

static int catch_signal(int number, sheaf_error *error) {
  struct sigaction action = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  sigemptyset(&action.sa_mask);
  if (sigaction(number, &action, NULL) == 0) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EINTERNAL, "clock",
                       "its signal cannot be caught");
}

int sf_clock_start(sf_clock *clock, void (*tick)(void *context), void *context,
                   sheaf_error *error) {
  int number = SIGRTMAX - 1;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
                           .sigev_signo = number,
                           .sigev_value.sival_ptr = clock};
  const struct itimerspec period = {{0, SF_TICK_MS * 1000000L},
                                    {0, SF_TICK_MS * 1000000L}};
  event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
  *clock = (sf_clock){.tick = tick, .context = context};
  int code = catch_signal(number, error);
  if (code != SHEAF_OK) return code;
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &clock->timer) != 0)
    return sf_fail_errno(error, SHEAF_EINTERNAL, "clock", "cannot be made");
  clock->running = true;
  if (timer_settime(clock->timer, 0, &period, NULL) == 0) return SHEAF_OK;
  sf_clock_stop(clock);
  return sf_fail_errno(error, SHEAF_EINTERNAL, "clock", "cannot be set");
}

void sf_clock_stop(sf_clock *clock) {
  if (clock->running) timer_delete(clock->timer);
  clock->running = false;
}
