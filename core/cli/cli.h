/// The program: its verbs, and what they share. Built on sheaf/ alone.
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sheaf/sheaf.h"

/// Exit statuses. Scripts build on them: they never change.
enum {
  CLI_OK = 0,
  CLI_SOME_FAILED = 1,
  CLI_USAGE = 2,
  CLI_INPUT = 3,
  CLI_OUTPUT = 4,
  CLI_PLUGIN = 5,
  CLI_TOO_MANY = 6,
  CLI_INTERNAL = 70,
  CLI_PIPE = 141
};

/// A verb: `sheaf NAME …`. One file each, listed in verbs.c. A verb without a
/// summary is not for people.
typedef struct {
  const char *name;
  const char *summary;  ///< One line for `sheaf help`.
  const char *help;     ///< The whole help, with an example.
  /// Runs it: argv[0] is the verb. Returns the exit status.
  int (*run)(int argc, char **argv);
} cli_verb;

/// Finds a verb by its name; NULL when there is none.
const cli_verb *cli_find_verb(const char *name);

/// Says that there is no such verb, and what may be meant. Returns 2.
int cli_unknown_verb(const char *name);

/// True when `word` may be meant as `name`: it is how that begins, or differs
/// by one letter changed, dropped, added or exchanged with the next.
bool cli_resembles(const char *word, const char *name);

/// Runs `sheaf SCRIPT.lua …`, `sheaf -e CODE …` or `sheaf - …`.
int cli_script(int argc, char **argv);

// --- Errors ----------------------------------------------------------------

/// Prints `sheaf: what: why (hint) [slug]` to standard error and returns the
/// exit status that fits the code.
int cli_fail(const sheaf_error *error);

/// Prints a warning in the same form and goes on.
void cli_warn(const sheaf_error *error);

/// Prints a usage error of `verb` with a pointer to its help. Returns 2.
int cli_usage(const char *verb, const char *why, ...) SHEAF_PRINTF(2, 3);

/// The exit status that fits an error code.
int cli_status(int code);

/// Flushes and closes standard output. Returns `status`, or what a failed
/// write makes of it: CLI_PIPE in silence when the reader has gone.
int cli_close_output(int status);

// --- Options ---------------------------------------------------------------

/// What stands behind an option: nothing, a value, or a number that may be
/// missing.
typedef enum { CLI_ALONE, CLI_VALUE, CLI_NUMBER } cli_option_kind;

typedef struct {
  const char *name;  ///< Long name without "--"; NULL ends the list.
  char letter;       ///< Short name, or 0.
  int takes_value;   ///< A cli_option_kind.
} cli_option;

/// Where the reading of a command line stands. Start with `index` = 1.
typedef struct {
  const char *verb;
  int argc;
  char **argv;
  int index;
  const char *value;   ///< Of an option that takes one, NULL where a number is
                       ///< missing; or the operand.
  bool only_operands;  ///< "--" was seen.
} cli_arguments;

enum { CLI_END = -1, CLI_OPERAND = -2, CLI_BAD = -3, CLI_HELP = -4 };

/// Reads the next argument: the index of an option in `options`, CLI_OPERAND,
/// CLI_END, CLI_HELP when help was asked for and printed, or CLI_BAD when a
/// usage error was printed. Understands `--name value`, `--name=value`,
/// `-nvalue`, `-n value` and `--`.
int cli_next(cli_arguments *arguments, const cli_option *options);

/// Reads the value of `--option` of `verb`: a whole number from 0 to `most`
/// with an optional suffix K, M, G (of 1024). Returns CLI_OK, or 2 when a usage
/// error was printed.
int cli_read_number(const char *verb, const char *option, const char *text,
                    uint64_t most, uint64_t *out);

/// Adds to a list of texts that is ended by NULL and has room.
void cli_add_text(const char **list, const char *text);

// --- Printing --------------------------------------------------------------

/// Prints text safely for a terminal: control bytes and what is not UTF-8 as
/// `\xNN`.
void cli_print_safe(FILE *out, sheaf_bytes text);

/// The same for a member's name, which may be missing.
void cli_print_name(FILE *out, sheaf_bytes name);

/// The same for a string.
void cli_print_text(FILE *out, const char *text);

/// True when nothing of it is printed as `\xNN`.
bool cli_is_printable(const char *text);

/// Prints a value as JSON, and on a line of its own.
void cli_print_json_text(FILE *out, const sheaf_value *value);
void cli_print_json(FILE *out, const sheaf_value *value);

/// Writes the digits of `number` at `to`, at most 20, and returns their end.
char *cli_put_number(char *to, uint64_t number);

/// Formats a number of bytes as "12.3 MB" into `out`.
const char *cli_bytes(uint64_t bytes, char out[16]);

/// True when colour is wanted on `out`: a terminal, and NO_COLOR not set.
bool cli_colour(FILE *out);

#endif
