#include "process/talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "json/json.h"
#include "loop/loop.h"
#include "process/launch.h"
#include "process/question.h"

#define MS           ((uint64_t)1000 * 1000)
#define STARTS_MAX   3      ///< Without an answer between them.
#define HELLO_MS     20000  ///< For an interpreter that has to load.
#define CANCEL_MS    1000   ///< To answer what was cancelled.
#define GRACE_MS     500    ///< To leave by itself.
#define TICK_MS      20     ///< How late a limit may be noticed.
#define UNSENT_LIMIT ((size_t)256 << 10)

struct sf_talk {
  const sheaf_plugin_context *context;
  sf_loop *own;   ///< For those who wait.
  sf_loop *loop;  ///< On which the pipes are.
  sf_timer *soon, *tick;
  sf_peer *peer;    ///< NULL: it runs not, and is started when needed.
  unsigned starts;  ///< Since it last answered.
  uint64_t memory;  ///< Bytes that those which have ended had at most.
  bool greeted;
  sf_hello hello;
  int64_t asked;      ///< The number of the last question.
  uint64_t heard;     ///< When it began, or last answered a question.
  bool again;         ///< What is asked was asked before.
  bool doomed;        ///< It is killed in the middle of its next answer,
  unsigned lines;     ///< once it has said so many more lines.
  sheaf_error last;   ///< How it last ended.
  sf_question aside;  ///< For what it logs outside of questions.
  sf_asked_queue waiting, flying;
};

static void feed(sf_talk *talk);
static void take_lines(void *context);

// --- Starting and ending ---------------------------------------------------

static void say(sf_talk *talk, const sf_buffer *line) {
  sf_pipes_put(sf_peer_pipes(talk->peer), sf_buffer_bytes(line));
}

/// Starts the program and greets it; its hello comes later.
static int start(sf_talk *talk, sheaf_error *error) {
  sf_buffer hello = {0};
  if (talk->starts >= STARTS_MAX)
    return sf_fail(error, SHEAF_ELOAD, talk->context->name,
                   "its program ended %d times without an answer", STARTS_MAX);
  talk->starts++;
  int code = sf_launch(&talk->peer, talk->context, error);
  if (code) return code;
  sf_pipes *pipes = sf_peer_pipes(talk->peer);
  code = sf_pipes_attach(pipes, talk->loop, take_lines, talk, error);
  sf_say_hello(&hello, talk->context);
  say(talk, &hello);
  if (hello.failed && !code) code = sf_no_memory(error);
  sf_buffer_clear(&hello);
  sf_pipes_flush(pipes);
  talk->greeted = false;
  talk->heard = sf_now();
  return code;
}

static void stop(sf_talk *talk, unsigned grace_ms) {
  uint64_t memory = sf_peer_stop(talk->peer, grace_ms);
  if (memory > talk->memory) talk->memory = memory;
  talk->peer = NULL;
  talk->greeted = false;
}

// Adds the end of what the program said on standard error, which tells most.
static void add_last_words(sf_talk *talk, sheaf_error *error) {
  sf_buffer words = {0};
  sf_pipes_last_words(sf_peer_pipes(talk->peer), &words);
  sheaf_bytes said = sf_buffer_bytes(&words);
  while (said.size && (said.data[said.size - 1] == '\n')) said.size--;
  size_t why = strlen(error->why), room = sizeof error->why - why - 1;
  if (said.size + 2 > room && room > 2) {
    said.data += said.size + 2 - room;
    said.size = room - 2;
  }
  if (said.size && room > 2)
    snprintf(error->why + why, room + 1, ":\n%.*s", (int)said.size, said.data);
  sf_buffer_clear(&words);
}

// --- The loop --------------------------------------------------------------

static void on_soon(void *context) {
  sf_talk *talk = context;
  sf_timer_close(talk->soon);
  talk->soon = NULL;
  feed(talk);
}

/// Feeds the program before the loop waits: questions go in one write then.
/// Without memory for that they go with the next tick.
static void feed_soon(sf_talk *talk) {
  if (!talk->soon)
    sf_timer_once(&talk->soon, talk->loop, 0, on_soon, talk, NULL);
}

static void on_tick(void *context);

static void leave_loop(sf_talk *talk) {
  sf_timer_close(talk->soon);
  sf_timer_close(talk->tick);
  talk->soon = talk->tick = NULL;
}

