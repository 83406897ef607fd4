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

#endif
