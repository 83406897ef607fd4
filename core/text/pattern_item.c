/// The items of a Lua pattern: classes, sets, captures and the rest, as
/// section 6.4.1 of the Lua 5.4 manual describes them.
#include "text/pattern_item.h"

#include <string.h>

#define LOW(from, to)  ((UINT64_MAX >> (63 - (to))) & (UINT64_MAX << (from)))
#define HIGH(from, to) LOW((from)-64, (to)-64)
#define DIGIT          LOW('0', '9')
#define LOWER          HIGH('a', 'z')
#define UPPER          HIGH('A', 'Z')
#define PUNCT_LOW      (LOW('!', '/') | LOW(':', '?'))
#define PUNCT_HIGH     (HIGH('@', '@') | HIGH('[', '`') | HIGH('{', '~'))

static int malformed(const sf_pattern_parser *parser, sheaf_error *error,
                     const char *why) {
  sf_fail(error, SHEAF_ESYNTAX, NULL, "%s", why);
  sf_hint(error, "see byte %zu of the pattern", parser->at + 1);
  return SHEAF_ESYNTAX;
}

static void add_byte(sf_byte_set *set, unsigned char byte) {
  set->bits[byte >> 6] |= UINT64_C(1) << (byte & 63);
}

/// Finds the bytes of the class `letter`, given in lower case, in ASCII;
/// false when there is no such class.
static bool find_class(char letter, sf_byte_set *set) {
  static const struct {
    char letter;
    uint64_t low;
    uint64_t high;
  } classes[] = {
      {'a', 0, LOWER | UPPER},
      {'c', LOW(0, 31), HIGH(127, 127)},
      {'d', DIGIT, 0},
      {'g', PUNCT_LOW | DIGIT, PUNCT_HIGH | LOWER | UPPER},
      {'l', 0, LOWER},
      {'p', PUNCT_LOW, PUNCT_HIGH},
      {'s', LOW(9, 13) | LOW(' ', ' '), 0},
      {'u', 0, UPPER},
      {'w', DIGIT, LOWER | UPPER},
      {'x', DIGIT, HIGH('A', 'F') | HIGH('a', 'f')},
      {'z', LOW(0, 0), 0},
  };

  for (size_t i = 0; i < SF_COUNT(classes); i++) {
    if (classes[i].letter != letter) continue;
    *set = (sf_byte_set){{classes[i].low, classes[i].high, 0, 0}};
    return true;
  }
  return false;
}

/// Adds what `%letter` stands for: a class, its complement or the byte.
static void add_escaped(sf_byte_set *set, char letter) {
  bool complement = letter >= 'A' && letter <= 'Z';
  sf_byte_set class;

  if (!find_class((char)(complement ? letter + 32 : letter), &class)) {
    add_byte(set, (unsigned char)letter);
    return;
  }
  for (size_t i = 0; i < SF_COUNT(set->bits); i++)
    set->bits[i] |= complement ? ~class.bits[i] : class.bits[i];
}

/// The place of the `]` that ends the set whose first byte is at `at`; 0 when
/// there is none. A `]` that comes first belongs to the set.
static size_t find_set_end(sheaf_bytes pattern, size_t at) {
  size_t first = at;

  for (; at < pattern.size; at++) {
    if (pattern.data[at] == ']' && at > first) return at;
    if (pattern.data[at] == '%') at++;
  }
  return 0;
}

static void add_range(sf_byte_set *set, char from, char to) {
  unsigned first = (unsigned char)from;
  unsigned last = (unsigned char)to;

  for (unsigned i = 0; i < SF_COUNT(set->bits); i++) {
    unsigned low = first > 64 * i ? first - 64 * i : 0;
    unsigned high = last < 64 * i + 63 ? last - 64 * i : 63;
    if (last >= 64 * i && low <= high) set->bits[i] |= LOW(low, high);
  }
}

