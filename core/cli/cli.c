/// What the verbs share: errors, options, printing.
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// --- Errors ----------------------------------------------------------------

// Prints a piece of a message between `before` and `after`, if there is any.
// Names of members may be in it.
static void print_piece(FILE *out, const char *before, const char *text,
                        size_t size, const char *after) {
  if (!size) return;
  fputs(before, out);
  cli_print_safe(out, (sheaf_bytes){text, size});
  fputs(after, out);
}

static void write_error(FILE *out, const char *kind, const sheaf_error *error) {
  fprintf(out, "sheaf: %s", kind);
  print_piece(out, "", error->what, strlen(error->what), ": ");
  size_t size = strcspn(error->why, "\n");
  print_piece(out, "", error->why, size, "");
  print_piece(out, " (", error->hint, strlen(error->hint), ")");
  fprintf(out, " [%s]\n", sheaf_code_slug(error->code));
  // A traceback follows the line that says what happened.
  for (const char *line = error->why + size; *line; line += size) {
    line += strspn(line, "\n\t");
    size = strcspn(line, "\n");
    bool title = strncmp(line, "stack traceback:", size) == 0;
    print_piece(out, title ? "" : "\t", line, size, "\n");
  }
}

// Standard error has no buffer: a message is put together, and written at once.
static void print_error(const char *kind, const sheaf_error *error) {
  char message[8192];
  FILE *out = fmemopen(message, sizeof message, "w");
  fflush(stdout);
  write_error(out ? out : stderr, kind, error);
  if (!out) return;
  long size = ftell(out);
  fclose(out);
  if (size > 0) fwrite(message, 1, (size_t)size, stderr);
}

int cli_status(int code) {
  switch (code) {
    case SHEAF_OK:
      return CLI_OK;
    case SHEAF_EUSAGE:
    case SHEAF_EINVAL:
    case SHEAF_EOPTION:
      return CLI_USAGE;
    case SHEAF_ENOPLUGIN:
    case SHEAF_EMANIFEST:
    case SHEAF_ELOAD:
    case SHEAF_ESANDBOX:
      return CLI_PLUGIN;
    case SHEAF_EWRITE:
    case SHEAF_EEXISTS:
    case SHEAF_ELOCKED:
    case SHEAF_ECHANGED:
      return CLI_OUTPUT;
    case SHEAF_ETOOMANY:
      return CLI_TOO_MANY;
    case SHEAF_ENOMEM:
    case SHEAF_EINTERNAL:
      return CLI_INTERNAL;
    case SHEAF_EPLUGIN:
    case SHEAF_ELIMIT:
    case SHEAF_ETIMEOUT:
    case SHEAF_EDIED:
    case SHEAF_EPERMISSION:
      return CLI_SOME_FAILED;
    default:
      return CLI_INPUT;
  }
}

int cli_fail(const sheaf_error *error) {
  print_error("", error);
  return cli_status(error->code);
}

void cli_warn(const sheaf_error *error) {
  print_error("warning: ", error);
}

int cli_usage(const char *verb, const char *why, ...) {
  va_list arguments;
  va_start(arguments, why);
  fprintf(stderr, "sheaf: %s%s", verb, verb[0] ? ": " : "");
  vfprintf(stderr, why, arguments);
  va_end(arguments);
  fprintf(stderr, " (see 'sheaf help%s%s') [usage]\n", verb[0] ? " " : "",
          verb);
  return CLI_USAGE;
}

int cli_close_output(int status) {
  bool failed = ferror(stdout) != 0;
  errno = 0;
  if (fclose(stdout) != 0) failed = true;
  if (!failed || status == CLI_PIPE) return status;
  if (errno == EPIPE) return CLI_PIPE;
  fprintf(stderr, "sheaf: standard output: cannot be written: %s [%s]\n",
          errno ? strerror(errno) : "write error",
          sheaf_code_slug(SHEAF_EWRITE));
  return CLI_OUTPUT;
}

// --- Options ---------------------------------------------------------------

// True when `word` becomes `name` by exchanging two letters at its beginning.
static bool is_exchanged(const char *word, const char *name) {
  return word[0] && word[1] && name[0] == word[1] && name[1] == word[0] &&
         strcmp(word + 2, name + 2) == 0;
}