/// Moves the conversation to `loop`. It can be moved between questions.
static int join_loop(sf_talk *talk, sf_loop *loop, sheaf_error *error) {
  if (talk->loop == loop && talk->tick) return SHEAF_OK;
  if (talk->flying.count || talk->waiting.count)
    return sf_fail(error, SHEAF_EINTERNAL, talk->context->name,
                   "it is asked on two loops at one time");
  leave_loop(talk);
  talk->loop = loop;
  int code = sf_timer_every(&talk->tick, loop, TICK_MS, on_tick, talk, error);
  if (!code && talk->peer)
    code = sf_pipes_attach(sf_peer_pipes(talk->peer), loop, take_lines, talk,
                           error);
  return code;
}

// --- The end of questions --------------------------------------------------

static void end_question(sf_asked *asked, int code, const sheaf_error *error) {
  sheaf_task *task = asked->task;
  sheaf_error failure = {.code = code};
  if (code) failure = *error;
  if (asked->waited_for) {
    asked->question.failure = failure;
    asked->ended = true;
    return;
  }
  free(asked);
  if (task) sheaf_task_done(task, code, code ? &failure : NULL);
}

/// Asks once more what the program had when it ended.
static void ask_again(sf_talk *talk, sf_asked *asked) {
  sheaf_task *task = asked->task;
  free(asked);
  talk->again = true;
  if (task) sheaf_task_restart(task);
  talk->again = false;
}

/// The program ended, hangs, or says what is no answer: it begins anew. One
/// question that it had is to blame; of several, none is yet.
static void give_up(sf_talk *talk, int code, sheaf_error *error) {
  sf_asked_queue lost = talk->flying;
  bool guilty = lost.count == 1;
  if (talk->peer) add_last_words(talk, error);
  stop(talk, 0);
  talk->last = *error;
  talk->flying = (sf_asked_queue){.count = 0};
  // It never came to a question: the first one says so.
  if (!lost.count && talk->waiting.count) {
    sf_asked_push(&lost, sf_asked_pop(&talk->waiting));
    guilty = true;
  }
  for (sf_asked *asked; (asked = sf_asked_pop(&lost));)
    if (guilty)
      end_question(asked, code, error);
    else
      ask_again(talk, asked);
  if (talk->waiting.count) feed_soon(talk);
}

// --- Answers ---------------------------------------------------------------

static int timed_out(const sf_talk *talk, sheaf_error *error) {
  const char *name = talk->context->name;
  sf_fail(error, SHEAF_ETIMEOUT, name, "it did not answer in time");
  return sf_hint(error, "raise it: --limits %s:wall_ms=…", name);
}

static int not_asked(const sf_talk *talk, int64_t id, sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, talk->context->name,
                 "its program broke the protocol: it answers question "
                 "%" PRId64 ", which was not asked",
                 id);
}

/// A message about no question: it may log something.
static int take_aside(sf_talk *talk, const sheaf_value *message,
                      sheaf_error *error) {
  int code = sf_answer(&talk->aside, message, error);
  return code == SHEAF_END ? not_asked(talk, talk->asked + 1, error) : code;
}

static void end_answer(sf_talk *talk, sf_asked *asked) {
  sheaf_error *failure = &asked->question.failure;
  talk->doomed = false;
  if (asked->cancelled) timed_out(talk, failure);
  talk->starts = 0;
  talk->heard = sf_now();
  sf_peer_grant(talk->peer, talk->context->cpu_ms);
  sf_asked_take(&talk->flying, asked);
  end_question(asked, failure->code, failure);
}

/// Carries out a message about a question: the one it names, or the first.
static int take_answer(sf_talk *talk, const sheaf_value *message,
                       sheaf_error *error) {
  sf_asked *first = talk->flying.first;
  bool named = sheaf_value_get(message, "id") != NULL;
  if (!first && !named) return take_aside(talk, message, error);
  int64_t id =
      sheaf_value_get_int(message, "id", first ? first->question.id : 0);
  sf_asked *asked = sf_asked_find(&talk->flying, id);
  if (!asked) return not_asked(talk, id, error);
  int code = sf_answer(&asked->question, message, error);
  if (talk->lines) talk->lines--;
  if (code != SHEAF_END) return code;
  end_answer(talk, asked);
  return SHEAF_OK;
}

static int take_hello(sf_talk *talk, const sheaf_value *message,
                      sheaf_error *error) {
  if (!strcmp(sheaf_value_get_string(message, "type", ""), "log"))
    return take_aside(talk, message, error);
  int code = sf_hear_hello(&talk->hello, message, talk->context, error);
  talk->greeted = !code;
  return code;
}

static int take_line(sf_talk *talk, sheaf_bytes line, sheaf_error *error) {
  sheaf_value message;
  sheaf_error problem;
  if (sheaf_value_parse(&message, line.data, line.size, &problem))
    return sf_fail(error, SHEAF_EDAMAGED, talk->context->name,
                   "its program broke the protocol: no JSON: %s: %.*s",
                   problem.why, line.size < 80 ? (int)line.size : 80,
                   line.data);
  int code = talk->greeted ? take_answer(talk, &message, error)
                           : take_hello(talk, &message, error);
  sheaf_value_clear(&message);
  return code;
}

