/// The plugin contract seen from the host: manifests, options, lifecycle.
#ifndef SF_PLUGIN_H
#define SF_PLUGIN_H

#include "base/base.h"
#include "doc/doc.h"
#include "loop/loop.h"
#include "plugin/rules.h"
#include "sheaf/plugin.h"

/// The most words that "command" in a manifest may have.
#define SF_COMMAND_MAX 16

typedef enum {
  SF_STAGE_READ,
  SF_STAGE_EXTRACT,
  SF_STAGE_SUMMARIZE,
  SF_STAGE_FILTER,
  SF_STAGE_REDUCE,
  SF_STAGE_EXPORT
} sf_stage;

/// A plugin.json that was read and checked. The texts are borrowed from
/// `json`, which the manifest owns.
typedef struct {
  sheaf_value json;
  char *folder;  ///< Absolute. Owned.
  const char *name;
  const char *version;
  const char *language;
  const char *main;
  sf_stage stage;
  size_t memory_limit;    ///< Bytes; 0: none.
  unsigned cpu_ms;        ///< CPU time of one hook call; 0: no limit.
  unsigned wall_ms;       ///< Wall time of one hook call; 0: no limit.
  uint64_t output_limit;  ///< Bytes that a document may export; 0: no limit.
  uint64_t span_limit;    ///< Spans that a document may get; 0: no limit.
  sheaf_value grants;     ///< A map, see sf_permissions_grant(); null: none.
  unsigned in_flight;     ///< Documents that it may be given at one time.
  bool spools;            ///< Its records are kept for `finish`.
  size_t finish_memory;   ///< Bytes, in `finish`; 0: none.
  unsigned finish_ms;     ///< Of `finish`, from one record to the next.
  uint64_t finish_limit;  ///< Bytes that `finish` may write; 0: no limit.
} sf_manifest;

/// Finds and reads the manifest of the plugin `name`, a name on `path` or a
/// folder (then with a slash in it). SHEAF_ENOPLUGIN suggests a near name.
int sf_manifest_load(sf_manifest *manifest, const char *name,
                     const char *const *path, sheaf_error *error);
void sf_manifest_clear(sf_manifest *manifest);

/// The rules that plugin.json is held to.
const sf_rule *sf_manifest_rules(void);

/// Is told of a plugin that may be a reader, and cannot be read.
typedef void (*sf_reader_lost)(void *context, const sheaf_error *why);

/// Lists the plugins of stage `read` on `path` in its order, the first of each
/// name. The caller clears the manifests and frees the list.
int sf_plugin_readers(sf_manifest **out, size_t *count, const char *const *path,
                      sf_reader_lost lost, void *context, sheaf_error *error);

/// The default plugin path: SHEAF_PLUGIN_PATH, then the folders beside this
/// program and the one it was installed with. The caller frees it with
/// sf_plugin_path_free().
char **sf_plugin_path(void);
void sf_plugin_path_free(char **path);

/// The folder of the Lua libraries that come with Sheaf, which the caller
/// frees; NULL when there is none.
char *sf_plugin_library(void);

/// Checks `given` (a map or NULL) against the manifest's options and makes
/// `*out` the complete map, defaults filled in. SHEAF_EOPTION names the option
/// and what it may be.
int sf_options_check(const sf_manifest *manifest, const sheaf_value *given,
                     sheaf_value *out, sheaf_error *error);

/// True when the plugin, of stage `read`, is for documents of that type.
bool sf_manifest_reads_type(const sf_manifest *manifest,
                            const char *media_type);

/// The number of output files, and the name and header line of each ("" when
/// it has none). Static: they are in the manifest.
size_t sf_manifest_output_count(const sf_manifest *manifest);

/// How many records a document has: one an output, or one for the spool.
size_t sf_manifest_record_count(const sf_manifest *manifest);
const char *sf_manifest_output(const sf_manifest *manifest, size_t index);
const char *sf_manifest_output_header(const sf_manifest *manifest,
                                      size_t index);

