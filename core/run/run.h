/// Runs: the module behind sheaf/run.h.
#ifndef SF_RUN_H
#define SF_RUN_H

#include "plugin/plugin.h"
#include "sheaf/run.h"

/// The languages that plugins are written in. Ends with a NULL.
extern const sf_language *const sf_languages[];

#endif
