/// What the files of this module share.
#ifndef SF_PLUGIN_PRIVATE_H
#define SF_PLUGIN_PRIVATE_H

#include <stddef.h>

#include "plugin/plugin.h"

/// True when the plugin's table of hooks reaches to `field` and has it.
#define HAS_HOOK(hooks, field)                                       \
  ((hooks)->size >=                                                  \
       offsetof(sheaf_plugin_hooks, field) + sizeof(hooks)->field && \
   (hooks)->field)

/// Reads and checks the manifest in `folder`.
int sf_manifest_read(sf_manifest *manifest, const char *folder,
                     sheaf_error *error);

/// The same for a reader; SHEAF_END, unchecked, for a plugin of another stage.
int sf_manifest_read_reader(sf_manifest *manifest, const char *folder,
                            sheaf_error *error);

/// Rules for an option, for "permissions" and for "limits".
extern const sf_rule sf_option_rules[], sf_permission_rules[], sf_limit_rules[];

/// Checks the defaults of the "options" of a manifest, which follows the rules.
int sf_options_declared(const sf_manifest *manifest, const char *where,
                        sheaf_error *error);

/// Takes the "limits" of a manifest that follows the rules, and defaults.
void sf_limits_declared(sf_manifest *manifest);

/// True when `path` is `folder` or lies in it. Both are absolute.
bool sf_path_beneath(const char *path, const char *folder);

/// An open plugin: a manifest, its options, and the state of its hooks.
struct sf_plugin {
  sf_manifest manifest;
  sheaf_value options;
  sheaf_value outputs;  ///< A list of names.
  char *library;
  sheaf_plugin_context context;
  const sf_language *spoken;  ///< NULL: not loaded yet.
  const sheaf_plugin_hooks *hooks;
  void *state;
  const sheaf_task *task;  ///< Whose hook was called and has not returned.
};

#endif