/// Decodes the set that begins at `parser->at`.
static int read_set(sf_pattern_parser *parser, sf_byte_set *set,
                    sheaf_error *error) {
  const char *data = parser->pattern.data;
  size_t at = parser->at + 1;
  bool complement = at < parser->pattern.size && data[at] == '^';
  size_t end;

  if (complement) at++;
  end = find_set_end(parser->pattern, at);
  if (end == 0)
    return malformed(parser, error, "malformed pattern (missing ']')");
  while (at < end) {
    if (data[at] == '%') {
      add_escaped(set, data[at + 1]);
      at += 2;
    } else if (at + 2 < end && data[at + 1] == '-') {
      add_range(set, data[at], data[at + 2]);
      at += 3;
    } else {
      add_byte(set, (unsigned char)data[at++]);
    }
  }
  for (size_t i = 0; complement && i < SF_COUNT(set->bits); i++)
    set->bits[i] = ~set->bits[i];
  parser->at = end + 1;
  return SHEAF_OK;
}

static char byte_at(const sf_pattern_parser *parser, size_t at) {
  return at < parser->pattern.size ? parser->pattern.data[at] : '\0';
}

static bool is_repeat(char c) {
  return c == '*' || c == '+' || c == '-' || c == '?';
}

/// Reads a `*`, `+`, `-` or `?` when there is one.
static void read_repeat(sf_pattern_parser *parser, sf_pattern_item *item) {
  char c = byte_at(parser, parser->at);

  item->repeat = is_repeat(c) ? c : 1;
  if (item->repeat != 1) parser->at++;
}

static int read_class(sf_pattern_parser *parser, sf_pattern_item *item,
                      sheaf_error *error) {
  char c = byte_at(parser, parser->at);
  int code = SHEAF_OK;

  item->kind = SF_ITEM_SET;
  item->any = c == '.';
  if (item->any) memset(&item->set, 0xFF, sizeof item->set);
  if (c == '[') {
    code = read_set(parser, &item->set, error);
  } else if (c == '%') {
    if (parser->at + 1 == parser->pattern.size)
      return malformed(parser, error, "malformed pattern (ends with '%')");
    add_escaped(&item->set, parser->pattern.data[parser->at + 1]);
    parser->at += 2;
  } else {
    if (!item->any) add_byte(&item->set, (unsigned char)c);
    parser->at++;
  }
  read_repeat(parser, item);
  return code;
}

/// True for bytes that stand for themselves wherever they are.
static bool is_plain(char c) {
  return c == '\0' || !strchr("^$*+?.([%-)]", c);
}

/// Reads as many bytes as stand for themselves; the last one is left when it
/// is repeated.
static int read_literal(sf_pattern_parser *parser, sf_pattern_item *item,
                        sheaf_error *error) {
  sheaf_bytes pattern = parser->pattern;
  size_t end = parser->at + 1;

  while (end < pattern.size && is_plain(pattern.data[end])) end++;
  if (is_repeat(byte_at(parser, end))) end--;
  if (end == parser->at) return read_class(parser, item, error);
  item->kind = SF_ITEM_LITERAL;
  item->literal = (sf_range){parser->at, end};
  parser->at = end;
  return SHEAF_OK;
}

static int read_open(sf_pattern_parser *parser, sf_pattern_item *item,
                     sheaf_error *error) {
  bool position = byte_at(parser, parser->at + 1) == ')';

  if (parser->captures == SF_CAPTURES)
    return malformed(parser, error, "too many captures");
  item->kind = position ? SF_ITEM_POSITION : SF_ITEM_OPEN;
  item->index = parser->captures++;
  if (!position) parser->open[parser->open_count++] = item->index;
  parser->at += position ? 2 : 1;
  return SHEAF_OK;
}

static int read_close(sf_pattern_parser *parser, sf_pattern_item *item,
                      sheaf_error *error) {
  if (parser->open_count == 0)
    return malformed(parser, error, "invalid pattern capture");
  item->kind = SF_ITEM_CLOSE;
  item->index = parser->open[--parser->open_count];
  parser->at++;
  return SHEAF_OK;
}

