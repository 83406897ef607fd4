/// What the files of this module share.
#ifndef SF_PLUGIN_PRIVATE_H
#define SF_PLUGIN_PRIVATE_H

#include "plugin/plugin.h"

/// Reads and checks the manifest in `folder`.
int sf_manifest_read(sf_manifest *manifest, const char *folder,
                     sheaf_error *error);

/// Checks the "options" of a manifest: what each declares, and its default.
int sf_options_declared(const sf_manifest *manifest, const char *where,
                        sheaf_error *error);

/// Checks the "limits" of a manifest, or takes the defaults.
int sf_limits_declared(sf_manifest *manifest, const char *where,
                       sheaf_error *error);

/// Checks the "permissions" of a manifest.
int sf_permissions_declared(const sf_manifest *manifest, const char *where,
                            sheaf_error *error);

/// True when `path` is `folder` or lies in it. Both are absolute.
bool sf_path_beneath(const char *path, const char *folder);

/// An open plugin: a manifest, its options, and the state of its hooks.
struct sf_plugin {
  sf_manifest manifest;
  sheaf_value options;
  sheaf_value outputs;  ///< A list of names.
  char *library;
  sheaf_plugin_context context;
  const sheaf_plugin_hooks *hooks;
  void *state;
};

#endif
