/// Sentences, by rules: what may end one, what an abbreviation is, and what
/// must follow.
///
/// The rules were written from those that the Golden Rules of the Pragmatic
/// Segmenter illustrate, and from the traps of legal texts ("Sales No. E.95",
/// "58/208. International", "chap. I. resolution").
#include <string.h>
#include <strings.h>

#include "text/abbreviation.h"
#include "text/punctuation.h"
#include "text/text.h"
#include "text/unicode.h"

/// How a list item begins: "1.", "2)", "3.)", "a.". No capitals, which are
/// initials as a rule.
typedef struct {
  uint32_t value;  ///< A number or a letter; 0 when there is no label.
  bool digits;
  char end[3];  ///< What stands behind it.
} label;

typedef struct {
  sheaf_bytes text;
  const char *language;
  size_t from;   ///< Where the sentence begins.
  size_t depth;  ///< East Asian quotes and brackets that are open.
  label label;
} scanner;

/// What stands behind a stop begins with.
typedef enum {
  NEXT_LOWER,
  NEXT_UPPER,
  NEXT_DIGIT,
  NEXT_PAUSE,  ///< A comma, a colon: no sentence begins so.
  NEXT_OTHER   ///< Letters of scripts without case, among others.
} next_case;

static uint32_t decode(const scanner *s, size_t at, size_t *length) {
  return sf_utf8_decode(s->text, at, length);
}

