/// Perl-compatible regular expressions by PCRE2, which is opened when first
/// needed and never linked.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "text/text.h"

#define LIBRARY        "libpcre2-8.so.0"
#define MATCH_LIMIT    10000000     ///< Steps of one match.
#define HEAP_LIMIT_KIB (32 * 1024)  ///< Of one match without JIT.
#define STACK_FIRST    (32 * 1024)  ///< Bytes of the stack of JIT code.
#define STACK_MOST     (4096 * 1024)

/// X(name): the functions that are used.
#define FUNCTIONS(X)                \
  X(code_free)                      \
  X(compile)                        \
  X(get_error_message)              \
  X(get_ovector_pointer)            \
  X(jit_compile)                    \
  X(jit_stack_assign)               \
  X(jit_stack_create)               \
  X(jit_stack_free)                 \
  X(match)                          \
  X(match_context_create)           \
  X(match_context_free)             \
  X(match_data_create_from_pattern) \
  X(match_data_free)                \
  X(pattern_info)                   \
  X(set_heap_limit)                 \
  X(set_match_limit)

/// The functions of the library. Each expression has its own table: nothing
/// is shared between threads, and opening a library again is cheap.
typedef struct {
#define MEMBER(name) __typeof__(pcre2_##name##_8) *name;
  FUNCTIONS(MEMBER)
#undef MEMBER
} library;

struct sf_regex {
  library pcre;
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *context;
  pcre2_jit_stack *stack;
  size_t groups;
};

