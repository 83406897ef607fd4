/// A clock that counts the CPU time of the thread it was started on, in ticks,
/// and calls back at each. Private to this module.
#ifndef SF_CLOCK_H
#define SF_CLOCK_H

#include <time.h>

#include "base/base.h"

/// Milliseconds of CPU time between two ticks.
#define SF_TICK_MS 10

typedef struct {
  timer_t timer;
  bool running;
  /// Called in a signal handler: only what is safe there.
  void (*tick)(void *context);
  void *context;
} sf_clock;

/// Starts `clock`, which must not move until sf_clock_stop(). It takes the
/// signal SIGRTMAX - 1 of the process.
int sf_clock_start(sf_clock *clock, void (*tick)(void *context), void *context,
                   sheaf_error *error);
void sf_clock_stop(sf_clock *clock);

#endif