static char byte_at(const scanner *s, size_t at) {
  return at < s->text.size ? s->text.data[at] : '\0';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t skip_space(const scanner *s, size_t at) {
  size_t length;

  while (at < s->text.size && sf_unicode_space(decode(s, at, &length)))
    at += length;
  return at;
}

/// Skips characters that are of one of `kinds`.
static size_t skip_marks(const scanner *s, size_t at, unsigned kinds) {
  size_t length;

  while (at < s->text.size && (sf_mark_kinds(decode(s, at, &length)) & kinds))
    at += length;
  return at;
}

static size_t skip_bullet(const scanner *s, size_t at) {
  return skip_space(s, skip_marks(s, at, SF_MARK_BULLET));
}

// --- Labels of list items --------------------------------------------------

static uint32_t read_number(const scanner *s, size_t *at) {
  uint32_t number = 0;

  for (size_t end = *at + 4; *at < end && is_digit(byte_at(s, *at)); *at += 1)
    number = number * 10 + (uint32_t)(byte_at(s, *at) - '0');
  return number;
}

/// Reads a label at `at`; its value is 0 when there is none.
static label read_label(const scanner *s, size_t at) {
  char first = byte_at(s, at);
  label found = {0, is_digit(first), ""};
  size_t size = 0;

  if (found.digits)
    found.value = read_number(s, &at);
  else if (first >= 'a' && first <= 'z')
    found.value = (unsigned char)s->text.data[at++];
  while (size < 2 && (byte_at(s, at) == '.' || byte_at(s, at) == ')'))
    found.end[size++] = s->text.data[at++];
  if (size == 0 || byte_at(s, at) != ' ') found.value = 0;
  return found;
}

static bool follows(const label *a, const label *b) {
  return a->value != 0 && b->value == a->value + 1 && a->digits == b->digits &&
         strcmp(a->end, b->end) == 0;
}

static size_t word_start(const scanner *s, size_t at) {
  size_t from = at;

  while (from > s->from && at - from < 40 && s->text.data[from - 1] != ' ' &&
         s->text.data[from - 1] != '\n')
    from--;
  return from;
}

/// True when the word before `at` calls for a number: "in paragraph 2.".
static bool wants_number(const scanner *s, size_t at) {
  static const char *const nouns[] = {
      "annex",      "article", "articles",   "chapter", "no",      "paragraph",
      "paragraphs", "part",    "resolution", "rule",    "section", "table"};
  sf_range word = {word_start(s, at - 1), at - 1};
  sheaf_bytes bytes = {s->text.data + word.from, word.to - word.from};

  for (size_t i = 0; i < SF_COUNT(nouns); i++)
    if (bytes.size == strlen(nouns[i]) &&
        strncasecmp(bytes.data, nouns[i], bytes.size) == 0)
      return true;
  return sf_text_stop_word(s->language, bytes);
}

/// True when the label that ends at `at` begins the next item of the list of
/// which the sentence is one; `*end` becomes the end of the sentence.
static bool at_next_item(const scanner *s, size_t at, size_t *end) {
  size_t from;
  label next;

  if (s->label.value == 0) return false;
  from = word_start(s, at);
  if (from <= s->from + 1) return false;
  next = read_label(s, from);
  if (!follows(&s->label, &next) || wants_number(s, from)) return false;
  *end = from;
  return true;
}

// --- What stands around a stop ---------------------------------------------

static bool is_stop(char c) {
  return c == '.' || c == '!' || c == '?';
}

/// The word before the full stop at `at`, without what stands around it.
static sheaf_bytes word_before(const scanner *s, size_t at) {
  size_t from = word_start(s, at);
  size_t to = from;
  size_t length;

  for (size_t i = from; i < at; i += length) {
    uint32_t c = decode(s, i, &length);
    unsigned kinds = sf_mark_kinds(c);
    if (kinds & (SF_MARK_OPENER | SF_MARK_BULLET) || sf_unicode_space(c))
      from = to = i + length;
    else if (!(kinds & SF_MARK_DIRECTION))
      to = i + length;
    else if (from == i)
      from = to = i + length;
  }
  return (sheaf_bytes){s->text.data + from, to - from};
}

static next_case look_ahead(const scanner *s, size_t at) {
  size_t dash;
  size_t length;
  uint32_t c;

  at = skip_marks(s, at, SF_MARK_OPENER | SF_MARK_DIRECTION);
  dash = skip_marks(s, at, SF_MARK_DASH);
  if (dash > at) at = skip_marks(s, skip_space(s, dash), SF_MARK_OPENER);
  c = decode(s, at, &length);
  if (c >= '0' && c <= '9') return NEXT_DIGIT;
  if (c == ',' || c == ';' || c == ':' || c == 0x60C || c == 0x61B)
    return NEXT_PAUSE;
  if (sf_unicode_upper(c) != c) return NEXT_LOWER;
  if (sf_unicode_lower(c) != c) return NEXT_UPPER;
  return NEXT_OTHER;
}

/// True when the word at `at` often begins a sentence: a stop word, with a
/// space or an apostrophe behind it.
static bool at_starter(const scanner *s, size_t at) {
  sf_buffer lower = {0};
  sf_range word;
  bool found;

  at = skip_marks(s, at, SF_MARK_OPENER);
  if (!sf_text_word(s->text, &at, &word)) return false;
  if (at < s->text.size && !strchr(" \n\r'\xE2", byte_at(s, at))) return false;
  sf_text_lower(&lower,
                (sheaf_bytes){s->text.data + word.from, word.to - word.from});
  found = sf_text_stop_word(s->language, sf_buffer_bytes(&lower)) ||
          sf_text_stop_word("en", sf_buffer_bytes(&lower));
  sf_buffer_clear(&lower);
  return found;
}

// --- Kinds of words before a full stop -------------------------------------

/// True for "1", "58/208", "44 (1948)", "II", "a": what numbers a heading or
/// an item.
static bool is_label(sheaf_bytes word) {
  if (word.size == 1 && is_letter(word.data[0])) return true;
  if (word.size == 0 || word.size > 15) return false;
  for (size_t i = 0; i < word.size; i++) {
    char c = word.data[i];
    if (c == '\0' || !strchr("0123456789IVXLC/.-() ", c)) return false;
  }
  return true;
}

static bool is_number(sheaf_bytes word) {
  for (size_t i = 0; i < word.size; i++)
    if (!is_digit(word.data[i])) return false;
  return word.size > 0;
}

// --- Decisions -------------------------------------------------------------

/// Decides for one full stop at `at`, with `next` behind it at `behind`.
static bool ends_at_full_stop(const scanner *s, size_t at, size_t behind,
                              next_case next) {
  sheaf_bytes word = word_before(s, at);
  size_t start = skip_marks(s, skip_bullet(s, s->from), SF_MARK_OPENER);
  sheaf_bytes before = {s->text.data + start, at > start ? at - start : 0};

  if (is_label(before)) return false;
  switch (sf_abbreviation_find(word)) {
    case SF_ABBREVIATION_OPEN:
      return false;
    case SF_ABBREVIATION_ANY:
      return next != NEXT_DIGIT && at_starter(s, behind);
    case SF_ABBREVIATION_NONE:
      break;
  }
  return !(next == NEXT_DIGIT && is_number(word) && word.size < 3);
}

/// A run of stops, and what closes it.
typedef struct {
  size_t from;
  size_t to;      ///< Behind the closing quotes and brackets.
  size_t dots;    ///< Full stops at its beginning; 3 for an ellipsis.
  size_t spaced;  ///< Full stops behind, with spaces between.
} stop_run;

/// Skips the marker of a footnote: "[12]" or superscript digits.
static size_t skip_marker(const scanner *s, size_t at) {
  size_t end = at + 1;

  if (byte_at(s, at) != '[') return skip_marks(s, at, SF_MARK_SUPERSCRIPT);
  while (end - at < 4 && is_digit(byte_at(s, end))) end++;
  return end > at + 1 && byte_at(s, end) == ']' ? end + 1 : at;
}

static size_t skip_closers(const scanner *s, size_t at) {
  size_t end = at;

  do {
    size_t length;
    size_t gap;
    at = end;
    end = skip_marker(s, skip_marks(s, at, SF_MARK_CLOSER));
    while (end > at && is_stop(byte_at(s, end))) end++;
    gap = skip_space(s, end);  // French sets one before its closing quote
    if (gap > end && decode(s, gap, &length) == 0xBB) end = gap + length;
  } while (end > at);
  return end;
}

static stop_run read_stops(const scanner *s, size_t at) {
  stop_run run = {at, at, 0, 0};
  size_t length;

  while (is_stop(byte_at(s, run.to)) || decode(s, run.to, &length) == 0x2026) {
    bool ellipsis = !is_stop(s->text.data[run.to]);
    if (ellipsis) run.dots += 3;
    if (s->text.data[run.to] == '.') run.dots++;
    run.to += ellipsis ? length : 1;
  }
  while (byte_at(s, run.to) == ' ' && byte_at(s, run.to + 1) == '.' &&
         byte_at(s, run.to + 2) != '.' && !is_letter(byte_at(s, run.to + 2)) &&
         !is_digit(byte_at(s, run.to + 2))) {
    run.spaced++;
    run.to += 2;
  }
  run.to = skip_closers(s, run.to);
  return run;
}

/// True when the white space at `at` holds an empty line.
static bool at_blank_line(const scanner *s, size_t at) {
  size_t end = skip_space(s, at);
  size_t lines = 0;

  for (size_t i = at; i < end && lines < 2; i++) {
    char c = s->text.data[i];
    if (c == '\n' || (c == '\r' && byte_at(s, i + 1) != '\n')) lines++;
  }
  return lines == 2;
}

/// True when nothing but a number follows: "none. 17", a footnote's marker.
static bool at_last_marker(const scanner *s, size_t at) {
  size_t end = at;

  while (end - at < 3 && is_digit(byte_at(s, end))) end++;
  return end == s->text.size || at_blank_line(s, end);
}

/// Decides for stops of any kind; `*end` becomes the end of the sentence.
static bool ends_at_stops(const scanner *s, const stop_run *run, size_t *end) {
  size_t behind = skip_space(s, run->to);
  next_case next = look_ahead(s, behind);
  bool attached = run->from > s->from && s->text.data[run->from - 1] != ' ';

  *end = run->to;
  if (behind == s->text.size) return true;
  if (behind == run->to || next == NEXT_LOWER || next == NEXT_PAUSE)
    return false;
  if (next == NEXT_DIGIT && at_last_marker(s, behind)) return false;
  if (run->from > 0 && s->text.data[run->from - 1] == '[') return false;
  if (run->dots == 0 || s->text.data[run->from] != '.') return true;
  if (run->spaced == 3 && run->dots == 1 && attached) {
    *end = run->from + 1;  // the omission belongs to the next sentence
    return true;
  }
  if (run->spaced > 0) return run->spaced + run->dots > 3;
  if (run->dots > 1) return true;
  return ends_at_full_stop(s, run->from, behind, next);
}

/// Looks at the character `c` of more than one byte at `at`. True when a
/// sentence ends there.
static bool ends_at_character(scanner *s, size_t at, uint32_t c, size_t length,
                              size_t *end) {
  unsigned kinds = sf_mark_kinds(c);

  if (kinds & SF_MARK_EAST_OPENER) s->depth++;
  if (kinds & SF_MARK_EAST_CLOSER && s->depth > 0) s->depth--;
  if (kinds & SF_MARK_BULLET) {
    *end = at;
    return at > s->from && sf_unicode_space((unsigned char)byte_at(s, at - 1));
  }
  if (s->depth > 0 || !(kinds & SF_MARK_HARD_STOP)) return false;
  *end = skip_closers(s, skip_marks(s, at + length, SF_MARK_HARD_STOP));
  return true;
}

/// Looks at the byte at `at`. True when the sentence ends at `*end`; else
/// `*at` moves to where to go on.
static bool ends_here(scanner *s, size_t *at, size_t *end) {
  size_t length;
  uint32_t c = decode(s, *at, &length);
  stop_run run;

  switch (c) {
    case '\n':
    case '\r':
      s->depth = 0;
      *end = *at;
      if (at_blank_line(s, *at)) return true;
      break;
    case ')':
      if (at_next_item(s, *at, end)) return true;
      break;
    case '.':
    case '!':
    case '?':
    case 0x2026:
      if (at_next_item(s, *at, end)) return true;
      run = read_stops(s, *at);
      if (ends_at_stops(s, &run, end)) return true;
      *at = run.to;
      return false;
    default:
      if (ends_at_character(s, *at, c, length, end)) return true;
      break;
  }
  *at += length;
  return false;
}

/// True for bytes at which a sentence could end: stops, line ends, brackets,
/// and the first bytes of such characters in other scripts.
static bool is_candidate(unsigned char byte) {
  static const uint32_t bits[8] = {0x00002400, 0x80004202, 0,         0, 0,
                                   0,          0x09400000, 0x0000800F};

  return bits[byte / 32] >> byte % 32 & 1;
}

static size_t find_end(scanner *s, size_t at) {
  size_t end;

  while (at < s->text.size) {
    if (!is_candidate((unsigned char)s->text.data[at]))
      at++;
    else if (ends_here(s, &at, &end))
      return end;
  }
  return s->text.size;
}

bool sf_text_sentence(sheaf_bytes text, const char *language, size_t *at,
                      sf_range *sentence) {
  scanner s = {.text = text, .language = language};

  s.from = skip_space(&s, *at);
  if (s.from >= text.size) return false;
  s.label = read_label(&s, skip_bullet(&s, s.from));
  *at = find_end(&s, s.from);
  *sentence = sf_text_trim(text, (sf_range){s.from, *at});
  return true;
}