/// Kills the program where that was asked for; what it has said since is lost.
static void kill_doomed(sf_talk *talk) {
  sheaf_error error;
  if (!talk->doomed || talk->lines || !talk->flying.count) return;
  talk->doomed = false;
  int code = sf_peer_kill(talk->peer, &error);
  give_up(talk, code, &error);
}

/// Takes what the program has said.
static void take_lines(void *context) {
  sf_talk *talk = context;
  sheaf_error error = {0};
  int code = SHEAF_OK;
  while (talk->peer && code != SHEAF_END) {
    sheaf_bytes line;
    code = sf_peer_line(talk->peer, &line, &error);
    if (!code) code = take_line(talk, line, &error);
    if (code < 0) give_up(talk, code, &error);
    kill_doomed(talk);
  }
  if (talk->waiting.count) feed_soon(talk);
}

// --- Time ------------------------------------------------------------------

// Ends a little before the one who watches this process loses patience.
static uint64_t patience(const sf_asked *asked) {
  uint64_t ms = asked->wall_ms;
  return ms ? (ms - ms / 10) * MS : UINT64_MAX;
}

/// True when the question has taken too long: since it was sent, or since the
/// last answer of a program that works on one after the other.
static bool is_late(const sf_talk *talk, const sf_asked *asked, uint64_t now) {
  uint64_t since = asked->sent;
  if (!talk->hello.cancel && talk->heard > since) since = talk->heard;
  return now - since > patience(asked);
}

static void cancel(sf_talk *talk, sf_asked *asked) {
  sf_buffer line = {0};
  asked->cancelled = sf_now();
  sf_say_cancel(&line, asked);
  say(talk, &line);
  sf_buffer_clear(&line);
  sf_pipes_flush(sf_peer_pipes(talk->peer));
}

/// True when the program has to end for a question that took too long.
/// Others that it has are spared where it gives up that one alone.
static bool has_to_end(sf_talk *talk, sf_asked *asked, uint64_t now) {
  if (asked->cancelled) return now - asked->cancelled > CANCEL_MS * MS;
  if (!is_late(talk, asked, now)) return false;
  if (!talk->hello.cancel || talk->flying.count == 1) return true;
  cancel(talk, asked);
  return false;
}

static void on_tick(void *context) {
  sf_talk *talk = context;
  uint64_t now = sf_now();
  bool over = talk->peer && !talk->greeted && now - talk->heard > HELLO_MS * MS;
  for (sf_asked *at = talk->flying.first; at && !over; at = at->next)
    over = has_to_end(talk, at, now);
  sheaf_error error;
  if (over) give_up(talk, timed_out(talk, &error), &error);
  feed(talk);
}

// --- Questions -------------------------------------------------------------

/// True when the next question may be sent behind those that were.
static bool may_send(const sf_talk *talk) {
  const sf_asked *next = talk->waiting.first;
  const sf_asked *sent = talk->flying.first;
  if (!next || !sent) return next != NULL;
  return !next->alone && !sent->alone &&
         talk->flying.count < talk->hello.window &&
         sf_pipes_unsent(sf_peer_pipes(talk->peer)) < UNSENT_LIMIT;
}

static void send_next(sf_talk *talk, sf_buffer *line) {
  sf_asked *asked = sf_asked_pop(&talk->waiting);
  asked->sent = sf_now();
  line->size = 0;
  sf_say_question(line, asked);
  if (line->failed) sf_peer_pipes(talk->peer)->broken = true;
  say(talk, line);
  sf_asked_push(&talk->flying, asked);
}

/// Sends questions: the next ones when half of those before are answered, so
/// that many small ones go in one write.
static void feed(sf_talk *talk) {
  sheaf_error error = {0};
  sf_buffer line = {0};
  if (!talk->waiting.count) return;
  int code = talk->peer ? SHEAF_OK : start(talk, &error);
  if (code) give_up(talk, code, &error);
  if (!talk->greeted || talk->flying.count > talk->hello.window / 2) return;
  if (!talk->flying.count) sf_peer_grant(talk->peer, talk->context->cpu_ms);
  while (may_send(talk)) send_next(talk, &line);
  sf_buffer_clear(&line);
  sf_pipes_flush(sf_peer_pipes(talk->peer));
  kill_doomed(talk);
}

/// Records of a spool, in the middle of a question.
static void send_records(void *context, const sf_buffer *line) {
  sf_talk *talk = context;
  if (line->failed) sf_peer_pipes(talk->peer)->broken = true;
  say(talk, line);
  sf_pipes_flush(sf_peer_pipes(talk->peer));
}

