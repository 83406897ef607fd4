/// The conversation with the program of a plugin: it is started when needed,
/// greeted, asked several questions at one time where it takes them, and
/// started anew when it ends.
///
/// What a program was doing when it ended, or did not answer in time, is not
/// known while it has several questions. They are asked again then, one by one;
/// only with a question that it had for itself alone is it blamed.
#ifndef SF_TALK_H
#define SF_TALK_H

#include "plugin/plugin.h"

typedef struct sf_talk sf_talk;

/// Starts the program and waits until it has said hello. `context` must
/// outlive the conversation.
int sf_talk_new(sf_talk **out, const sheaf_plugin_context *context,
                sheaf_error *error);

/// Says goodbye, where the program wants that, and ends it. When it is asked
/// something again it is started anew.
void sf_talk_end(sf_talk *talk);

/// For tests: kills the program in the middle of its next answer, once it has
/// said `lines` lines. An answer that is shorter saves it.
void sf_talk_kill(sf_talk *talk, unsigned lines);

/// The most bytes that programs which have ended had; 0: none has.
uint64_t sf_talk_memory(const sf_talk *talk);

/// Ends it, and releases all. NULL is allowed.
void sf_talk_free(sf_talk *talk);

/// A question of type `type`; `doc` and `result` are NULL where it is about no
/// document, `spool` where it is not about all of them.
typedef struct {
  const char *type;
  sheaf_doc *doc;
  sheaf_result *result;
  sheaf_spool *spool;
} sf_subject;

/// Asks, and returns SHEAF_PENDING: `task` is told the end.
int sf_talk_ask(sf_talk *talk, const sf_subject *subject, sheaf_task *task,
                sheaf_error *error);

/// Forgets what was asked for `task`.
void sf_talk_forget(sf_talk *talk, const sheaf_task *task);

/// Asks, and waits for the answer. Nothing else may be asked meanwhile.
int sf_talk_ask_now(sf_talk *talk, const sf_subject *subject,
                    sheaf_error *error);

#endif
