/// Programs that plugins start: a command, what it reads, what it says.
#include <stdlib.h>
#include <string.h>

#include "plugin/private.h"

#define ERRORS_MAX ((size_t)4096)       // Kept of standard error.
#define OUTPUT_MAX ((size_t)256 << 20)  // Without a limit of memory.

struct sf_spawn {
  const char *plugin;  ///< Borrowed.
  char *program;       ///< Its path.
  char **words;        ///< The command, ended by NULL.
  sf_buffer input, output, errors;
  size_t limit;  ///< Bytes of output.
  sf_program *running;
  void (*done)(void *context);
  void *context;
  bool ended, full;
  int status, signal;
};

void sf_spawn_free(sf_spawn *spawn) {
  if (!spawn) return;
  sf_program_close(spawn->running);
  for (char **word = spawn->words; word && *word; word++) free(*word);
  free(spawn->words);
  free(spawn->program);
  sf_buffer_clear(&spawn->input);
  sf_buffer_clear(&spawn->output);
  sf_buffer_clear(&spawn->errors);
  free(spawn);
}

// --- The command -----------------------------------------------------------

// The path of the program, which was found when it was granted.
static int find_program(const sheaf_plugin_context *context, const char *name,
                        const char **path, sheaf_error *error) {
  const sheaf_value *programs = sheaf_value_get(context->grants, "spawn");
  int code = sheaf_plugin_may(context, "spawn", name, error);
  if (code) return code;
  *path = sheaf_value_get_string(programs, name, NULL);
  if (*path) return SHEAF_OK;
  return sf_fail(error, SHEAF_EOPEN, name, "this program is not installed");
}

static size_t count_words(const char *const *words) {
  size_t count = 0;
  while (words && words[count]) count++;
  return count;
}

static bool copy_words(sf_spawn *spawn, const char *const *words) {
  size_t count = count_words(words);
  spawn->words = calloc(count + 1, sizeof *spawn->words);
  for (size_t i = 0; spawn->words && i < count; i++)
    if (!(spawn->words[i] = strdup(words[i]))) return false;
  return spawn->words;
}

int sf_spawn_new(sf_spawn **out, const sheaf_plugin_context *context,
                 const sheaf_command *command, sheaf_error *error) {
  size_t memory = context->memory_limit;
  const char *path;
  if (!count_words(command->words))
    return sf_fail(error, SHEAF_EINVAL, context->name,
                   "a command has at least one word");
  int code = find_program(context, command->words[0], &path, error);
  if (code) return code;
  sf_spawn *spawn = calloc(1, sizeof *spawn);
  if (!spawn) return sf_no_memory(error);
  spawn->plugin = context->name;
  spawn->limit = memory ? memory : OUTPUT_MAX;
  spawn->program = strdup(path);
  sf_buffer_append(&spawn->input, command->input.data, command->input.size);
  if (!spawn->program || spawn->input.failed ||
      !copy_words(spawn, command->words)) {
    sf_spawn_free(spawn);
    return sf_no_memory(error);
  }
  *out = spawn;
  return SHEAF_OK;
}

// --- Running ---------------------------------------------------------------

static void end(sf_spawn *spawn) {
  spawn->ended = true;
  spawn->done(spawn->context);
}

static void on_data(void *context, sheaf_bytes data) {
  sf_spawn *spawn = context;
  spawn->full = data.size > spawn->limit - spawn->output.size;
  if (!spawn->full) {
    sf_buffer_append(&spawn->output, data.data, data.size);
    return;
  }
  sf_program_close(spawn->running);
  spawn->running = NULL;
  end(spawn);
}

// What is said first tells most.
static void on_errors(void *context, sheaf_bytes data) {
  sf_spawn *spawn = context;
  size_t room = ERRORS_MAX - spawn->errors.size;
  sf_buffer_append(&spawn->errors, data.data,
                   data.size < room ? data.size : room);
}

static void on_exit_status(void *context, int status, int signal) {
  sf_spawn *spawn = context;
  spawn->status = status;
  spawn->signal = signal;
  end(spawn);
}

int sf_spawn_start(sf_spawn *spawn, sf_loop *loop, void (*done)(void *context),
                   void *context, sheaf_error *error) {
  const sf_program_events events = {on_data, on_errors, on_exit_status, spawn};
  spawn->done = done;
  spawn->context = context;
  int code =
      sf_program_start(&spawn->running, loop, spawn->program,
                       (const char *const *)spawn->words, &events, error);
  if (!code)
    code =
        sf_program_feed(spawn->running, sf_buffer_bytes(&spawn->input), error);
  sf_buffer_clear(&spawn->input);
  return code;
}

static void ignore(void *context) {
  (void)context;
}

int sf_spawn_wait(sf_spawn *spawn, sf_loop *lender, sheaf_error *error) {
  sf_loop *loop;
  int code = sf_loop_new(&loop, error);
  if (code) return code;
  if (lender) sf_loop_borrow_broker(loop, lender);
  code = sf_spawn_start(spawn, loop, ignore, NULL, error);
  while (!code && !spawn->ended) sf_loop_wait(loop);
  // It lives on that loop.
  sf_program_close(spawn->running);
  spawn->running = NULL;
  sf_loop_free(loop);
  return code;
}

// --- What became of it -----------------------------------------------------

int sf_spawn_outcome(const sf_spawn *spawn, sheaf_outcome *outcome,
                     sheaf_error *error) {
  if (spawn->full)
    return sf_fail(error, SHEAF_ELIMIT, spawn->plugin,
                   "%s has said more than the %zu MB that the plugin may hold",
                   spawn->words[0], spawn->limit >> 20);
  if (spawn->output.failed) return sf_no_memory(error);
  *outcome = (sheaf_outcome){.size = sizeof *outcome,
                             .status = spawn->status,
                             .signal = spawn->signal,
                             .output = sf_buffer_bytes(&spawn->output),
                             .errors = sf_buffer_bytes(&spawn->errors)};
  return SHEAF_OK;
}

// --- For plugins in C ------------------------------------------------------

int sheaf_plugin_spawn(const sheaf_plugin_context *context,
                       const sheaf_command *command, sheaf_outcome *outcome,
                       sheaf_error *error) {
  const sf_plugin *plugin = context->host;
  sf_spawn *spawn;
  *outcome = (sheaf_outcome){.size = sizeof *outcome};
  if (!plugin || !plugin->task)
    return sf_fail(error, SHEAF_EINVAL, context->name,
                   "only process and encode can start programs");
  int code = sf_spawn_new(&spawn, context, command, error);
  if (code) return code;
  code = sf_spawn_wait(spawn, plugin->task->loop, error);
  if (!code) code = sf_spawn_outcome(spawn, outcome, error);
  if (code)
    sf_spawn_free(spawn);
  else
    outcome->held = spawn;
  return code;
}

void sheaf_outcome_clear(sheaf_outcome *outcome) {
  sf_spawn_free(outcome->held);
  *outcome = (sheaf_outcome){.size = sizeof *outcome};
}
