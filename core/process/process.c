#include "process/process.h"

#include "plugin/plugin.h"
#include "process/talk.h"

static int open_program(void **state, const sheaf_plugin_context *context,
                        sheaf_error *error) {
  sf_talk *talk;
  if (sf_talk_new(&talk, context, error)) {
    if (error) error->code = SHEAF_ELOAD;
    return SHEAF_ELOAD;
  }
  *state = talk;
  return SHEAF_OK;
}

static void close_program(void *state) {
  sf_talk_free(state);
}

// An exporter is asked once, for its records.
static bool has_question(const sheaf_result *result, sheaf_hook hook) {
  return hook == SHEAF_HOOK_ENCODE || !result->outputs || result->yields;
}

static sf_subject subject_of(sheaf_hook hook, sheaf_doc *doc,
                             sheaf_result *result) {
  const char *type = hook == SHEAF_HOOK_ENCODE ? "encode" : "process";
  return (sf_subject){type, doc, result, NULL};
}

static int start(void *state, sheaf_hook hook, sheaf_doc *doc,
                 sheaf_result *result, sheaf_task *task, sheaf_error *error) {
  const sf_subject subject = subject_of(hook, doc, result);
  if (!has_question(result, hook)) return SHEAF_OK;
  return sf_talk_ask(state, &subject, task, error);
}

static void cancel(void *state, sheaf_task *task) {
  sf_talk_forget(state, task);
}

static int call(void *state, sheaf_hook hook, sheaf_doc *doc,
                sheaf_result *result, sheaf_error *error) {
  const sf_subject subject = subject_of(hook, doc, result);
  if (!has_question(result, hook)) return SHEAF_OK;
  return sf_talk_ask_now(state, &subject, error);
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  return call(state, SHEAF_HOOK_PROCESS, doc, result, error);
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  return call(state, SHEAF_HOOK_ENCODE, doc, result, error);
}

static int finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error) {
  const sf_subject subject = {"finish", NULL, result, spool};
  return sf_talk_ask_now(state, &subject, error);
}

static int check(void *state, sheaf_error *error) {
  return sf_talk_ask_now(state, &(sf_subject){.type = "check"}, error);
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_program,
    .process = process,
    .encode = encode,
    .finish = finish,
    .check = check,
    .close = close_program,
    .start = start,
    .cancel = cancel,
};

static uint64_t memory(void *state) {
  return sf_talk_memory(state);
}

static void rest(void *state) {
  sf_talk_end(state);
}

static void kill_in(void *state, unsigned lines) {
  sf_talk_kill(state, lines);
}

const sf_language sf_process = {.name = "process",
                                .hooks = &hooks,
                                .memory = memory,
                                .rest = rest,
                                .kill = kill_in};
