/// Tasks: a plugin at work on a document, at once or bit by bit.
#include <inttypes.h>
#include <stddef.h>

#include "plugin/private.h"
#include "sheaf/bundle.h"

static void stop_timers(sheaf_task *task) {
  sf_timer_close(task->limit);
  sf_timer_close(task->timer);
  task->limit = task->timer = NULL;
}

// --- Hooks -----------------------------------------------------------------

static uint64_t text_limit(const sheaf_result *result) {
  return result->children ? result->children->family->max_document
                          : SHEAF_MAX_DOCUMENT_DEFAULT;
}

static void begin(sheaf_task *task) {
  sheaf_result *result = task->result;
  const sf_plugin *plugin = task->plugin;
  bool reads = plugin->manifest.stage == SF_STAGE_READ;
  task->hook = SHEAF_HOOK_PROCESS;
  task->keeps_time = false;
  task->mark = sf_doc_save(task->doc);
  for (size_t i = 0; i < result->outputs; i++)
    task->sizes[i] = result->records[i].size;
  task->children = result->children ? result->children->count : 0;
  result->doc = task->doc;
  sf_doc_set_plugin(task->doc, plugin->manifest.name);
  sf_doc_limit(task->doc, plugin->manifest.span_limit);
  sf_doc_limit_kinds(task->doc, plugin->context.reads, plugin->context.writes);
  sf_doc_let_read(task->doc, reads ? text_limit(result) : 0);
  result->limit = plugin->manifest.output_limit;
  result->full = false;
  result->yields = plugin->manifest.stage == SF_STAGE_REDUCE;
}

static void take_back(sheaf_task *task) {
  sheaf_result *result = task->result;
  sf_doc_rollback(task->doc, task->mark);
  for (size_t i = 0; i < result->outputs; i++)
    result->records[i].size = task->sizes[i];
  if (result->children) sf_children_cut(result->children, task->children);
  if (result->partial) result->partial->code = SHEAF_OK;
}

static int run_hook(sheaf_task *task, sheaf_error *error) {
  const sheaf_plugin_hooks *hooks = task->plugin->hooks;
  void *state = task->plugin->state;
  if (task->loop && HAS_HOOK(hooks, start))
    return hooks->start(state, task->hook, task->doc, task->result, task,
                        error);
  if (task->hook == SHEAF_HOOK_PROCESS)
    return hooks->process(state, task->doc, task->result, error);
  return hooks->encode(state, task->doc, task->result, error);
}

static int call_hook(sheaf_task *task, sheaf_error *error) {
  task->plugin->task = task;
  int code = run_hook(task, error);
  task->plugin->task = NULL;
  return code;
}

/// A limit that was reached is final, whatever the hook made of it.
static int check_limits(const sheaf_task *task, sheaf_error *error) {
  const sf_manifest *manifest = &task->plugin->manifest;
  if (sf_doc_full(task->doc)) {
    sf_fail(error, SHEAF_ELIMIT, manifest->name,
            "reached its limit of %" PRIu64 " spans", manifest->span_limit);
    sf_hint(error, "raise it: --limits %s:spans=…", manifest->name);
  } else if (task->result->full) {
    sf_fail(error, SHEAF_ELIMIT, manifest->name,
            "reached its limit of %" PRIu64 " MB of records a document",
            manifest->output_limit >> 20);
    sf_hint(error, "raise it: --limits %s:output_mb=…", manifest->name);
  } else {
    return SHEAF_OK;
  }
  return SHEAF_ELIMIT;
}

/// What a hook was not to look at, and did.
static int check_reads(const sheaf_task *task, sheaf_error *error) {
  const char *kind = sf_doc_misread(task->doc);
  if (!kind[0]) return SHEAF_OK;
  sf_doc_refuse_read(kind, error);
  if (error) error->code = SHEAF_EPLUGIN;
  return SHEAF_EPLUGIN;
}

/// Goes on after a hook that ended with `code`: an exporter has two.
static int go_on(sheaf_task *task, int code, sheaf_error *error) {
  bool exports = task->plugin->manifest.stage == SF_STAGE_EXPORT;
  if (!code && exports && task->hook == SHEAF_HOOK_PROCESS &&
      !task->result->dropped) {
    task->hook = SHEAF_HOOK_ENCODE;
    code = call_hook(task, error);
  }
  if (code == SHEAF_PENDING) return code;
  int limit = check_limits(task, error);
  if (!limit && !code) code = check_reads(task, error);
  if (limit) code = limit;
  sf_doc_limit_kinds(task->doc, NULL, NULL);
  if (code) take_back(task);
  return code;
}