// --- Limits (limits.c) -----------------------------------------------------

/// Sets limits to what `limits` says, a map of those in plugin.json or NULL.
/// SHEAF_EUSAGE names the limit and what it may be.
int sf_limits_set(sf_manifest *manifest, const sheaf_value *limits,
                  sheaf_error *error);

/// The same for a text of the command line, `[PLUGIN:]LIMIT=NUMBER,…`; one
/// that is for another plugin is passed by. `*used` becomes true otherwise.
int sf_limits_read(sf_manifest *manifest, const char *text, bool *used,
                   sheaf_error *error);

/// Makes `*out` the map of all limits, or of those without `finish`.
int sf_limits_list(const sf_manifest *manifest, bool finish, sheaf_value *out);

// --- Permissions (permissions.c) -------------------------------------------

/// Grants what the user allows of what the plugin declares: `allow` is a list
/// of `[PLUGIN:]PERMISSION[=WHAT]`, ended by NULL, or NULL. `used[i]` becomes
/// true where `allow[i]` grants something. A plugin that came with Sheaf may
/// start the programs that it declares without being asked for.
///
/// `manifest->grants` becomes a map with a key for each permission that was
/// granted: absolute paths for `read` and `write`, names for `spawn`, with the
/// path of the program or null where there is none, a list of names for `env`,
/// true for `net`. SHEAF_EUSAGE where `allow` is no such list.
int sf_permissions_grant(sf_manifest *manifest, const char *const *allow,
                         bool *used, sheaf_error *error);

/// Fills `error` with what was declared and not granted; false: nothing.
bool sf_permissions_missing(const sf_manifest *manifest, sheaf_error *error);

// --- Native modules (path.c) ------------------------------------------------

/// The folder of the modules that came with Sheaf; NULL: there is none.
char *sf_plugin_modules(void);

/// Where the shared library `main` of a plugin lies: in its `folder`, or else
/// among those modules. NULL: nowhere, or no memory. The caller frees it.
char *sf_plugin_module(const char *folder, const char *main);

// --- Programs (programs.c) -------------------------------------------------

/// PATH, without the shims of version managers: these look for a program by
/// running others, which no wall lets them. The caller frees it; NULL: no
/// memory.
char *sf_program_path(void);

/// Where a program lies, by its name on that path or its own path; NULL: there
/// is none. The caller frees it.
char *sf_program_find(const char *name);

/// Is handed a program that is started, or a folder that it reads.
typedef int (*sf_program_visit)(void *context, const char *path, bool started);

/// Visits what it takes to start the program of a plugin: the first word of
/// `command`, or else `main` in `folder`, and the interpreters that these
/// files name in their first lines.
int sf_program_each(const sheaf_value *command, const char *folder,
                    const char *main, sf_program_visit visit, void *context);

/// A digest over the files of the plugin's folder, but for what is hidden,
/// `node_modules` and `__pycache__`: what `--resume` compares.
int sf_manifest_digest(const sf_manifest *manifest, char hex[SF_SHA256_HEX],
                       sheaf_error *error);

// --- Lifecycle (plugin.c) --------------------------------------------------

/// A language fills the hooks of a plugin; most give the same for each. What
/// it cannot do is NULL.
typedef struct sf_language {
  const char *name;
  const sheaf_plugin_hooks *hooks;

  /// The most bytes that a plugin has held at one time; 0: not known yet.
  uint64_t (*memory)(void *state);

  /// Ends what is only needed while there are documents.
  void (*rest)(void *state);

  /// Kills the plugin's process in the middle of its next call: behind so many
  /// lines of its answer. NULL: it has no process of its own.
  void (*kill)(void *state, unsigned lines);
} sf_language;

/// An open plugin: a manifest, its options, and the state of its hooks.
typedef struct sf_plugin sf_plugin;