bool cli_resembles(const char *word, const char *name) {
  size_t same = 0;
  while (word[same] && word[same] == name[same]) same++;
  word += same;
  name += same;
  if (!*word) return same > 1 || !*name || !name[1];
  return (*name && strcmp(word + 1, name + 1) == 0) ||
         strcmp(word + 1, name) == 0 ||
         (*name && strcmp(word, name + 1) == 0) || is_exchanged(word, name);
}

static int bad_option(const cli_arguments *arguments, const cli_option *options,
                      const char *text) {
  char word[32];
  const char *name = text + strspn(text, "-");
  snprintf(word, sizeof word, "%.*s", (int)strcspn(name, "="), name);
  for (int i = 0; options[i].name; i++) {
    if (!word[0] || !word[1] || !cli_resembles(word, options[i].name)) continue;
    cli_usage(arguments->verb, "there is no option '%s', did you mean '--%s'?",
              text, options[i].name);
    return CLI_BAD;
  }
  cli_usage(arguments->verb, "there is no option '%s'", text);
  return CLI_BAD;
}

static int bad_value(const cli_arguments *arguments, const char *option,
                     const char *problem) {
  cli_usage(arguments->verb, "option '%.*s' %s", (int)strcspn(option, "="),
            option, problem);
  return CLI_BAD;
}

// Takes the value behind the option, or the next argument.
static int take_value(cli_arguments *arguments, const char *option,
                      const char *joined) {
  if (joined)
    arguments->value = joined;
  else if (arguments->index < arguments->argc)
    arguments->value = arguments->argv[arguments->index++];
  else
    return bad_value(arguments, option, "needs a value");
  if (arguments->value[0]) return 0;
  return bad_value(arguments, option, "has an empty value");
}

// Takes the number behind the option. The next argument is one when it has
// digits only.
static int take_number(cli_arguments *arguments, const char *option,
                       const char *joined) {
  const char *next = arguments->index < arguments->argc
                         ? arguments->argv[arguments->index]
                         : "";
  bool number = next[0] && !next[strspn(next, "0123456789")];
  if (joined || number) return take_value(arguments, option, joined);
  arguments->value = NULL;
  return 0;
}

static int read_long(cli_arguments *arguments, const cli_option *options,
                     const char *text) {
  const char *name = text + 2, *equals = strchr(name, '=');
  size_t size = equals ? (size_t)(equals - name) : strlen(name);
  for (int i = 0; options[i].name; i++) {
    if (strlen(options[i].name) != size ||
        strncmp(options[i].name, name, size) != 0)
      continue;
    const char *joined = equals ? equals + 1 : NULL;
    if (options[i].takes_value == CLI_NUMBER)
      return take_number(arguments, text, joined) ? CLI_BAD : i;
    if (options[i].takes_value)
      return take_value(arguments, text, joined) ? CLI_BAD : i;
    return equals ? bad_value(arguments, text, "takes no value") : i;
  }
  return bad_option(arguments, options, text);
}

// True for "-output", which is not meant as "-o utput".
static bool has_one_dash(const cli_option *options, const char *text) {
  for (int i = 0; options[i].name; i++)
    if (strcmp(text + 1, options[i].name) == 0) return true;
  return false;
}

static int read_short(cli_arguments *arguments, const cli_option *options,
                      const char *text) {
  if (has_one_dash(options, text)) return bad_option(arguments, options, text);
  for (int i = 0; options[i].name; i++) {
    if (!options[i].letter || options[i].letter != text[1]) continue;
    if (options[i].takes_value)
      return take_value(arguments, text, text[2] ? text + 2 : NULL) ? CLI_BAD
                                                                    : i;
    return text[2] ? bad_option(arguments, options, text) : i;
  }
  return bad_option(arguments, options, text);
}

int cli_next(cli_arguments *arguments, const cli_option *options) {
  if (arguments->index >= arguments->argc) return CLI_END;
  const char *text = arguments->argv[arguments->index++];
  if (!arguments->only_operands && strcmp(text, "--") == 0) {
    arguments->only_operands = true;
    return cli_next(arguments, options);
  }
  if (arguments->only_operands || text[0] != '-' || text[1] == '\0') {
    arguments->value = text;
    if (text[0]) return CLI_OPERAND;
    cli_usage(arguments->verb, "an argument is empty");
    return CLI_BAD;
  }
  if (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0) {
    fputs(cli_find_verb(arguments->verb)->help, stdout);
    return CLI_HELP;
  }
  return text[1] == '-' ? read_long(arguments, options, text)
                        : read_short(arguments, options, text);
}

