/// A Lua state of ours and what its bindings share. Private to this module.
#ifndef SF_ENGINE_H
#define SF_ENGINE_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "base/base.h"
#include "doc/doc.h"
#include "lua/clock.h"
#include "lua/patterns.h"
#include "lua/pool.h"
#include "plugin/plugin.h"
#include "sheaf/bundle.h"
#include "text/text.h"

// --- States (engine.c) -----------------------------------------------------

/// Why a state was killed. A killed state unwinds, whatever its code tries,
/// and is then closed.
typedef enum { SF_ALIVE, SF_OUT_OF_TIME, SF_OUT_OF_MEMORY } sf_kill;

/// X(NAME, name): the types of our own that values in Lua can have.
#define SF_TYPE_MAP(X)             \
  X(TEXT, "sheaf.text")            \
  X(DOC, "sheaf.doc")              \
  X(OWNER, "sheaf.owner")          \
  X(SPAN, "sheaf.span")            \
  X(REGEX, "sheaf.regex")          \
  X(COUNTER, "sheaf.word_counter") \
  X(LIST, "sheaf.list")            \
  X(BUFFER, "sheaf.buffer")        \
  X(BAG, "sheaf.bag")              \
  X(BUNDLE, "sheaf.bundle")        \
  X(PLUGIN, "sheaf.plugin")

typedef enum {
#define SF_X(name, text) SF_TYPE_##name,
  SF_TYPE_MAP(SF_X)
#undef SF_X
      SF_TYPES
} sf_type;

/// A Lua state with an account of its memory and of its time.
typedef struct {
  lua_State *L;
  const char *name;     ///< The plugin's name, for messages. Borrowed.
  const char *library;  ///< Folder of `require "sheaf.x"`. Borrowed.
  const char *folder;   ///< Folder of every other `require`; NULL: Lua's own.
  sf_pool pool;         ///< Where small blocks come from.
  sf_buffer scratch;    ///< See sf_scratch().
  sf_patterns patterns;
  const void *types[SF_TYPES];  ///< Their metatables.
  size_t memory;                ///< Bytes in use,
  size_t memory_peak;           ///< and at most.
  size_t memory_limit;          ///< 0: none.
  unsigned cpu_ms;              ///< CPU time of one call; 0: no limit.
  unsigned allowed;             ///< That of the call that runs.
  uint64_t allowance;           ///< Blocks until memory is at its end, for
                                ///< tests; 0: no matter.
  unsigned lines;               ///< Printed during this call.
  unsigned closing;  ///< Coroutines that are being closed within another.
  lua_State *spare;  ///< The coroutine of the next hook; NULL: a new one.

  sf_clock clock;                ///< Runs when there is a limit.
  _Atomic unsigned ticks;        ///< Counted by the clock.
  _Atomic unsigned deadline;     ///< In ticks; 0: no call is running.
  _Atomic(lua_State *) running;  ///< The coroutine that runs now.
  _Atomic int killed;            ///< An sf_kill.
} sf_engine;

/// Makes a state in `engine`, whose names and limits are set. It must not move
/// until it is closed.
int sf_engine_open(sf_engine *engine, sheaf_error *error);
void sf_engine_close(sf_engine *engine);

/// The call of a hook that runs in the coroutine `L`; NULL for a coroutine
/// that a plugin made. Kept in the space that Lua gives each coroutine.
static inline void *sf_hook_of(lua_State *L) {
  return *(void **)lua_getextraspace(L);
}

/// The engine of a state, from within a binding.
sf_engine *sf_engine_of(lua_State *L);

/// Calls the function under `arguments` on the stack. A Lua error becomes
/// SHEAF_EPLUGIN (with a traceback), a limit SHEAF_ELIMIT or SHEAF_ETIMEOUT;
/// both leave nothing on the stack.
int sf_engine_call(sf_engine *engine, int arguments, int results,
                   sheaf_error *error);

/// Goes on with the coroutine `co`, with what is on its stack. SHEAF_PENDING
/// when it waits; otherwise as sf_engine_call(), with no results, and `co` can
/// be used anew unless the state was killed.
int sf_engine_resume(sf_engine *engine, lua_State *co, int arguments,
                     sheaf_error *error);

/// Gives the call that runs `cpu_ms` of CPU time from now on, in the place of
/// what is left to it; 0: as much as it wants.
void sf_engine_allow(sf_engine *engine, unsigned cpu_ms);

/// For tests: kills the next call for its memory at the block number `block`,
/// or for its time after so many instructions. 0 does neither.
void sf_engine_injure(sf_engine *engine, uint64_t block, int instructions);

