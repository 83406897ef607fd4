/// The plugin contract: what a plugin is to the host, in every language.
///
/// A plugin is a folder with a static `plugin.json` and an entry file. Lua's
/// plugins are run through the hooks below, as those of other languages are:
/// a language is no more than a way to fill this table.
///
/// A plugin is opened once in each worker with checked options and then sees
/// documents one after the other; it must not depend on which came before.
/// Hooks return SHEAF_OK or a negative code with `*error` filled. A failing
/// hook costs its document only: the spans that it added are taken back.
#ifndef SHEAF_PLUGIN_H
#define SHEAF_PLUGIN_H

#include <stddef.h>

#include "sheaf/doc.h"
#include "sheaf/error.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The version of this contract: `"api"` in plugin.json.
#define SHEAF_PLUGIN_API 1

/// Collects what a hook has to say about its document beyond spans.
typedef struct sheaf_result sheaf_result;

/// Ends the document's way through the pipeline: its row becomes `skipped`
/// with `reason`, and later plugins do not see it.
SHEAF_API int sheaf_result_drop(sheaf_result *result, const char *reason);

/// Says, from `process` of a `read` plugin, that the text it has set is not all
/// that there was, or lacks its structure: unless something worse follows, the
/// document's row becomes `partial`, with the code, reason and hint of `about`.
/// Of other plugins it is ignored.
SHEAF_API void sheaf_result_partial(sheaf_result *result,
                                    const sheaf_error *about);

/// Appends `record` to the plugin's output file number `output` (from 0, in
/// the order of "outputs" in plugin.json). The bytes are copied. SHEAF_ELIMIT
/// when that is more than a document may export.
SHEAF_API int sheaf_result_write(sheaf_result *result, size_t output,
                                 sheaf_bytes record);

/// Hands in what a document amounts to, from `process` of a `reduce` plugin:
/// once, any value, which stays the caller's. `finish` gets it back when all
/// documents are done, unless this one was dropped or failed after all.
/// SHEAF_EPLUGIN when there is one already; otherwise as sheaf_result_write().
SHEAF_API int sheaf_result_yield(sheaf_result *result, const sheaf_value *part,
                                 sheaf_error *error);

/// The records of a run, kept until all documents are done: what `process` of
/// a `reduce` plugin has handed in, or what `encode` of an `export` plugin with
/// `"spool": true` has written, one a document, in the order of the documents.
typedef struct sheaf_spool sheaf_spool;

/// Reads the next record, which is borrowed until the next call. SHEAF_END
/// behind the last one. The plugin's time, `finish_ms`, begins anew with each
/// and behind the last.
SHEAF_API int sheaf_spool_next(sheaf_spool *spool, sheaf_bytes *record,
                               sheaf_error *error);

/// Reads the next record as the value that sheaf_result_yield() was given; the
/// caller clears it.
SHEAF_API int sheaf_spool_value(sheaf_spool *spool, sheaf_value *value,
                                sheaf_error *error);

/// Where, in `finish`, the file lies that becomes output number `output`, for
/// plugins that do not write records but have a library make the file. It is
/// not there yet, and nothing else in its folder is kept. Borrowed; NULL when
/// there is no such output.
SHEAF_API const char *sheaf_result_file(const sheaf_result *result,
                                        size_t output);

/// A member may lead to so many child documents, all generations together,
/// with so many bytes of text.
#define SHEAF_CHILDREN_MAX      10000
#define SHEAF_CHILDREN_TEXT_MAX ((size_t)256 << 20)

/// A child document. `size` is sizeof(sheaf_child).
typedef struct {
  size_t size;
  const char *name;             ///< Ends its id; of at most 4096 bytes.
  sheaf_bytes text;             ///< UTF-8. Copied, as everything is.
  const char *media_type;       ///< NULL: "text/plain".
  const sheaf_value *metadata;  ///< A map, or NULL.
} sheaf_child;

