/// Calls of a plugin's hooks: coroutines that can wait.
#ifndef SF_LUA_CALL_H
#define SF_LUA_CALL_H

#include "lua/engine.h"

typedef struct sf_hook_call sf_hook_call;
typedef struct sf_ending sf_ending;

enum { SF_DOC_HOOKS = 2 };  ///< `process` and `encode`.

/// A plugin's state. Its Lua stack holds, for as long as the state lives, the
/// plugin's table and the context.
typedef struct {
  sf_engine engine;
  const sheaf_plugin_context *context;
  bool has[SF_DOC_HOOKS];  ///< Which hooks of documents, by sheaf_hook.
  sf_hook_call *idle;      ///< Calls to be used again, and their coroutines.
  sf_hook_call *waiting;   ///< Those that a hook is in.
  sf_ending *ending;       ///< What `finish` works on; NULL: it does not run.
} sf_lua_plugin;

enum { SF_PLUGIN_AT = 1, SF_CONTEXT_AT = 2 };

/// One call of a hook. Whatever touches Lua's memory happens under a protected
/// call, since any of it may raise. Hooks that have a document run in
/// coroutines, so that they can wait.
struct sf_hook_call {
  sf_hook_call *next;
  sf_lua_plugin *plugin;
  const char *hook;
  sheaf_doc *doc;  ///< NULL for a hook without one.
  sheaf_result *result;
  sf_doc_handle *handle;
  int code;
  sheaf_error *error;
  lua_State *thread;  ///< NULL until there is one.
  sheaf_task *task;   ///< NULL: to wait is to block.
  unsigned ms;        ///< What it waits for: a time,
  sf_spawn *spawn;    ///< or, unless it is NULL, a program.
};

/// Runs the plugin's main file and its `init` in a new state (hooks.c).
int sf_lua_open_state(sf_lua_plugin *plugin, sheaf_error *error);

// --- Calls (call.c) --------------------------------------------------------

/// Makes sure that there is a state: after a limit was hit it is not to be
/// trusted, and made anew.
int sf_ensure_state(sf_lua_plugin *plugin, sheaf_error *error);

/// Takes an idle call; NULL without memory.
sf_hook_call *sf_take_call(sf_lua_plugin *plugin);

/// Begins the call with the function `body`, which finds on its stack the call,
/// the plugin's table and the context. SHEAF_PENDING when it waits.
int sf_begin_call(sf_hook_call *call, lua_CFunction body, sheaf_error *error);

/// Goes on with a call that waits. To be called from the loop.
void sf_wake_call(sf_hook_call *call);

/// Gives up the call that waits for `task`.
void sf_cancel_call(sf_lua_plugin *plugin, const sheaf_task *task);

/// Discards a state that was killed, with all that runs in it: the other hooks
/// begin again in a new one.
void sf_discard_state(sf_lua_plugin *plugin);

void sf_free_calls(sf_lua_plugin *plugin);

// --- Waiting (wait.c, spawn.c) ---------------------------------------------

/// Adds `sleep` and `spawn` to the table on top, the plugin's `ctx`.
void sf_open_waiting(lua_State *L, const sheaf_plugin_context *context);

/// Begins to wait for what the call has yielded for.
int sf_wait_begin(sf_hook_call *call, sheaf_error *error);

/// Ends that; harmless when there is nothing to wait for.
void sf_wait_end(sf_hook_call *call);

/// Reads the table at `index` into a program to be started. Raises for what is
/// not a command; NULL, with nil, a message and a code pushed, when that was
/// not granted.
sf_spawn *sf_read_spawn(lua_State *L, int index,
                        const sheaf_plugin_context *context);

/// Pushes what became of it: a table, or nil, a message and a code. Returns
/// how many values.
int sf_push_outcome(lua_State *L, const sf_spawn *spawn);

#endif