/// An empty buffer for what one binding makes, without a call of another that
/// uses it. The state keeps and releases it.
sf_buffer *sf_scratch(lua_State *L);

/// Pushes the content of the scratch buffer as a string; raises when it has
/// failed. Returns 1.
int sf_push_scratch(lua_State *L);

/// Raises when the scratch buffer has failed or is larger than the state may
/// be.
void sf_check_scratch(lua_State *L);

/// Memory that counts as the state's.
sf_memory sf_lua_memory(lua_State *L);

/// For loops in C: raises when the state's time is up.
void sf_engine_check(lua_State *L);

/// The same as an sf_interrupt (see text.h), with the engine as context.
int sf_engine_interrupt(void *engine);

/// After a protected call that ended with `status`: kills the state when its
/// memory was at an end, and tells whether it is killed.
bool sf_engine_killed(lua_State *L, int status);

/// After a protected call that ended with `status`: goes on raising when the
/// state was killed, and kills it when its memory was at an end.
void sf_engine_rethrow(lua_State *L, int status);

/// Goes on when `code` is SHEAF_OK, and raises what it says otherwise:
/// SHEAF_ENOMEM or SHEAF_ETIMEOUT.
void sf_lua_check(lua_State *L, int code);

/// True when one more line may be printed during this call.
bool sf_engine_may_print(sf_engine *engine);

/// Raises a Lua error that says what `error` says.
int sf_raise(lua_State *L, const sheaf_error *error);

/// Raises unless the value at `index` is nil or a table with no other keys
/// than `names`, which ends with a NULL. True when it is a table.
bool sf_check_options(lua_State *L, int index, const char *const names[]);

// --- Types (types.c) -------------------------------------------------------

/// Makes the metatable of `type` with `metamethods`, and `methods` as its
/// `__index` unless that is NULL.
void sf_define_type(lua_State *L, sf_type type, const luaL_Reg *metamethods,
                    const luaL_Reg *methods);

/// Pushes the metatable of `type`.
void sf_push_type(lua_State *L, sf_type type);

/// Gives the userdata or table on top of the stack its type.
void sf_set_type(lua_State *L, sf_type type);

bool sf_has_type(lua_State *L, int index, sf_type type);

/// The userdata at `index`; NULL when it is of another type.
void *sf_to_type(lua_State *L, int index, sf_type type);

/// As sf_to_type(), but raises for another type.
void *sf_check_type(lua_State *L, int index, sf_type type);

// --- Values (values.c) -----------------------------------------------------

/// Pushes `value`; JSON's null becomes `sheaf.null`.
void sf_push_value(lua_State *L, const sheaf_value *value);

/// Pushes what the JSON in `json` says; raises where it is malformed.
void sf_push_json(lua_State *L, sheaf_bytes json);

/// Pushes an empty table that is a list, with room for some items.
void sf_push_list(lua_State *L, size_t room);

/// Appends the Lua value at `index` as JSON with sorted keys. Raises where it
/// cannot be JSON: functions, cycles, keys that are no strings.
void sf_write_json(lua_State *L, int index, sf_buffer *out);

/// The same for the table at `index`, but with the keys and in the order that
/// the list at `fields` says; keys that it has not are left out.
void sf_write_json_fields(lua_State *L, int index, int fields, sf_buffer *out);

/// A buffer that the Lua state releases, whatever is raised. Pushed. Lua does
/// not know how large it is: clear it as soon as it has done its work.
sf_buffer *sf_push_buffer(lua_State *L);

void sf_open_values(lua_State *L);

// --- Texts (text.c) --------------------------------------------------------

/// The document that a Lua handle stands for, or NULL after its end. The
/// handle's first user value keeps its text, the second what it depends on,
/// the third its owner.
typedef struct {
  sheaf_doc *doc;
  sheaf_result *result;  ///< NULL outside of a hook.
  size_t memory;         ///< That the document took when the hook began.
} sf_doc_handle;

/// A piece of text in Lua.
typedef struct {
  const char *data;
  size_t size;
  size_t from;           ///< Where it stands in the document.
  sf_doc_handle *owner;  ///< NULL for the text of a Lua string.
} sf_text;

/// Pushes a text; the value at `anchor` (the document's handle or the string)
/// is kept alive by it.
void sf_push_text(lua_State *L, int anchor, sf_doc_handle *owner,
                  sheaf_bytes bytes, size_t from);

/// Pushes the piece [from, to), counted from its beginning, of the string or
/// text at `index`.
void sf_push_piece(lua_State *L, int index, size_t from, size_t to);

/// The text at `index`, whose document is checked to be alive.
sf_text *sf_check_text(lua_State *L, int index);