/// Makes a child document. Its id is `PARENT-ID/CHILD-ORDINAL/NAME`, it goes
/// through the steps behind this one, whatever becomes of its parent, and has
/// a row of its own behind that. Those of a hook that fails are taken back.
/// SHEAF_EINVAL for a name, text or metadata that cannot be; SHEAF_ETOOLARGE;
/// SHEAF_ELIMIT when there are too many.
SHEAF_API int sheaf_result_emit(sheaf_result *result, const sheaf_child *child,
                                sheaf_error *error);

/// A document on which a plugin works while others go on.
typedef struct sheaf_task sheaf_task;

/// What `start` returns when it will call sheaf_task_done() later.
#define SHEAF_PENDING 2

/// Which hook a task is in.
typedef enum { SHEAF_HOOK_PROCESS, SHEAF_HOOK_ENCODE } sheaf_hook;

/// Ends a hook that is pending: `code` and `error` (NULL when the code is
/// SHEAF_OK) are what it would have returned. To be called once, from a call
/// of sheaf_task_after() or of the host's loop, never within `start`.
SHEAF_API void sheaf_task_done(sheaf_task *task, int code,
                               const sheaf_error *error);

/// Calls `call` in `ms` milliseconds, unless the task has ended before; one
/// call at a time can be asked for.
SHEAF_API int sheaf_task_after(sheaf_task *task, unsigned ms,
                               void (*call)(void *context), void *context,
                               sheaf_error *error);

/// Begins a pending hook anew, as after the loss of the state that it ran in:
/// what it has added is taken back, and `start` called again.
SHEAF_API void sheaf_task_restart(sheaf_task *task);

/// What the host tells a plugin about itself at `open`. Borrowed; lives as
/// long as the plugin is open.
typedef struct {
  size_t size;                 ///< sizeof(sheaf_plugin_context).
  const char *name;            ///< As in plugin.json.
  const char *folder;          ///< Where the plugin lies.
  const char *main;            ///< Its entry file, relative to the folder.
  const char *library;         ///< Folder of the libraries that Sheaf gives.
  const sheaf_value *options;  ///< A map: checked and complete.
  const sheaf_value *outputs;  ///< A list of output file names.
  size_t memory_limit;         ///< Bytes the plugin may hold; 0: no limit.
  unsigned cpu_ms;             ///< CPU time of one call; 0: no limit.
  unsigned wall_ms;            ///< Wall time of one call; 0: no limit.
  const sheaf_value *command;  ///< A list of words: what runs `main`; or NULL.
  const sheaf_value *permissions;  ///< A map: those in plugin.json; or NULL.
  const sheaf_value *grants;       ///< A map: what of them was granted.
  unsigned in_flight;              ///< Documents it may have at one time.
  const char *stage;               ///< As in plugin.json.
  int spools;                 ///< Not 0: its records are kept for `finish`.
  void *host;                 ///< The host's own.
  const sheaf_value *reads;   ///< A list: as in plugin.json; or NULL.
  const sheaf_value *writes;  ///< The same.
} sheaf_plugin_context;

/// Tells whether the plugin may do what it is about to do: `permission` is
/// "read" or "write" with the path `what`, "spawn" with a program's name or
/// path, "env" with a variable's name, or "net" with a host's.
/// SHEAF_EPERMISSION says what was asked for, what was granted, and how to
/// grant it. The wall around a worker holds whether a plugin asks or not.
SHEAF_API int sheaf_plugin_may(const sheaf_plugin_context *context,
                               const char *permission, const char *what,
                               sheaf_error *error);

/// A program to be started. `size` is sizeof(sheaf_command).
typedef struct {
  size_t size;
  const char *const *words;  ///< Ended by NULL; the first names the program.
  sheaf_bytes input;         ///< What it reads on its standard input.
} sheaf_command;

/// What became of a program. `size` is sizeof(sheaf_outcome).
typedef struct {
  size_t size;
  int status;          ///< As it has exited.
  int signal;          ///< What ended it; 0: nothing did.
  sheaf_bytes output;  ///< All that it wrote,
  sheaf_bytes errors;  ///< and the first 4096 bytes on its standard error.
  void *held;          ///< The host's own.
} sheaf_outcome;

