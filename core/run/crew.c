/// The crew: as many hands as there are workers, given work, watched, and
/// replaced when they die.
#include <stdlib.h>
#include <unistd.h>

#include "run/hand.h"
#include "run/wall.h"
#include "run/wire.h"

#define WATCH_MS 100

/// How long workers may take to end once there is no more work.
#define FAREWELL_NANOSECONDS ((uint64_t)1000000000)

typedef struct {
  sf_supervisor *run;
  sf_hand *hands;
  size_t count;
  size_t processors;
  sf_buffer order;   ///< The frame that a worker gets first.
  uint64_t watched;  ///< When the hands were last looked at.
  uint64_t ended;    ///< When the work was done; 0: not yet.
} sf_crew;

// --- Giving work -----------------------------------------------------------

/// More workers than processors only get in each other's way, unless they wait
/// for something: while some are at documents that take long, ever more may
/// be started.
static bool may_start(const sf_crew *crew) {
  size_t running = 0, slow = 0;
  for (size_t i = 0; i < crew->count; i++) {
    running += crew->hands[i].child != NULL;
    slow += sf_hand_is_slow(&crew->hands[i]);
  }
  return running < crew->processors + 2 * slow;
}

/// The hand for the next task: an idle one, then a new one, then one that
/// gets its next task in advance. NULL when all have enough.
static sf_hand *pick(const sf_crew *crew) {
  sf_hand *fresh = NULL, *busy = NULL;
  bool more = may_start(crew);
  for (size_t i = 0; i < crew->count; i++) {
    sf_hand *hand = &crew->hands[i];
    if (!hand->child && !more) {
      continue;
    } else if (!hand->child) {
      if (!fresh) fresh = hand;
    } else if (hand->doomed || hand->paused) {
      continue;
    } else if (!hand->task_count) {
      return hand;
    } else if (!busy && hand->task_count < SF_HAND_TASKS) {
      busy = hand;
    }
  }
  return fresh ? fresh : busy;
}

static int give(sf_crew *crew, sf_hand *hand, const sf_task *task,
                sheaf_error *error) {
  int code = SHEAF_OK;
  if (!hand->child)
    code = sf_hand_start(hand, sf_buffer_bytes(&crew->order), error);
  if (!code) code = sf_hand_give(hand, task, error);
  if (code) sf_queue_return(crew->run->queue, task);
  return code;
}

static void give_work(sf_crew *crew) {
  sheaf_error error = {0};
  sf_hand *hand;
  int code = SHEAF_OK;
  while (!code && (hand = pick(crew))) {
    sf_task task;
    code = sf_queue_take(crew->run->queue, &task, &error);
    if (!code) code = give(crew, hand, &task, &error);
  }
  if (code != SHEAF_END) sf_supervisor_stop(crew->run, code, &error);
}

/// A hand that runs ahead of the block that everything waits for is not read
/// from while too much is held back.
static void balance(sf_crew *crew) {
  bool full = sf_queue_full(crew->run->queue);
  for (size_t i = 0; i < crew->count; i++) {
    sf_hand *hand = &crew->hands[i];
    bool first = false;
    for (size_t k = 0; k < hand->task_count; k++)
      first |= sf_queue_first(crew->run->queue, &hand->tasks[k]);
    sf_hand_pause(hand, full && hand->task_count && !first);
  }
}

// --- The course of the work ------------------------------------------------

static void end_work(sf_crew *crew) {
  bool running = false;
  for (size_t i = 0; i < crew->count; i++) {
    if (!crew->ended) sf_hand_hang_up(&crew->hands[i]);
    running |= crew->hands[i].child != NULL;
  }
  if (!crew->ended) crew->ended = sf_now();
  if (!running || sf_now() - crew->ended > FAREWELL_NANOSECONDS)
    sf_loop_stop(crew->run->loop);
}

/// Nobody works and nothing is to be had, but it is not the end: better an
/// error than to wait for ever.
static void check_stall(const sf_crew *crew) {
  for (size_t i = 0; i < crew->count; i++)
    if (crew->hands[i].task_count) return;
  sheaf_error error;
  int code = sf_fail(&error, SHEAF_EINTERNAL, "run", "it has come to a halt");
  sf_supervisor_stop(crew->run, code, &error);
}

static void on_change(void *context) {
  sf_crew *crew = context;
  if (crew->run->code) return;
  if (sf_queue_finished(crew->run->queue)) {
    end_work(crew);
    return;
  }
  balance(crew);
  give_work(crew);
  check_stall(crew);
}

static void on_watch(void *context) {
  sf_crew *crew = context;
  uint64_t now = sf_now(), gap = now - crew->watched;
  crew->watched = now;
  if (crew->ended) {
    end_work(crew);
    return;
  }
  if (gap > SF_HAND_SLEPT) return;
  for (size_t i = 0; i < crew->count; i++)
    sf_hand_watch(&crew->hands[i], now, gap);
  if (!crew->run->code) give_work(crew);
}

static size_t count_processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (size_t)count : 1;
}

static int make_hands(sf_crew *crew, sheaf_error *error) {
  sf_supervisor *run = crew->run;
  crew->count = (size_t)run->options->workers;
  crew->processors = count_processors();
  crew->hands = calloc(crew->count, sizeof *crew->hands);
  size_t at = sf_frame_begin(&crew->order, SF_FRAME_JOB);
  sf_wall_order(&run->job, NULL, 0, &crew->order);
  sf_job_order(&run->job, &crew->order);
  sf_frame_end(&crew->order, at);
  if (!crew->hands || crew->order.failed) return sf_no_memory(error);
  for (size_t i = 0; i < crew->count; i++)
    crew->hands[i] = (sf_hand){run, on_change, crew, .child = NULL};
  return SHEAF_OK;
}

void sf_crew_work(sf_supervisor *run) {
  sf_crew crew = {.run = run, .watched = sf_now()};
  sheaf_error error = {0};
  sf_timer *timer = NULL;
  int code = make_hands(&crew, &error);
  if (!code)
    code = sf_timer_every(&timer, run->loop, WATCH_MS, on_watch, &crew, &error);
  sf_supervisor_stop(run, code, &error);
  on_change(&crew);
  if (!run->code) sf_loop_run(run->loop, NULL);
  for (size_t i = 0; crew.hands && i < crew.count; i++)
    sf_hand_clear(&crew.hands[i]);
  sf_timer_close(timer);
  free(crew.hands);
  sf_buffer_clear(&crew.order);
}
