/// Questions to a program, and lines that it understands.
#ifndef SF_QUESTION_H
#define SF_QUESTION_H

#include "process/answer.h"
#include "process/pipes.h"

/// One that was asked, or will be.
typedef struct sf_asked sf_asked;
struct sf_asked {
  const char *type;
  sf_question question;
  sheaf_task *task;    ///< NULL: somebody waits for it, or it was forgotten.
  bool alone;          ///< Nothing else is to be asked while it is.
  bool waited_for;     ///< The one who waits releases it.
  bool ended;          ///< With the code and text in `question.failure`.
  uint64_t sent;       ///< When.
  unsigned wall_ms;    ///< How long it may take; 0: no limit.
  uint64_t cancelled;  ///< When; 0: it was not.
  sf_asked *next;
};

/// A queue. Start from a zeroed one.
typedef struct {
  sf_asked *first, *last;
  unsigned count;
} sf_asked_queue;

void sf_asked_push(sf_asked_queue *queue, sf_asked *asked);
/// Takes one out, which is in the queue.
void sf_asked_take(sf_asked_queue *queue, sf_asked *asked);
/// The first one of the queue, taken out; NULL: it is empty.
sf_asked *sf_asked_pop(sf_asked_queue *queue);
/// The one of that number, or of that task; NULL: there is none.
sf_asked *sf_asked_find(const sf_asked_queue *queue, int64_t id);
sf_asked *sf_asked_of(const sf_asked_queue *queue, const sheaf_task *task);

/// Append lines, with their ends.
void sf_say_hello(sf_buffer *line, const sheaf_plugin_context *context);
void sf_say_question(sf_buffer *line, const sf_asked *asked);
void sf_say_cancel(sf_buffer *line, const sf_asked *asked);

/// What a program says of itself in its hello.
typedef struct {
  unsigned window;  ///< Questions that it takes at one time.
  bool cancel;      ///< It understands "cancel",
  bool bye;         ///< and "bye".
} sf_hello;

/// Reads it. SHEAF_ELOAD where it says that it cannot work here;
/// SHEAF_EDAMAGED where it says no hello.
int sf_hear_hello(sf_hello *hello, const sheaf_value *message,
                  const sheaf_plugin_context *context, sheaf_error *error);

#endif
