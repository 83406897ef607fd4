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

#endif
