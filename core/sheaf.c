/// The public API that belongs to no single module.
#include "sheaf/sheaf.h"

#include "lua/lua.h"
#include "plugin/plugin.h"
#include "run/run.h"

const char *sheaf_version(void) {
  return SHEAF_VERSION;
}

int sheaf_shell_new(sheaf_shell **out, const char *library,
                    sheaf_error *error) {
  return sf_shell_new(out, library, sf_languages, error);
}

int sheaf_plugin_check(const char *name, const char *const *path,
                       sheaf_error *error) {
  sf_manifest manifest;
  sf_plugin *plugin;
  int code = sf_manifest_load(&manifest, name, path, error);
  if (code == SHEAF_OK)
    code = sf_plugin_open(&plugin, &manifest, NULL, sf_languages, error);
  if (code != SHEAF_OK) return code;
  code = sf_plugin_check(plugin, error);
  sf_plugin_close(plugin);
  return code;
}