static bool is_open(const sf_pattern_parser *parser, size_t index) {
  for (size_t i = 0; i < parser->open_count; i++)
    if (parser->open[i] == index) return true;
  return false;
}

static int read_back(sf_pattern_parser *parser, sf_pattern_item *item,
                     sheaf_error *error) {
  int number = byte_at(parser, parser->at + 1) - '0';
  char why[] = "invalid capture index %_";

  item->kind = SF_ITEM_BACK;
  item->index = (size_t)number - 1;
  if (number == 0 || item->index >= parser->captures ||
      is_open(parser, item->index)) {
    why[sizeof why - 2] = (char)('0' + number);
    return malformed(parser, error, why);
  }
  parser->at += 2;
  return SHEAF_OK;
}

static int read_balance(sf_pattern_parser *parser, sf_pattern_item *item,
                        sheaf_error *error) {
  if (parser->pattern.size - parser->at < 4)
    return malformed(parser, error,
                     "malformed pattern (missing arguments to '%b')");
  item->kind = SF_ITEM_BALANCE;
  item->open = (unsigned char)parser->pattern.data[parser->at + 2];
  item->close = (unsigned char)parser->pattern.data[parser->at + 3];
  parser->at += 4;
  return SHEAF_OK;
}

static int read_frontier(sf_pattern_parser *parser, sf_pattern_item *item,
                         sheaf_error *error) {
  parser->at += 2;
  if (byte_at(parser, parser->at) != '[')
    return malformed(parser, error, "missing '[' after '%f' in pattern");
  item->kind = SF_ITEM_FRONTIER;
  return read_set(parser, &item->set, error);
}

static int read_escape(sf_pattern_parser *parser, sf_pattern_item *item,
                       sheaf_error *error) {
  char c = byte_at(parser, parser->at + 1);

  if (c >= '0' && c <= '9') return read_back(parser, item, error);
  if (c == 'b') return read_balance(parser, item, error);
  if (c == 'f') return read_frontier(parser, item, error);
  return read_class(parser, item, error);
}

int sf_pattern_item_next(sf_pattern_parser *parser, sf_pattern_item *item,
                         sheaf_error *error) {
  *item = (sf_pattern_item){.kind = SF_ITEM_END};
  if (parser->at == parser->pattern.size) {
    return parser->open_count == 0
               ? SHEAF_OK
               : malformed(parser, error, "unfinished capture");
  }
  switch (parser->pattern.data[parser->at]) {
    case '(':
      return read_open(parser, item, error);
    case ')':
      return read_close(parser, item, error);
    case '%':
      return read_escape(parser, item, error);
    case '.':
    case '[':
      return read_class(parser, item, error);
    case '$':
      if (parser->at + 1 < parser->pattern.size) break;
      item->kind = SF_ITEM_TAIL;
      parser->at++;
      return SHEAF_OK;
    default:
      break;
  }
  return read_literal(parser, item, error);
}

int sf_byte_set_read(sf_byte_set *set, sheaf_bytes pattern,
                     sheaf_error *error) {
  sf_pattern_parser parser = {.pattern = pattern};
  sf_pattern_item item;
  int code = SHEAF_OK;

  if (pattern.size > 0 && (pattern.data[0] == '%' || pattern.data[0] == '['))
    code = sf_pattern_item_next(&parser, &item, error);
  else
    item.kind = SF_ITEM_END;
  if (code != SHEAF_OK) return code;
  if (item.kind != SF_ITEM_SET || item.repeat != 1 ||
      parser.at < pattern.size) {
    sf_fail(error, SHEAF_ESYNTAX, NULL, "'%.*s' is no class of characters",
            (int)(pattern.size < 40 ? pattern.size : 40), pattern.data);
    sf_hint(error, "give one class or set, such as %%a or [%%w_]");
    return SHEAF_ESYNTAX;
  }
  *set = item.set;
  return SHEAF_OK;
}