// --- Waiting ---------------------------------------------------------------

/// A timer that is so late tells that this process, or the machine, was
/// stopped: that is not held against the plugin.
#define STOPPED_NANOSECONDS ((uint64_t)500 * 1000 * 1000)

static void on_limit(void *context);

static int limit_time(sheaf_task *task, sheaf_error *error) {
  unsigned ms = task->plugin->manifest.wall_ms;
  task->limit_due = sf_now() + (uint64_t)ms * 1000 * 1000;
  return sf_timer_once(&task->limit, task->loop, ms, on_limit, task, error);
}

static bool was_stopped(const sheaf_task *task) {
  uint64_t now = sf_now();
  return now > task->limit_due && now - task->limit_due > STOPPED_NANOSECONDS;
}

static void on_limit(void *context) {
  sheaf_task *task = context;
  sf_plugin *plugin = task->plugin;
  sheaf_error error;
  if (was_stopped(task)) {
    sf_timer_close(task->limit);
    task->limit = NULL;
    if (!limit_time(task, &error)) return;
  }
  sf_fail(&error, SHEAF_ETIMEOUT, plugin->manifest.name,
          "did not return within %u ms", plugin->manifest.wall_ms);
  sf_hint(&error, "raise it: --limits %s:wall_ms=…", plugin->manifest.name);
  if (HAS_HOOK(plugin->hooks, cancel))
    plugin->hooks->cancel(plugin->state, task);
  sheaf_task_done(task, SHEAF_ETIMEOUT, &error);
}

static int wait(sheaf_task *task, sheaf_error *error) {
  task->pending = true;
  if (!task->plugin->manifest.wall_ms || task->limit || task->keeps_time)
    return SHEAF_PENDING;
  int code = limit_time(task, error);
  if (!code) return SHEAF_PENDING;
  sf_task_cancel(task);
  take_back(task);
  return code;
}

int sf_task_start(sheaf_task *task, sheaf_error *error) {
  begin(task);
  int code = go_on(task, call_hook(task, error), error);
  return code == SHEAF_PENDING ? wait(task, error) : code;
}

/// Tells the end, unless there is more to wait for.
static void settle(sheaf_task *task, int code, sheaf_error *error) {
  if (code == SHEAF_PENDING) code = wait(task, error);
  if (code == SHEAF_PENDING) return;
  stop_timers(task);
  task->events->done(task->context, code, error);
}

void sheaf_task_done(sheaf_task *task, int code, const sheaf_error *error) {
  sheaf_error failure = {0};
  if (!task->pending) return;
  task->pending = false;
  sf_timer_close(task->timer);
  task->timer = NULL;
  if (error) failure = *error;
  settle(task, go_on(task, code, &failure), &failure);
}

void sheaf_task_restart(sheaf_task *task) {
  sheaf_error failure = {0};
  if (!task->pending) return;
  task->pending = false;
  stop_timers(task);
  take_back(task);
  task->events->running(task->context, true);
  int code = sf_task_start(task, &failure);
  task->events->running(task->context, false);
  settle(task, code, &failure);
}

void sf_task_cancel(sheaf_task *task) {
  sf_plugin *plugin = task->plugin;
  if (!task->pending) return;
  task->pending = false;
  stop_timers(task);
  if (HAS_HOOK(plugin->hooks, cancel))
    plugin->hooks->cancel(plugin->state, task);
}

void sf_task_run(sheaf_task *task, void (*call)(void *context), void *context) {
  const sf_task_events *events = task->events;
  void *whose = task->context;
  // The call may end the task.
  events->running(whose, true);
  call(context);
  events->running(whose, false);
}

static void on_timer(void *context) {
  sheaf_task *task = context;
  sf_timer_close(task->timer);
  task->timer = NULL;
  sf_task_run(task, task->call, task->call_context);
}

int sheaf_task_after(sheaf_task *task, unsigned ms, void (*call)(void *context),
                     void *context, sheaf_error *error) {
  if (!task->loop || task->timer)
    return sf_fail(error, SHEAF_EINVAL, task->plugin->manifest.name,
                   "it can wait for one thing at a time");
  task->call = call;
  task->call_context = context;
  return sf_timer_once(&task->timer, task->loop, ms, on_timer, task, error);
}
