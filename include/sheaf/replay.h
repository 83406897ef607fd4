/// Replays: one document of a run, brought to where it stood before a plugin.
///
/// For those who look for what is wrong in a plugin, with the document at hand
/// on which it fails. See sheaf_shell_provide().
#ifndef SHEAF_REPLAY_H
#define SHEAF_REPLAY_H

#include "sheaf/doc.h"
#include "sheaf/error.h"
#include "sheaf/plugin.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A document of a run and the plugins that it goes through. Belongs to one
/// thread at a time.
typedef struct sheaf_replay sheaf_replay;

/// Opens the run in `folder` for the document at `place`: "BUNDLE/MEMBER", or
/// an id, which begins so. `plugin` is the step that it is to stand before;
/// NULL: behind all. The plugins before that are opened in this process,
/// without a wall. Relative paths are as in sheaf_retry().
SHEAF_API int sheaf_replay_open(sheaf_replay **out, const char *folder,
                                const char *place, const char *plugin,
                                sheaf_error *error);
SHEAF_API void sheaf_replay_close(sheaf_replay *replay);

/// Reads the document anew and sends it through the plugins before. `*doc` and
/// `*result`, for what it is sent through next, are borrowed until the replay
/// is closed. Fails with what keeps it from coming so far.
SHEAF_API int sheaf_replay_doc(sheaf_replay *replay, sheaf_doc **doc,
                               sheaf_result **result, sheaf_error *error);

/// The step: a map with "plugin", "stage", "language", "folder", "main",
/// "options", "limits" and "grants"; NULL when there is none. Borrowed.
SHEAF_API const sheaf_value *sheaf_replay_step(const sheaf_replay *replay);

#ifdef __cplusplus
}
#endif
#endif
