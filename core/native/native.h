/// Plugins in C, or in what makes such shared libraries: the language "native".
#ifndef SF_NATIVE_H
#define SF_NATIVE_H

#include "plugin/plugin.h"

/// A native plugin is a shared library that exports one function,
/// sheaf_plugin_entry(). It runs with full trust within the worker's wall: no
/// limit is held but the supervisor's, who kills and replaces a worker that
/// does not answer or has died.
extern const sf_language sf_native;

#endif