/// Opens a plugin: makes and loads it. `languages` ends with a NULL. Takes
/// `manifest` (moved, on failure too); `options` are checked here, NULL gives
/// the defaults.
int sf_plugin_open(sf_plugin **out, sf_manifest *manifest,
                   const sheaf_value *options,
                   const sf_language *const *languages, sheaf_error *error);

/// The first half of that, without any code of the plugin.
int sf_plugin_new(sf_plugin **out, sf_manifest *manifest,
                  const sheaf_value *options, sheaf_error *error);

/// The second half, which does nothing for a plugin that is loaded. Can be
/// tried again after a failure.
int sf_plugin_load(sf_plugin *plugin, const sf_language *const *languages,
                   sheaf_error *error);

void sf_plugin_close(sf_plugin *plugin);

/// The most bytes that it has held at one time; 0: not known.
uint64_t sf_plugin_memory(const sf_plugin *plugin);

/// Ends what it only needs while there are documents, such as its program.
void sf_plugin_rest(const sf_plugin *plugin);

/// For tests: kills the process of the plugin in the middle of its next call,
/// see sf_language. False: it has none of its own.
bool sf_plugin_kill(const sf_plugin *plugin, unsigned lines);

const sf_manifest *sf_plugin_manifest(const sf_plugin *plugin);

/// What the `open` hook of the plugin made.
void *sf_plugin_state(const sf_plugin *plugin);

/// A plugin has at most so many outputs.
#define SF_OUTPUTS_MAX 16

/// What a member and its child documents have come to in all.
typedef struct {
  uint64_t max_document;  ///< Bytes of text that one child may have.
  uint64_t count;         ///< Child documents.
  uint64_t bytes;         ///< Of their texts.
} sf_family;

/// The child documents of one document. Start from a struct with `family` set.
typedef struct {
  sf_family *family;
  struct sf_child_doc {
    sheaf_doc *doc;  ///< Owned.
    size_t step;     ///< The step of the pipeline that made it.
  } * items;
  size_t count;
  size_t capacity;
} sf_children;

/// Releases the children from `count` on.
void sf_children_cut(sf_children *children, size_t count);
void sf_children_clear(sf_children *children);

/// Takes a record for output number `output` as soon as it is written.
typedef int (*sf_record_sink)(void *context, size_t output, sheaf_bytes record);

/// What a document's hooks amounted to. Start from a zeroed struct; `records`
/// has one buffer an output of the plugin that is running.
struct sheaf_result {
  char *dropped;         ///< The reason; NULL when it goes on. Owned.
  sheaf_error *partial;  ///< Borrowed: what is not read; NULL: nobody asks.
  sf_buffer *records;    ///< Borrowed: one an output.
  size_t outputs;
  bool yields;            ///< The plugin is to hand in a value.
  uint64_t limit;         ///< Bytes of records; 0: no limit.
  bool full;              ///< A record was refused for that.
  sf_children *children;  ///< Borrowed; NULL: there can be none.
  size_t step;            ///< Which of the pipeline's it is.
  sheaf_doc *doc;         ///< Set by the functions below.

  // In `finish`, where records are not gathered.
  sf_record_sink sink;       ///< NULL: they are.
  void *context;             ///< The sink's.
  const char *const *files;  ///< Borrowed: one an output; NULL: there are none.
  uint64_t written;          ///< Bytes.
};

/// Runs the plugin on `doc`: `process`, and `encode` where it is an exporter.
/// On failure what it added is taken back.
int sf_plugin_process(sf_plugin *plugin, sheaf_doc *doc, sheaf_result *result,
                      sheaf_error *error);

// --- Tasks (task.c) --------------------------------------------------------

/// What the one who starts a task is told.
typedef struct {
  /// The plugin gets control from the loop, or has given it back.
  void (*running)(void *context, bool running);
  /// The end of a task that was pending; `error` is not NULL.
  void (*done)(void *context, int code, const sheaf_error *error);
} sf_task_events;

