/// Error codes and error texts shared by the C API, the plugins and Lua.
///
/// Every fallible function returns an `int`: 0 (SHEAF_OK) or a negative code,
/// and takes a `sheaf_error *` as its last argument. The error is filled only
/// on failure; NULL is allowed where the code alone is enough. There is no
/// hidden "last error": an error lives where its caller put it.
#ifndef SHEAF_ERROR_H
#define SHEAF_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SHEAF_API               __attribute__((visibility("default")))
#define SHEAF_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define SHEAF_API
#define SHEAF_PRINTF(at, first)
#endif

/// X(NAME, value, slug, scope, message)
///
/// The slug is the stable name that people and programs see: in ledger rows,
/// in JSON and behind error messages. The scope says how far the damage
/// reaches: the caller gives up one DOCUMENT, one BUNDLE, or the whole RUN.
#define SHEAF_ERROR_MAP(X)                                                 \
  X(ENOMEM, -1, "out-of-memory", RUN, "out of memory")                     \
  X(EINVAL, -2, "invalid-argument", RUN, "invalid argument")               \
  X(EUSAGE, -3, "usage", RUN, "the command line is wrong")                 \
  X(EINTERNAL, -4, "internal", RUN, "a fault in Sheaf itself")             \
  X(EINTERRUPTED, -5, "interrupted", RUN, "stopped by a signal")           \
  X(EOPEN, -10, "cannot-open", BUNDLE, "cannot be opened")                 \
  X(EREAD, -11, "read-error", BUNDLE, "cannot be read")                    \
  X(EFORMAT, -12, "unknown-format", BUNDLE, "no reader knows this format") \
  X(EDAMAGED, -13, "damaged", DOCUMENT, "damaged data")                    \
  X(ETRUNCATED, -14, "truncated", DOCUMENT, "data end too early")          \
  X(ECHECKSUM, -15, "checksum", DOCUMENT, "the checksum does not fit")     \
  X(EUNSUPPORTED, -16, "unsupported", DOCUMENT, "this kind is not read")   \
  X(ETOOLARGE, -17, "too-large", DOCUMENT, "over the size limit")          \
  X(ENOTTEXT, -18, "not-text", DOCUMENT, "no text can be read from it")    \
  X(ENOMEMBER, -19, "no-member", DOCUMENT, "there is no such member")      \
  X(ESYNTAX, -20, "syntax", DOCUMENT, "malformed data")                    \
  X(EUNREADABLE, -21, "unreadable", DOCUMENT, "no way to read it")         \
  X(EPLUGIN, -30, "plugin-error", DOCUMENT, "the plugin raised an error")  \
  X(ELIMIT, -31, "limit", DOCUMENT, "a limit was reached")                 \
  X(ETIMEOUT, -32, "timeout", DOCUMENT, "a time limit was reached")        \
  X(EDIED, -33, "worker-died", DOCUMENT, "its worker process died")        \
  X(EPERMISSION, -34, "permission", DOCUMENT, "that was not granted")      \
  X(ENOPLUGIN, -40, "no-plugin", RUN, "there is no such plugin")           \
  X(EMANIFEST, -41, "manifest", RUN, "the plugin's manifest is wrong")     \
  X(EOPTION, -42, "option", RUN, "the plugin's option is wrong")           \
  X(ELOAD, -43, "cannot-load", RUN, "the plugin cannot be loaded")         \
  X(ESANDBOX, -44, "sandbox", RUN, "the wall cannot be raised")            \
  X(EWRITE, -50, "write-error", RUN, "output cannot be written")           \
  X(EEXISTS, -51, "exists", RUN, "the output is there already")            \
  X(ELOCKED, -52, "locked", RUN, "another run is using it")                \
  X(ECHANGED, -53, "changed", RUN, "not what the run was started with")    \
  X(ETOOMANY, -54, "too-many-errors", RUN, "too many documents failed")

typedef enum {
  SHEAF_OK = 0,
  SHEAF_END = 1,  ///< Nothing more to come. Not an error.
#define SHEAF_X(name, value, slug, scope, message) SHEAF_##name = (value),
  SHEAF_ERROR_MAP(SHEAF_X)
#undef SHEAF_X
} sheaf_code;

typedef enum {
  SHEAF_SCOPE_DOCUMENT,
  SHEAF_SCOPE_BUNDLE,
  SHEAF_SCOPE_RUN
} sheaf_scope;

/// What went wrong, in three parts: `what: why (hint)`.
///
/// The texts are cut to fit, never overrun, and always end in a NUL.
typedef struct {
  int code;        ///< A sheaf_code.
  char what[256];  ///< The file, member, plugin or option concerned.
  char why[512];   ///< What was wrong with it, with expected and found.
  char hint[256];  ///< What to do about it; empty where nothing helps.
} sheaf_error;

/// Returns the stable name of `code`, such as "too-large". Never NULL.
SHEAF_API const char *sheaf_code_slug(int code);

/// Returns a short English description of `code`. Never NULL.
SHEAF_API const char *sheaf_code_message(int code);

/// Tells how much of the run `code` spoils.
SHEAF_API sheaf_scope sheaf_code_scope(int code);

/// Finds the code whose slug is `slug`; 0 when there is none.
SHEAF_API int sheaf_code_from_slug(const char *slug);

#ifdef __cplusplus
}
#endif
#endif
