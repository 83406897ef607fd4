/// The lifecycle of a plugin: open, run on documents, close.
#include "plugin/plugin.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/path.h"
#include "plugin/private.h"

// --- Opening and closing ---------------------------------------------------

static int find_language(sf_plugin *plugin, const sf_language *const *languages,
                         sheaf_error *error) {
  const char *wanted = plugin->manifest.language;
  for (; *languages; languages++) {
    if (strcmp((*languages)->name, wanted) != 0) continue;
    plugin->spoken = *languages;
    plugin->hooks = plugin->spoken->hooks;
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
      .in_flight = plugin->manifest.in_flight,
      .stage = sheaf_value_get_string(&plugin->manifest.json, "stage", ""),
      .spools = plugin->manifest.spools,
      .host = plugin,
      .reads = sheaf_value_get(&plugin->manifest.json, "reads"),
      .writes = sheaf_value_get(&plugin->manifest.json, "writes"),
  };
  return SHEAF_OK;
}

int sf_plugin_new(sf_plugin **out, sf_manifest *manifest,
                  const sheaf_value *options, sheaf_error *error) {
  *out = NULL;
  sf_plugin *plugin = calloc(1, sizeof *plugin);
  if (!plugin) {
    sf_manifest_clear(manifest);
    return sf_no_memory(error);
  }
  plugin->manifest = *manifest;
  *manifest = (sf_manifest){0};
  int code = prepare(plugin, options, error);
  if (code != SHEAF_OK) {
    sf_plugin_close(plugin);
    return code;
  }
  *out = plugin;
  return SHEAF_OK;
}

int sf_plugin_load(sf_plugin *plugin, const sf_language *const *languages,
                   sheaf_error *error) {
  if (plugin->state) return SHEAF_OK;
  int code = find_language(plugin, languages, error);
  if (code != SHEAF_OK) return code;
  return plugin->hooks->open(&plugin->state, &plugin->context, error);
}

int sf_plugin_open(sf_plugin **out, sf_manifest *manifest,
                   const sheaf_value *options,
                   const sf_language *const *languages, sheaf_error *error) {
  int code = sf_plugin_new(out, manifest, options, error);
  if (code == SHEAF_OK) code = sf_plugin_load(*out, languages, error);
  if (code == SHEAF_OK) return SHEAF_OK;
  sf_plugin_close(*out);
  *out = NULL;
  return code;
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

uint64_t sf_plugin_memory(const sf_plugin *plugin) {
  if (!plugin->state || !plugin->spoken->memory) return 0;
  return plugin->spoken->memory(plugin->state);
}

void sf_plugin_rest(const sf_plugin *plugin) {
  if (plugin->state && plugin->spoken->rest)
    plugin->spoken->rest(plugin->state);
}

bool sf_plugin_kill(const sf_plugin *plugin, unsigned lines) {
  if (!plugin->state || !plugin->spoken->kill) return false;
  plugin->spoken->kill(plugin->state, lines);
  return true;
}

const sf_manifest *sf_plugin_manifest(const sf_plugin *plugin) {
  return &plugin->manifest;
}

void *sf_plugin_state(const sf_plugin *plugin) {
  return plugin->state;
}

// --- Running ---------------------------------------------------------------

int sf_plugin_process(sf_plugin *plugin, sheaf_doc *doc, sheaf_result *result,
                      sheaf_error *error) {
  sheaf_task task = {.plugin = plugin, .doc = doc, .result = result};
  return sf_task_start(&task, error);
}

int sf_plugin_check(sf_plugin *plugin, sheaf_error *error) {
  if (!plugin->hooks->check) return SHEAF_OK;
  return plugin->hooks->check(plugin->state, error);
}