/// A plugin at work on a document. Start from a struct with the first six
/// fields set; it must not move.
struct sheaf_task {
  sf_plugin *plugin;
  sheaf_doc *doc;
  sheaf_result *result;
  sf_loop *loop;  ///< NULL: the hooks are to block.
  const sf_task_events *events;
  void *context;

  sheaf_hook hook;
  bool pending;
  bool keeps_time;  ///< Set by `start`: it looks after `wall_ms` itself.
  sf_doc_mark mark;
  size_t sizes[SF_OUTPUTS_MAX];  ///< Of the records when it began.
  size_t children;               ///< Their number when it began.
  sf_timer *limit;
  uint64_t limit_due;  ///< When that is to fire.
  sf_timer *timer;     ///< Of sheaf_task_after().
  void (*call)(void *context);
  void *call_context;
};

/// Begins the task. SHEAF_PENDING when the end comes by `events->done`.
int sf_task_start(sheaf_task *task, sheaf_error *error);

/// Ends a pending task; nothing is called any more. Harmless for others.
void sf_task_cancel(sheaf_task *task);

/// Calls `call`, from the loop, as a part of the task: it is the plugin that
/// runs.
void sf_task_run(sheaf_task *task, void (*call)(void *context), void *context);

// --- Programs that plugins start (spawn.c) ---------------------------------

/// A command, what it reads, what it says.
typedef struct sf_spawn sf_spawn;

/// Takes a copy of the command of a plugin. SHEAF_EPERMISSION when the program
/// was not granted; SHEAF_EOPEN when it is not installed.
int sf_spawn_new(sf_spawn **out, const sheaf_plugin_context *context,
                 const sheaf_command *command, sheaf_error *error);

/// Starts it. `done` is called from the loop when it has ended, once.
int sf_spawn_start(sf_spawn *spawn, sf_loop *loop, void (*done)(void *context),
                   void *context, sheaf_error *error);

/// Starts it and waits for its end, on a loop of its own, with the broker of
/// `lender`, which may be NULL.
int sf_spawn_wait(sf_spawn *spawn, sf_loop *lender, sheaf_error *error);

/// What became of it, borrowed. SHEAF_ELIMIT when it has said more than the
/// plugin may hold.
int sf_spawn_outcome(const sf_spawn *spawn, sheaf_outcome *outcome,
                     sheaf_error *error);

/// Kills it if it still runs.
void sf_spawn_free(sf_spawn *spawn);

// --- The end of a run (spool.c) ----------------------------------------------

/// Where a spool's records come from. `next` gives the next one, borrowed
/// until it is called again; SHEAF_END behind the last one.
typedef struct {
  int (*next)(void *context, sheaf_bytes *record, sheaf_error *error);
  /// The plugin has `ms` from now on; 0: no limit. May be NULL.
  void (*allow)(void *context, unsigned ms);
  void *context;
} sf_spool_source;

/// Records that are kept for `finish`.
struct sheaf_spool {
  const sf_spool_source *source;
  const sf_manifest *manifest;
  /// Called when the plugin's time begins anew, with what it has. Set by a
  /// language that keeps account of it; NULL otherwise.
  void (*granted)(void *context, unsigned ms);
  void *context;
  bool ended;  ///< The last record was read.
};

/// Runs the `finish` hook over the records of `source`. What it writes goes to
/// `result`, of which `sink` or `records` is set; its limits are set here.
int sf_plugin_finish(sf_plugin *plugin, const sf_spool_source *source,
                     sheaf_result *result, sheaf_error *error);

/// In a spool file each record is preceded by its length.
#define SF_SPOOL_LENGTH 4
void sf_spool_length(char out[SF_SPOOL_LENGTH], size_t length);

/// Takes the next record off the front of what is in such a file. SHEAF_END
/// when there is none; SHEAF_EDAMAGED.
int sf_spool_take(sheaf_bytes *from, sheaf_bytes *record);

/// Runs the `check` hook, if there is one.
int sf_plugin_check(sf_plugin *plugin, sheaf_error *error);

#endif
