/// Where plugins lie.
#ifndef SF_PLUGIN_PATH_H
#define SF_PLUGIN_PATH_H

#include "plugin/plugin.h"

/// Is handed the folder of a plugin; anything but SHEAF_OK ends the visits.
typedef int (*sf_plugin_visit)(void *context, const char *folder);

/// Visits the folders on `path` (NULL: the default) that have a plugin.json.
int sf_plugin_each(const char *const *path, sf_plugin_visit visit,
                   void *context);

#endif
