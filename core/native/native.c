#include "native/native.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY "sheaf_plugin_entry"

/// The oldest table of hooks ends with `close`.
#define OLDEST_SIZE offsetof(sheaf_plugin_hooks, start)

typedef struct {
  void *library;
  sheaf_plugin_hooks hooks;  ///< Those it does not know are NULL.
  void *inner;               ///< The plugin's own state.
} native_plugin;

// --- Loading ---------------------------------------------------------------

static int open_library(native_plugin *plugin,
                        const sheaf_plugin_context *context,
                        sheaf_error *error) {
  char *path = sf_plugin_module(context->folder, context->main);
  if (!path) {
    sf_fail(error, SHEAF_ELOAD, context->name,
            "%s is neither in its folder nor among the modules of Sheaf",
            context->main);
    return sf_hint(error, "build it: plugins/README.md tells how");
  }
  char reason[256];
  plugin->library = sf_library_try(path, reason, sizeof reason);
  free(path);
  if (plugin->library) return SHEAF_OK;
  return sf_fail(error, SHEAF_ELOAD, context->name, "%s", reason);
}

// A plugin of another time knows fewer hooks, or more, than this program.
static int take_hooks(native_plugin *plugin, const char *name,
                      sheaf_error *error) {
  const sheaf_plugin_hooks *(*entry)(void);
  if (!sf_library_symbol(plugin->library, ENTRY, &entry))
    return sf_fail(error, SHEAF_ELOAD, name, "it has no function " ENTRY "()");
  const sheaf_plugin_hooks *hooks = entry();
  if (!hooks || hooks->size < OLDEST_SIZE || hooks->api != SHEAF_PLUGIN_API)
    return sf_fail(error, SHEAF_ELOAD, name,
                   ENTRY "() gives no hooks of version %d", SHEAF_PLUGIN_API);
  size_t known =
      hooks->size < sizeof plugin->hooks ? hooks->size : sizeof plugin->hooks;
  memcpy(&plugin->hooks, hooks, known);
  return SHEAF_OK;
}

static void close_plugin(void *state) {
  native_plugin *plugin = state;
  if (plugin->inner && plugin->hooks.close) plugin->hooks.close(plugin->inner);
  if (plugin->library) sf_library_close(plugin->library);
  free(plugin);
}

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  native_plugin *plugin = calloc(1, sizeof *plugin);
  if (!plugin) return sf_no_memory(error);
  int code = open_library(plugin, context, error);
  if (!code) code = take_hooks(plugin, context->name, error);
  if (!code && plugin->hooks.open)
    code = plugin->hooks.open(&plugin->inner, context, error);
  if (code) {
    close_plugin(plugin);
    if (error) error->code = SHEAF_ELOAD;
    return SHEAF_ELOAD;
  }
  *state = plugin;
  return SHEAF_OK;
}

// --- Hooks -----------------------------------------------------------------

// What the contract does not allow is the plugin's mistake, not the host's.
static int lay_blame(int code, sheaf_error *error) {
  if (code != SHEAF_EINVAL) return code;
  if (error) error->code = SHEAF_EPLUGIN;
  return SHEAF_EPLUGIN;
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  const native_plugin *plugin = state;
  if (!plugin->hooks.process) return SHEAF_OK;
  return lay_blame(plugin->hooks.process(plugin->inner, doc, result, error),
                   error);
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  const native_plugin *plugin = state;
  if (!plugin->hooks.encode) return SHEAF_OK;
  return lay_blame(plugin->hooks.encode(plugin->inner, doc, result, error),
                   error);
}

static int finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error) {
  const native_plugin *plugin = state;
  if (!plugin->hooks.finish)
    return sf_fail(error, SHEAF_EPLUGIN, "plugin", "it has no hook 'finish'");
  return lay_blame(plugin->hooks.finish(plugin->inner, spool, result, error),
                   error);
}

static int check(void *state, sheaf_error *error) {
  const native_plugin *plugin = state;
  if (!plugin->hooks.check) return SHEAF_OK;
  return plugin->hooks.check(plugin->inner, error);
}

static int start(void *state, sheaf_hook hook, sheaf_doc *doc,
                 sheaf_result *result, sheaf_task *task, sheaf_error *error) {
  const native_plugin *plugin = state;
  if (plugin->hooks.start)
    return plugin->hooks.start(plugin->inner, hook, doc, result, task, error);
  return hook == SHEAF_HOOK_PROCESS ? process(state, doc, result, error)
                                    : encode(state, doc, result, error);
}

static void cancel(void *state, sheaf_task *task) {
  const native_plugin *plugin = state;
  if (plugin->hooks.cancel) plugin->hooks.cancel(plugin->inner, task);
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_plugin,
    .process = process,
    .encode = encode,
    .finish = finish,
    .check = check,
    .close = close_plugin,
    .start = start,
    .cancel = cancel,
};

const sf_language sf_native = {.name = "native", .hooks = &hooks};
