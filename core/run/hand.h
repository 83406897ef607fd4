/// A hand: one worker process, seen from the supervisor.
#ifndef SF_RUN_HAND_H
#define SF_RUN_HAND_H

#include "run/page.h"
#include "run/supervisor.h"

/// A worker always has its next task at hand when it has done the first.
#define SF_HAND_TASKS 2

/// A look that comes so late tells that this machine or process slept: what
/// the workers seem to have overrun is forgiven. Nanoseconds.
#define SF_HAND_SLEPT ((uint64_t)1000000000)

typedef struct sf_hand {
  sf_supervisor *run;
  void (*changed)(void *context);
  void *context;

  sf_child *child;  ///< NULL: there is no process.
  sf_page *page;
  sf_buffer input;
  sf_task tasks[SF_HAND_TASKS];  ///< The first one is being worked on.
  size_t task_count;
  bool ready;   ///< Its plugins are open.
  bool doomed;  ///< It was killed, and its end has not been seen yet.
  bool broken;  ///< It was killed because it sent something wrong.
  bool paused;  ///< Its output is not read.

  uint64_t call;     ///< Of the note on the page that was seen last.
  uint64_t watched;  ///< Nanoseconds for which that note has stood there.
  sf_note late;      ///< The note for which it was killed; 0 call: none.
} sf_hand;

/// Starts the process and sends it `order`, a frame. The first three fields
/// are set. What comes back goes to the queue; `changed` is called after
/// that, and when the process has ended and the hand is free for another.
int sf_hand_start(sf_hand *hand, sheaf_bytes order, sheaf_error *error);

/// Sends it one more task.
int sf_hand_give(sf_hand *hand, const sf_task *task, sheaf_error *error);

/// Looks whether a plugin has overrun its time, `gap` nanoseconds after the
/// last look, and kills the process if so.
void sf_hand_watch(sf_hand *hand, uint64_t now, uint64_t gap);

/// True when it has been at one document, or at several that wait, for a while.
bool sf_hand_is_slow(const sf_hand *hand);

/// Makes the process wait once its pipe is full, or go on.
void sf_hand_pause(sf_hand *hand, bool pause);

/// Tells the process that no more work comes.
void sf_hand_hang_up(sf_hand *hand);

/// Releases the hand; a process that still runs is killed.
void sf_hand_clear(sf_hand *hand);

#endif