static bool open_library(library *pcre) {
  void *handle = sf_library_open(LIBRARY);

  if (!handle) return false;
#define LOAD(name)                                                  \
  if (!sf_library_symbol(handle, "pcre2_" #name "_8", &pcre->name)) \
    return false;
  FUNCTIONS(LOAD)
#undef LOAD
  return true;
}

static bool apply_flag(uint32_t *options, char flag) {
  switch (flag) {
    case 'a':
      *options &= ~(uint32_t)PCRE2_UCP;
      return true;
    case 'i':
      *options |= PCRE2_CASELESS;
      return true;
    case 'm':
      *options |= PCRE2_MULTILINE;
      return true;
    case 's':
      *options |= PCRE2_DOTALL;
      return true;
    case 'x':
      *options |= PCRE2_EXTENDED;
      return true;
    default:
      return false;
  }
}

static int read_flags(uint32_t *options, const char *flags,
                      sheaf_error *error) {
  // Texts may be cut within a character; code that bears it costs nothing.
  *options = PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_UCP;
  for (; flags && *flags; flags++) {
    if (apply_flag(options, *flags)) continue;
    sf_fail(error, SHEAF_EINVAL, "regular expression",
            "there is no flag \"%c\"", *flags);
    sf_hint(error, "the flags are a, i, m, s and x");
    return SHEAF_EINVAL;
  }
  return SHEAF_OK;
}

static int compile(sf_regex *regex, sheaf_bytes pattern, uint32_t options,
                   sheaf_error *error) {
  PCRE2_UCHAR message[160] = "";
  PCRE2_SIZE at;
  int number;

  regex->code =
      regex->pcre.compile((PCRE2_SPTR)(pattern.size > 0 ? pattern.data : ""),
                          pattern.size, options, &number, &at, NULL);
  if (regex->code) return SHEAF_OK;
  regex->pcre.get_error_message(number, message, sizeof message);
  return sf_fail(error, SHEAF_ESYNTAX, "regular expression",
                 "%s, at byte %zu of it", (const char *)message, at + 1);
}

static int count_groups(sf_regex *regex, sheaf_error *error) {
  uint32_t groups = 0;

  regex->pcre.pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &groups);
  regex->groups = groups;
  if (groups <= SF_CAPTURES) return SHEAF_OK;
  sf_fail(error, SHEAF_ESYNTAX, "regular expression",
          "it has %zu groups, at most %d are allowed", regex->groups,
          SF_CAPTURES);
  sf_hint(error, "write (?:...) for groups that are not wanted");
  return SHEAF_ESYNTAX;
}

/// Makes what a match needs. Without JIT, as on hardened kernels, expressions
/// are interpreted.
static int prepare(sf_regex *regex, sheaf_error *error) {
  const library *pcre = &regex->pcre;

  regex->data = pcre->match_data_create_from_pattern(regex->code, NULL);
  regex->context = pcre->match_context_create(NULL);
  if (!regex->data || !regex->context) return sf_no_memory(error);
  pcre->set_match_limit(regex->context, MATCH_LIMIT);
  pcre->set_heap_limit(regex->context, HEAP_LIMIT_KIB);
  if (pcre->jit_compile(regex->code, PCRE2_JIT_COMPLETE) != 0) return SHEAF_OK;
  regex->stack = pcre->jit_stack_create(STACK_FIRST, STACK_MOST, NULL);
  if (!regex->stack) return sf_no_memory(error);
  pcre->jit_stack_assign(regex->context, NULL, regex->stack);
  return SHEAF_OK;
}

int sf_regex_new(sf_regex **out, sheaf_bytes pattern, const char *flags,
                 sheaf_error *error) {
  sf_regex *regex;
  uint32_t options;
  int code = read_flags(&options, flags, error);

  *out = NULL;
  if (code != SHEAF_OK) return code;
  regex = calloc(1, sizeof *regex);
  if (!regex) return sf_no_memory(error);
  if (!open_library(&regex->pcre)) {
    free(regex);
    sf_fail(error, SHEAF_EUNSUPPORTED, "regular expression",
            LIBRARY " is not installed");
    sf_hint(error, "install the package libpcre2-8-0");
    return SHEAF_EUNSUPPORTED;
  }
  code = compile(regex, pattern, options, error);
  if (code == SHEAF_OK) code = count_groups(regex, error);
  if (code == SHEAF_OK) code = prepare(regex, error);
  if (code == SHEAF_OK)
    *out = regex;
  else
    sf_regex_free(regex);
  return code;
}

void sf_regex_free(sf_regex *regex) {
  if (!regex) return;
  regex->pcre.jit_stack_free(regex->stack);
  regex->pcre.match_context_free(regex->context);
  regex->pcre.match_data_free(regex->data);
  regex->pcre.code_free(regex->code);
  free(regex);
}

size_t sf_regex_groups(const sf_regex *regex) {
  return regex->groups;
}

static int explain(const sf_regex *regex, int number, sheaf_error *error) {
  PCRE2_UCHAR message[160] = "";
  int code = SHEAF_EINTERNAL;

  if (number == PCRE2_ERROR_MATCHLIMIT || number == PCRE2_ERROR_HEAPLIMIT ||
      number == PCRE2_ERROR_DEPTHLIMIT || number == PCRE2_ERROR_JIT_STACKLIMIT)
    code = SHEAF_ELIMIT;
  if (number == PCRE2_ERROR_NOMEMORY) return sf_no_memory(error);
  regex->pcre.get_error_message(number, message, sizeof message);
  sf_fail(error, code, "regular expression", "%s", (const char *)message);
  if (code == SHEAF_ELIMIT)
    sf_hint(error, "make it backtrack less, or match shorter texts");
  return code;
}

int sf_regex_find(sf_regex *regex, sheaf_bytes text, size_t at, sf_match *match,
                  sheaf_error *error) {
  const PCRE2_SIZE *offsets;
  size_t pairs;
  int number;

  if (at > text.size) return SHEAF_END;
  number = regex->pcre.match(regex->code,
                             (PCRE2_SPTR)(text.size > 0 ? text.data : ""),
                             text.size, at, 0, regex->data, regex->context);
  if (number == PCRE2_ERROR_NOMATCH) return SHEAF_END;
  if (number <= 0) return explain(regex, number, error);
  pairs = (size_t)number;
  offsets = regex->pcre.get_ovector_pointer(regex->data);
  match->whole = (sf_range){offsets[0], offsets[1]};
  match->count = regex->groups;
  for (size_t i = 1; i <= regex->groups; i++)
    match->captures[i - 1] =
        i < pairs && offsets[2 * i] != PCRE2_UNSET
            ? (sf_range){offsets[2 * i], offsets[2 * i + 1]}
            : (sf_range){SF_UNMATCHED, SF_UNMATCHED};
  return SHEAF_OK;
}