static bool parse_size(const char *text, uint64_t *out) {
  if (text[0] < '0' || text[0] > '9') return false;
  char *end;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  if (errno != 0) return false;
  static const char suffixes[] = "KMG";
  const char *suffix = *end ? strchr(suffixes, *end) : NULL;
  unsigned shift = suffix ? 10 * (unsigned)(suffix - suffixes + 1) : 0;
  if (suffix) end++;
  if (*end || number > UINT64_MAX >> shift) return false;
  *out = (uint64_t)number << shift;
  return true;
}

int cli_read_number(const char *verb, const char *option, const char *text,
                    uint64_t most, uint64_t *out) {
  if (parse_size(text, out) && *out <= most) return CLI_OK;
  return cli_usage(verb, "'%s' for --%s is not a number from 0 to %llu", text,
                   option, (unsigned long long)most);
}

void cli_add_text(const char **list, const char *text) {
  while (*list) list++;
  *list = text;
}

// --- Printing --------------------------------------------------------------

// The length of the printable UTF-8 character at `p`, 0 when it is none.
static size_t printable(const unsigned char *p, size_t left) {
  if (p[0] < 0x80) return p[0] >= 0x20 && p[0] != 0x7f;
  size_t size = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
  if (p[0] < 0xc2 || p[0] > 0xf4 || size > left) return 0;
  for (size_t i = 1; i < size; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  // U+0080 to U+009F control a terminal too.
  if (p[0] == 0xc2 && p[1] < 0xa0) return 0;
  // U+2028 to U+202E and U+2066 to U+2069 break or turn a line around.
  if (p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) return 0;
  if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9) return 0;
  return size;
}

bool cli_is_printable(const char *text) {
  const unsigned char *p = (const unsigned char *)text;
  size_t left = strlen(text);
  while (left) {
    size_t size = printable(p, left);
    if (!size) return false;
    p += size;
    left -= size;
  }
  return true;
}

void cli_print_safe(FILE *out, sheaf_bytes text) {
  const unsigned char *p = (const unsigned char *)text.data;
  for (size_t at = 0; at < text.size;) {
    size_t size = printable(p + at, text.size - at);
    if (size)
      fwrite(p + at, 1, size, out);
    else
      fprintf(out, "\\x%02X", p[at]);
    at += size ? size : 1;
  }
}

void cli_print_name(FILE *out, sheaf_bytes name) {
  if (!name.size) fputs("(no name)", out);
  cli_print_safe(out, name);
}

void cli_print_text(FILE *out, const char *text) {
  cli_print_safe(out, (sheaf_bytes){text, strlen(text)});
}

void cli_print_json_text(FILE *out, const sheaf_value *value) {
  char *text = NULL;
  size_t size;
  if (sheaf_value_write(value, &text, &size) == SHEAF_OK) fputs(text, out);
  free(text);
}

void cli_print_json(FILE *out, const sheaf_value *value) {
  cli_print_json_text(out, value);
  fputc('\n', out);
}

char *cli_put_number(char *to, uint64_t number) {
  char digits[20];
  size_t count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count) *to++ = digits[--count];
  return to;
}

static uint64_t divide_rounded(uint64_t number, uint64_t divisor) {
  return number / divisor + (number % divisor >= divisor - divisor / 2);
}

// Without floating point, which would take most of the time of a long list.
const char *cli_bytes(uint64_t bytes, char out[16]) {
  static const char *const units[] = {" B", " kB", " MB", " GB", " TB"};
  uint64_t divisor = 1;
  size_t unit = 0;
  while (divide_rounded(bytes, divisor) >= 1000 &&
         unit + 1 < sizeof units / sizeof units[0]) {
    divisor *= 1000;
    unit++;
  }
  uint64_t tenths = unit ? divide_rounded(bytes, divisor / 10) : 1000;
  bool exact = tenths < 1000;
  char *to =
      cli_put_number(out, exact ? tenths / 10 : divide_rounded(bytes, divisor));
  if (exact) *to++ = '.';
  if (exact) *to++ = (char)('0' + tenths % 10);
  strcpy(to, units[unit]);
  return out;
}

bool cli_colour(FILE *out) {
  const char *no_color = getenv("NO_COLOR");
  return isatty(fileno(out)) && !(no_color && no_color[0]);
}
