/// The lifecycle of a plugin: open, run on documents, close.
#include "plugin/plugin.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/path.h"

struct sf_plugin {
  sf_manifest manifest;
  sheaf_value options;
  sheaf_value outputs;  // A list of names.
  char *library;
  sheaf_plugin_context context;
  const sheaf_plugin_hooks *hooks;
  void *state;
};

// --- Opening and closing ---------------------------------------------------

static int find_language(sf_plugin *plugin, const sf_language *const *languages,
                         sheaf_error *error) {
  const char *wanted = plugin->manifest.language;
  for (; *languages; languages++) {
    if (strcmp((*languages)->name, wanted) != 0) continue;
    plugin->hooks = (*languages)->hooks;
    return SHEAF_OK;
  }
  sf_fail(error, SHEAF_ELOAD, plugin->manifest.name,
          "it is written in '%s', which this Sheaf does not run", wanted);
  return sf_hint(error, "'sheaf doctor' lists the languages");
}

static int list_outputs(sf_plugin *plugin) {
  int code = sheaf_value_list(&plugin->outputs);
  size_t count = sf_manifest_output_count(&plugin->manifest);
  for (size_t i = 0; code == SHEAF_OK && i < count; i++) {
    const char *name = sf_manifest_output(&plugin->manifest, i);
    sheaf_value value;
    code = sheaf_value_string(&value, name, strlen(name));
    if (code == SHEAF_OK) code = sheaf_value_append(&plugin->outputs, value);
  }
  return code;
}

static int prepare(sf_plugin *plugin, const sheaf_value *options,
                   sheaf_error *error) {
  int code =
      sf_options_check(&plugin->manifest, options, &plugin->options, error);
  if (code != SHEAF_OK) return code;
  plugin->library = sf_plugin_library();
  if (!plugin->library || list_outputs(plugin) != SHEAF_OK)
    return sf_no_memory(error);
  plugin->context = (sheaf_plugin_context){
      .size = sizeof plugin->context,
      .name = plugin->manifest.name,
      .folder = plugin->manifest.folder,
      .main = plugin->manifest.main,
      .library = plugin->library,
      .options = &plugin->options,
      .outputs = &plugin->outputs,
      .memory_limit = plugin->manifest.memory_limit,
      .cpu_ms = plugin->manifest.cpu_ms,
      .wall_ms = plugin->manifest.wall_ms,
      .command = sheaf_value_get(&plugin->manifest.json, "command"),
      .permissions = sheaf_value_get(&plugin->manifest.json, "permissions"),
      .grants = &plugin->manifest.grants,
  };
  return SHEAF_OK;
}

int sf_plugin_open(sf_plugin **out, sf_manifest *manifest,
                   const sheaf_value *options,
                   const sf_language *const *languages, sheaf_error *error) {
  *out = NULL;
  sf_plugin *plugin = calloc(1, sizeof *plugin);
  if (!plugin) {
    sf_manifest_clear(manifest);
    return sf_no_memory(error);
  }
  plugin->manifest = *manifest;
  *manifest = (sf_manifest){0};
  int code = find_language(plugin, languages, error);
  if (code == SHEAF_OK) code = prepare(plugin, options, error);
  if (code == SHEAF_OK)
    code = plugin->hooks->open(&plugin->state, &plugin->context, error);
  if (code != SHEAF_OK) {
    sf_plugin_close(plugin);
    return code;
  }
  *out = plugin;
  return SHEAF_OK;
}

void sf_plugin_close(sf_plugin *plugin) {
  if (!plugin) return;
  if (plugin->state) plugin->hooks->close(plugin->state);
  sheaf_value_clear(&plugin->options);
  sheaf_value_clear(&plugin->outputs);
  free(plugin->library);
  sf_manifest_clear(&plugin->manifest);
  free(plugin);
}

const sf_manifest *sf_plugin_manifest(const sf_plugin *plugin) {
  return &plugin->manifest;
}

void *sf_plugin_state(const sf_plugin *plugin) {
  return plugin->state;
}

// --- Running ---------------------------------------------------------------

static int run_hooks(sf_plugin *plugin, sheaf_doc *doc, sheaf_result *result,
                     sheaf_error *error) {
  const sheaf_plugin_hooks *hooks = plugin->hooks;
  int code = hooks->process(plugin->state, doc, result, error);
  if (code != SHEAF_OK || result->dropped) return code;
  if (plugin->manifest.stage != SF_STAGE_EXPORT) return SHEAF_OK;
  return hooks->encode(plugin->state, doc, result, error);
}

/// A limit that was reached is final, whatever the hook made of it.
static int check_limits(const sf_plugin *plugin, const sheaf_doc *doc,
                        const sheaf_result *result, sheaf_error *error) {
  const sf_manifest *manifest = &plugin->manifest;
  if (sf_doc_full(doc)) {
    sf_fail(error, SHEAF_ELIMIT, manifest->name,
            "reached its limit of %" PRIu64 " spans", manifest->span_limit);
    sf_hint(error, "raise it: --limits %s:spans=…", manifest->name);
  } else if (result->full) {
    sf_fail(error, SHEAF_ELIMIT, manifest->name,
            "reached its limit of %" PRIu64 " MB of records a document",
            manifest->output_limit >> 20);
    sf_hint(error, "raise it: --limits %s:output_mb=…", manifest->name);
  } else {
    return SHEAF_OK;
  }
  return SHEAF_ELIMIT;
}

int sf_plugin_process(sf_plugin *plugin, sheaf_doc *doc, sheaf_result *result,
                      sheaf_error *error) {
  sf_doc_mark mark = sf_doc_save(doc);
  size_t sizes[SF_OUTPUTS_MAX] = {0};
  for (size_t i = 0; i < result->outputs; i++)
    sizes[i] = result->records[i].size;
  sf_doc_set_plugin(doc, plugin->manifest.name);
  sf_doc_limit(doc, plugin->manifest.span_limit);
  result->limit = plugin->manifest.output_limit;
  result->full = false;
  int code = run_hooks(plugin, doc, result, error);
  int limit = check_limits(plugin, doc, result, error);
  if (limit != SHEAF_OK) code = limit;
  if (code == SHEAF_OK) return code;
  sf_doc_rollback(doc, mark);
  for (size_t i = 0; i < result->outputs; i++)
    result->records[i].size = sizes[i];
  return code;
}

int sf_plugin_check(sf_plugin *plugin, sheaf_error *error) {
  if (!plugin->hooks->check) return SHEAF_OK;
  return plugin->hooks->check(plugin->state, error);
}

// --- Results ---------------------------------------------------------------

int sheaf_result_drop(sheaf_result *result, const char *reason) {
  char *copy = sf_strndup(reason, strlen(reason));
  if (!copy) return SHEAF_ENOMEM;
  free(result->dropped);
  result->dropped = copy;
  return SHEAF_OK;
}

static uint64_t records_size(const sheaf_result *result) {
  uint64_t size = 0;
  for (size_t i = 0; i < result->outputs; i++) size += result->records[i].size;
  return size;
}

int sheaf_result_write(sheaf_result *result, size_t output,
                       sheaf_bytes record) {
  if (output >= result->outputs) return SHEAF_EINVAL;
  if (result->limit && records_size(result) + record.size > result->limit) {
    result->full = true;
    return SHEAF_ELIMIT;
  }
  sf_buffer_append(&result->records[output], record.data, record.size);
  return result->records[output].failed ? SHEAF_ENOMEM : SHEAF_OK;
}
