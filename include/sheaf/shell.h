/// The shell: a trusted Lua state with documents at hand.
///
/// Unlike plugins, scripts that a user runs himself have Lua's whole standard
/// library, `luv` where it is installed (on the shell's own event loop), and
/// the global `sheaf`.
#ifndef SHEAF_SHELL_H
#define SHEAF_SHELL_H

#include "sheaf/doc.h"
#include "sheaf/error.h"
#include "sheaf/plugin.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One Lua state and its event loop. Belongs to one thread at a time.
typedef struct sheaf_shell sheaf_shell;

/// Makes a shell. `library` is the folder of the Lua libraries that come with
/// Sheaf, NULL for the default. The caller owns `*out`.
SHEAF_API int sheaf_shell_new(sheaf_shell **out, const char *library,
                              sheaf_error *error);

/// Closes what is open on the loop and releases `shell`. NULL is allowed.
SHEAF_API void sheaf_shell_free(sheaf_shell *shell);

/// Sets Lua's global `arg`: `arg[0]` is `script`, then `arguments`, which end
/// with a NULL. They are also the `...` of the chunks that follow.
SHEAF_API int sheaf_shell_arguments(sheaf_shell *shell, const char *script,
                                    const char *const *arguments,
                                    sheaf_error *error);

/// Runs the script at `path` ("-": standard input), then the loop until
/// nothing is left on it. SHEAF_EPLUGIN with a traceback on a Lua error.
SHEAF_API int sheaf_shell_file(sheaf_shell *shell, const char *path,
                               sheaf_error *error);

/// The same for `code`; `name` is how errors call it.
SHEAF_API int sheaf_shell_string(sheaf_shell *shell, const char *code,
                                 const char *name, sheaf_error *error);

/// Runs the script at `path` and makes `*out` the first value that it returns,
/// which must be one that JSON can say; a table with both a list and keys
/// becomes a map with the keys "1", "2" and so on. The caller clears it.
SHEAF_API int sheaf_shell_evaluate(sheaf_shell *shell, const char *path,
                                   sheaf_value *out, sheaf_error *error);

/// Makes a document for a script. It and the result, which may be NULL, stay
/// the maker's, and alive as long as the shell is.
typedef int (*sheaf_doc_maker)(void *context, sheaf_doc **doc,
                               sheaf_result **result, sheaf_error *error);

/// Makes the global function `name`, which calls `make` and gives the document
/// that this has made, or nil, message and code.
SHEAF_API int sheaf_shell_provide(sheaf_shell *shell, const char *name,
                                  sheaf_doc_maker make, void *context,
                                  sheaf_error *error);

/// Talks with a person, or with whoever writes to standard input, until that
/// ends: evaluates each chunk, prints what expressions give, and lets timers
/// and other handles of the loop fire meanwhile. On a terminal, with readline
/// where it is installed, lines can be edited and completed; they are kept in
/// the file `history`, which may be NULL. Ctrl-C stops a chunk that runs.
SHEAF_API int sheaf_shell_repl(sheaf_shell *shell, const char *history,
                               sheaf_error *error);

#ifdef __cplusplus
}
#endif
#endif
