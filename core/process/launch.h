/// How the program of a plugin is started: behind its wall, with the words that
/// plugin.json says.
#ifndef SF_LAUNCH_H
#define SF_LAUNCH_H

#include "process/peer.h"
#include "sheaf/plugin.h"

/// Starts it. SHEAF_ELOAD when it cannot be started.
int sf_launch(sf_peer **out, const sheaf_plugin_context *context,
              sheaf_error *error);

#endif