/// Runs a program that was granted, and waits for its end; from `process` and
/// `encode`. It stands behind the wall of the worker, which a plugin cannot
/// leave by fork(). The caller clears `*outcome`, on failure too.
/// SHEAF_EPERMISSION as sheaf_plugin_may(); SHEAF_EOPEN when it is not
/// installed; SHEAF_ELIMIT when it writes more than the plugin may hold.
SHEAF_API int sheaf_plugin_spawn(const sheaf_plugin_context *context,
                                 const sheaf_command *command,
                                 sheaf_outcome *outcome, sheaf_error *error);
SHEAF_API void sheaf_outcome_clear(sheaf_outcome *outcome);

/// The hooks. A hook that a plugin does not have is NULL. Fields are only
/// ever appended; `size` tells the host which of them the plugin knows.
typedef struct {
  size_t size;  ///< sizeof(sheaf_plugin_hooks).
  int api;      ///< SHEAF_PLUGIN_API.

  /// Loads the plugin and runs its `init`. On success `*state` is handed to
  /// every other hook and released by `close`.
  int (*open)(void **state, const sheaf_plugin_context *context,
              sheaf_error *error);

  /// Works on one document: adds spans and metadata, or drops it.
  int (*process)(void *state, sheaf_doc *doc, sheaf_result *result,
                 sheaf_error *error);

  /// `export` only: writes the document's records.
  int (*encode)(void *state, sheaf_doc *doc, sheaf_result *result,
                sheaf_error *error);

  /// Unused, and NULL: the host never calls them.
  void (*reserved[2])(void);

  /// `reduce`, and `export` with a spool: makes the outputs of the whole run
  /// out of the spool, when all documents are done. Called once, in a worker
  /// of its own; when that does not come to its end, what it has written is
  /// discarded, and a resumed run calls it anew.
  int (*finish)(void *state, sheaf_spool *spool, sheaf_result *result,
                sheaf_error *error);

  /// Tells whether the plugin can work here, for `sheaf doctor`.
  int (*check)(void *state, sheaf_error *error);

  /// Releases `state`.
  void (*close)(void *state);

  /// Begins what `process` or `encode`, as `hook` says, would do, for a plugin
  /// that can wait without blocking: returns what they would, or
  /// SHEAF_PENDING. `doc` and `result` then live until sheaf_task_done(). May
  /// be NULL; a plugin that has it has the others, too: they are called where
  /// nothing else is to go on.
  int (*start)(void *state, sheaf_hook hook, sheaf_doc *doc,
               sheaf_result *result, sheaf_task *task, sheaf_error *error);

  /// Gives up a pending task, whose time is up: nothing is to be called for it
  /// any more. Goes with `start`.
  void (*cancel)(void *state, sheaf_task *task);
} sheaf_plugin_hooks;

/// What a native plugin, a shared library, exports: its hooks, which are
/// static. A program into which libsheaf is linked statically has to export the
/// functions of these headers (-rdynamic), so that the plugin finds them.
SHEAF_API const sheaf_plugin_hooks *sheaf_plugin_entry(void);

/// Tells about the plugin `name`, a plugin's name or the folder it lies in.
///
/// `path` is a NULL-ended list of folders to look in; NULL means the default
/// (SHEAF_PLUGIN_PATH, then the plugins that came with Sheaf). `*out` becomes
/// the checked manifest, a map, with `folder` added, and `granted`, what it is
/// granted without being asked for; the caller clears it.
SHEAF_API int sheaf_plugin_info(sheaf_value *out, const char *name,
                                const char *const *path, sheaf_error *error);

/// Lists the plugins on `path`: `*out` becomes a list of manifests as above,
/// sorted by name. One that cannot be read is a map with `folder` and `error`.
SHEAF_API int sheaf_plugin_list(sheaf_value *out, const char *const *path,
                                sheaf_error *error);

/// The folder of the plugins that came with Sheaf; with `lib`, their Lua
/// libraries, and `templates` for new plugins. NULL when there is none, or no
/// memory. The caller releases it with free().
SHEAF_API char *sheaf_plugin_home(void);

/// Opens the plugin `name` with its default options, runs its `check` hook
/// if it has one, and closes it.
SHEAF_API int sheaf_plugin_check(const char *name, const char *const *path,
                                 sheaf_error *error);

#ifdef __cplusplus
}
#endif
#endif
