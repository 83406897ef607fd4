/// Sheaf as a library: bundles, documents, plugins, runs and the shell.
///
/// Each of the headers below stands alone and opens with what it is for.
/// Rules that hold everywhere:
///
/// - Functions that can fail return SHEAF_OK or a negative sheaf_code and
///   explain themselves in a `sheaf_error`.
/// - Functions that make something have it as their first parameter, `out`;
///   the caller owns it then. A plain getter borrows.
/// - Option structs begin with their size: start from their `_INIT`.
/// - There is no global state. Different threads may use different objects.
#ifndef SHEAF_H
#define SHEAF_H

#include "sheaf/bundle.h"
#include "sheaf/doc.h"
#include "sheaf/error.h"
#include "sheaf/pack.h"
#include "sheaf/plugin.h"
#include "sheaf/replay.h"
#include "sheaf/run.h"
#include "sheaf/shell.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the library, such as "0.1.0".
SHEAF_API const char *sheaf_version(void);

/// Describes this build and this machine as a map: versions of Lua, libuv,
/// zlib and libdeflate, optional libraries found, plugin folders, kernel
/// features. The caller clears `*out`.
SHEAF_API int sheaf_describe(sheaf_value *out, sheaf_error *error);

#ifdef __cplusplus
}
#endif
#endif