/// With each record the time of the question, which is the only one, begins
/// anew.
static void on_granted(void *context, unsigned ms) {
  sf_talk *talk = context;
  sf_asked *asked = talk->flying.first;
  asked->sent = talk->heard = sf_now();
  asked->wall_ms = ms;
  sf_peer_grant(talk->peer, ms);
}

static void prepare(sf_talk *talk, sf_asked *asked, const sf_subject *subject) {
  const sheaf_plugin_context *context = talk->context;
  *asked = (sf_asked){.type = subject->type,
                      .alone = talk->again,
                      .wall_ms = context->wall_ms,
                      .question = {.name = context->name,
                                   .id = ++talk->asked,
                                   .doc = subject->doc,
                                   .result = subject->result,
                                   .spool = subject->spool,
                                   .reduces = !strcmp(context->stage, "reduce"),
                                   .send = send_records,
                                   .context = talk,
                                   .outputs = context->outputs}};
  if (subject->spool) {
    subject->spool->granted = on_granted;
    subject->spool->context = talk;
  }
  sf_asked_push(&talk->waiting, asked);
  feed_soon(talk);
}

int sf_talk_ask(sf_talk *talk, const sf_subject *subject, sheaf_task *task,
                sheaf_error *error) {
  int code = join_loop(talk, task->loop, error);
  if (code) return code;
  sf_asked *asked = malloc(sizeof *asked);
  if (!asked) return sf_no_memory(error);
  prepare(talk, asked, subject);
  asked->task = task;
  task->keeps_time = true;
  return SHEAF_PENDING;
}

void sf_talk_forget(sf_talk *talk, const sheaf_task *task) {
  sf_asked *asked = sf_asked_of(&talk->waiting, task);
  if (asked) {
    sf_asked_take(&talk->waiting, asked);
    free(asked);
    return;
  }
  asked = sf_asked_of(&talk->flying, task);
  if (!asked) return;
  asked->task = NULL;
  asked->question.doc = NULL;
  asked->question.failure.code = SHEAF_EINTERRUPTED;
  if (talk->hello.cancel) cancel(talk, asked);
}

int sf_talk_ask_now(sf_talk *talk, const sf_subject *subject,
                    sheaf_error *error) {
  sf_asked asked;
  int code = join_loop(talk, talk->own, error);
  if (code) return code;
  prepare(talk, &asked, subject);
  asked.waited_for = true;
  while (!asked.ended) sf_loop_wait(talk->own);
  if (error) *error = asked.question.failure;
  return asked.question.failure.code;
}

// --- The whole -------------------------------------------------------------

/// Waits for its hello, so that what cannot work is known before the run.
static int await_hello(sf_talk *talk, sheaf_error *error) {
  int code = join_loop(talk, talk->own, error);
  if (!code) code = start(talk, error);
  if (code) return code;
  while (talk->peer && !talk->greeted) sf_loop_wait(talk->own);
  if (talk->greeted) return SHEAF_OK;
  if (error) *error = talk->last;
  return talk->last.code;
}

int sf_talk_new(sf_talk **out, const sheaf_plugin_context *context,
                sheaf_error *error) {
  sf_talk *talk = calloc(1, sizeof *talk);
  if (!talk) return sf_no_memory(error);
  talk->context = context;
  talk->aside.name = context->name;
  int code = sf_loop_new(&talk->own, error);
  if (!code) code = await_hello(talk, error);
  if (code) {
    sf_talk_free(talk);
    return code;
  }
  *out = talk;
  return SHEAF_OK;
}

static void say_goodbye(sf_talk *talk) {
  if (!talk->peer || !talk->greeted || !talk->hello.bye) return;
  sf_pipes_put(sf_peer_pipes(talk->peer), sf_bytes("{\"type\":\"bye\"}\n"));
  sf_pipes_flush(sf_peer_pipes(talk->peer));
}

static void free_questions(sf_asked_queue *queue) {
  for (sf_asked *asked; (asked = sf_asked_pop(queue));)
    if (!asked->waited_for) free(asked);
}

void sf_talk_end(sf_talk *talk) {
  say_goodbye(talk);
  stop(talk, GRACE_MS);
}

void sf_talk_kill(sf_talk *talk, unsigned lines) {
  talk->doomed = true;
  talk->lines = lines;
}

uint64_t sf_talk_memory(const sf_talk *talk) {
  return talk->memory;
}

void sf_talk_free(sf_talk *talk) {
  if (!talk) return;
  sf_talk_end(talk);
  free_questions(&talk->waiting);
  free_questions(&talk->flying);
  leave_loop(talk);
  sf_loop_free(talk->own);
  free(talk);
}