/// The language of the document that the text is of, or "und".
const char *sf_text_language_of(const sf_text *text);

/// The bytes of the string, number or text at `index`; raises for others.
sheaf_bytes sf_check_bytes(lua_State *L, int index);

/// As sf_check_bytes(), but false for other values.
bool sf_to_bytes(lua_State *L, int index, sheaf_bytes *bytes);

void sf_open_text(lua_State *L);

// --- Documents (document.c) ------------------------------------------------

/// Pushes a handle for `doc`, until sf_release_doc() is called.
sf_doc_handle *sf_push_doc(lua_State *L, sheaf_doc *doc, sheaf_result *result);

/// Pushes a handle that is to get a document, which goes with it.
sf_doc_handle *sf_push_own_doc(lua_State *L);

/// The handle at `index`, whose document is checked to be alive.
sf_doc_handle *sf_check_doc(lua_State *L, int index);

/// Ends the use of a handle's document.
void sf_release_doc(sf_doc_handle *handle);

void sf_open_document(lua_State *L);

// --- Patterns (match.c) ----------------------------------------------------

/// The methods of texts that take a pattern, ended by a NULL.
extern const luaL_Reg sf_match_methods[];

/// What is searched for; borrowed from the stack.
typedef struct {
  sf_regex *regex;      ///< Or, when NULL:
  sheaf_bytes pattern;  ///< a Lua pattern.
  bool plain;           ///< It stands for itself.
} sf_needle;

/// The pattern or regular expression at `index`; raises for others.
sf_needle sf_check_needle(lua_State *L, int index);

/// Searches `text` from byte `at` on. False when there is no match.
bool sf_search(lua_State *L, const sf_needle *needle, sheaf_bytes text,
               size_t at, sf_match *match);

/// Finds the match behind the one that ended at `*last`, -1 for none, and moves
/// it on. False when there is none left.
bool sf_next_match(lua_State *L, const sf_needle *needle, sheaf_bytes text,
                   lua_Integer *last, sf_match *match);

/// The first capture, or the whole match where there is none.
sf_range sf_chosen(const sf_match *match);

/// Makes a `^` at the beginning of the pattern at `pattern` mean itself: where
/// matches follow each other it is no anchor, as in Lua's gmatch.
void sf_unanchor(lua_State *L, int pattern);

/// sheaf.regex(pattern [, flags]).
int sf_lua_regex(lua_State *L);
void sf_open_match(lua_State *L);

// --- Many at once (lists.c, words.c) ---------------------------------------

/// The methods of texts that give lists, ended by a NULL.
extern const luaL_Reg sf_list_methods[];
void sf_open_lists(lua_State *L);

/// sheaf.word_counter(options).
int sf_lua_word_counter(lua_State *L);
void sf_open_words(lua_State *L);

// --- Libraries -------------------------------------------------------------

/// Makes the global `sheaf` (library.c).
void sf_open_library(lua_State *L);

/// Adds what reaches beyond documents to the table on top, the plugin's `ctx`:
/// each function asks sheaf_plugin_may() first. `context` outlives the state.
void sf_open_outside(lua_State *L, const sheaf_plugin_context *context);

/// Pushes nil, what went wrong, and its code: three values.
int sf_push_refusal(lua_State *L, const sheaf_error *error);

/// Opens what plugins may use of Lua's own libraries (sandbox.c).
void sf_open_sandbox(lua_State *L);

// Functions that take the place of Lua's, which could not be stopped. Each
// list ends with a NULL.
extern const luaL_Reg sf_protected_functions[];  ///< pcall, xpcall.
extern const luaL_Reg sf_coroutine_functions[];  ///< The whole library.
extern const luaL_Reg sf_string_functions[];     ///< Those with patterns, rep.
extern const luaL_Reg sf_table_functions[];      ///< Those that loop.

/// Pushes what `require(name)` gives for a library of Sheaf ("sheaf.x") or,
/// in a sandbox, for a module of the plugin (require.c).
int sf_lua_require(lua_State *L);

/// Loads the file `name` in `folder` as text and pushes its function; raises
/// where that fails. `label` is how errors call it.
void sf_load_file(lua_State *L, const char *folder, const char *name,
                  const char *label);

/// The engine of an open plugin in Lua, whose `open` has made `state`.
sf_engine *sf_plugin_engine(void *state);

/// Adds what scripts have and plugins do not: `sheaf.open`, `sheaf.plugin`
/// (bench.c). `languages` is borrowed.
void sf_open_bench(lua_State *L, const sf_language *const *languages);

/// Adds `sheaf.api` and `sheaf.manifest_rules` (registry.c).
void sf_open_registry(lua_State *L);

#endif
