/// The event loop: libuv, behind the few operations that Sheaf needs.
///
/// A loop belongs to one thread. Nothing here blocks but sf_loop_run().
#ifndef SF_LOOP_H
#define SF_LOOP_H

#include "base/base.h"

typedef struct sf_loop sf_loop;

int sf_loop_new(sf_loop **out, sheaf_error *error);

/// Closes what is still open and releases the loop.
void sf_loop_free(sf_loop *loop);

/// Runs until nothing is left to wait for, or sf_loop_stop().
int sf_loop_run(sf_loop *loop, sheaf_error *error);
void sf_loop_stop(sf_loop *loop);

/// Handles what is due and returns without waiting.
void sf_loop_poll(sf_loop *loop);

/// Waits until something is due, and handles it.
void sf_loop_wait(sf_loop *loop);

/// The uv_loop_t of `loop`, for luv in trusted scripts.
void *sf_loop_handle(sf_loop *loop);

/// The version of libuv.
const char *sf_loop_version(void);

/// Monotonic time in nanoseconds. The same clock in every process.
uint64_t sf_now(void);

/// The same, up to some milliseconds late, for what asks with each document
/// whether a time has passed: a fifth of the cost.
uint64_t sf_now_roughly(void);

/// The most memory that this process has had at one time, in bytes, as the
/// kernel counts it.
uint64_t sf_memory_peak(void);

// --- Timers ----------------------------------------------------------------

typedef struct sf_timer sf_timer;

/// Calls `call` every `ms` milliseconds until sf_timer_close().
int sf_timer_every(sf_timer **out, sf_loop *loop, unsigned ms,
                   void (*call)(void *context), void *context,
                   sheaf_error *error);

/// Calls `call` once, in `ms` milliseconds, unless sf_timer_close() comes
/// first; it must come in any case.
int sf_timer_once(sf_timer **out, sf_loop *loop, unsigned ms,
                  void (*call)(void *context), void *context,
                  sheaf_error *error);
/// NULL is allowed.
void sf_timer_close(sf_timer *timer);

// --- Signals ---------------------------------------------------------------

typedef struct sf_signal sf_signal;

/// Calls `call` at the first signal `number`. A second one does what the
/// system does with it, so that a loop that hangs can be ended by asking
/// twice. A watch does not keep the loop running.
int sf_signal_once(sf_signal **out, sf_loop *loop, int number,
                   void (*call)(void *context, int number), void *context,
                   sheaf_error *error);
void sf_signal_close(sf_signal *watch);

// --- Descriptors -----------------------------------------------------------

typedef struct sf_watch sf_watch;

/// Calls `call` whenever `fd` (no regular file) can be read or has ended, until
/// sf_watch_close(). `fd` stays the caller's.
int sf_watch_readable(sf_watch **out, sf_loop *loop, int fd,
                      void (*call)(void *context), void *context,
                      sheaf_error *error);

/// The same for a descriptor that can be written to without blocking.
int sf_watch_writable(sf_watch **out, sf_loop *loop, int fd,
                      void (*call)(void *context), void *context,
                      sheaf_error *error);
void sf_watch_close(sf_watch *watch);

// --- Programs of plugins (broker.c, program.c) -----------------------------

typedef struct {
  int pid;
  int requests;  ///< The socket that it listens to.
} sf_broker;

/// Starts a process that runs programs for this one, which may then go behind
/// a wall: `enter`, unless it is NULL, is called in it first, and ends it when
/// it fails. Has to come before this process's first thread.
int sf_broker_start(sf_broker *out, int (*enter)(void *context), void *context,
                    sheaf_error *error);

/// Ends it, with all that it has started, and awaits that. Harmless for one
/// that is zeroed.
void sf_broker_stop(const sf_broker *broker);

/// Gives the loop a broker, which is taken. A loop without one starts one when
/// a program is to run.
void sf_loop_set_broker(sf_loop *loop, const sf_broker *broker);

/// Lets a loop use the broker of another one, which outlives it.
void sf_loop_borrow_broker(sf_loop *loop, const sf_loop *lender);

/// A program that the loop's broker runs.
typedef struct sf_program sf_program;

typedef struct {
  /// Bytes from its standard output and errors; borrowed.
  void (*on_data)(void *context, sheaf_bytes data);
  void (*on_errors)(void *context, sheaf_bytes data);
  /// It has ended, and its output was read to the end. `signal` is 0 when it
  /// exited by itself, with the status 127 when it was not found. Called once.
  void (*on_exit)(void *context, int status, int signal);
  void *context;
} sf_program_events;

/// Starts the program at `path` with `words` (ended by NULL; the first is its
/// name).
int sf_program_start(sf_program **out, sf_loop *loop, const char *path,
                     const char *const *words, const sf_program_events *events,
                     sheaf_error *error);

/// Sends a copy of `data` to its standard input, and its end. Once.
int sf_program_feed(sf_program *program, sheaf_bytes data, sheaf_error *error);

/// Releases the program; one that still runs is killed, with its children.
void sf_program_close(sf_program *program);

// --- Child processes -------------------------------------------------------

/// A child process with pipes at its descriptors 0 and 1.
typedef struct sf_child sf_child;

typedef struct {
  /// Bytes from the child's standard output; borrowed.
  void (*on_data)(void *context, sheaf_bytes data);
  /// The child has ended and its output was read to the end. `signal` is 0
  /// when it exited by itself. Called once; then the child may be closed.
  void (*on_exit)(void *context, int status, int signal);
  void *context;
} sf_child_events;

/// Starts `program` with `arguments` (ended by NULL; the first is its name).
/// Standard error is shared with this process. `page` becomes descriptor 3
/// of the child; -1 for none.
int sf_child_start(sf_child **out, sf_loop *loop, const char *program,
                   const char *const *arguments, int page,
                   const sf_child_events *events, sheaf_error *error);

/// Queues a copy of `data` for the child's standard input.
int sf_child_write(sf_child *child, sheaf_bytes data, sheaf_error *error);

/// Closes the child's standard input, after what was queued.
void sf_child_hang_up(sf_child *child);

/// Stops reading the child's output, so that it waits once its pipe is full,
/// and goes on with it. While it is paused its end is not reported.
void sf_child_pause(sf_child *child);
void sf_child_resume(sf_child *child);

/// Sends `signal`. Harmless when the child has ended.
void sf_child_kill(sf_child *child, int signal);

int sf_child_pid(const sf_child *child);

/// Releases the child; one that still runs is killed, and its end awaited.
void sf_child_close(sf_child *child);

#endif
