/// Reading JSON (RFC 8259), strictly.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/private.h"

typedef struct {
  const char *data;
  size_t size;
  size_t at;
  int depth;
  sheaf_error *error;
} parser;

// --- Errors ----------------------------------------------------------------

static int fail_at(const parser *p, size_t at, const char *why) {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < at; i++) {
    bool end = p->data[i] == '\n';
    line += end;
    column = end ? 1 : column + 1;
  }
  return sf_fail(p->error, SHEAF_ESYNTAX, NULL, "line %zu, column %zu: %s",
                 line, column, why);
}

static int fail_early(const parser *p) {
  return fail_at(p, p->size, "the text ends too early");
}

static int fail_expected(const parser *p, const char *wanted) {
  if (p->at >= p->size) return fail_early(p);
  char why[80];
  unsigned char found = (unsigned char)p->data[p->at];
  bool visible = found > 0x20 && found < 0x7f;
  snprintf(
      why, sizeof why,
      visible ? "expected %s, found '%c'" : "expected %s, found byte 0x%02x",
      wanted, found);
  return fail_at(p, p->at, why);
}

// --- Tokens ----------------------------------------------------------------

static void skip_space(parser *p) {
  while (p->at < p->size) {
    char c = p->data[p->at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    p->at++;
  }
}

static bool accept(parser *p, char wanted) {
  if (p->at >= p->size || p->data[p->at] != wanted) return false;
  p->at++;
  return true;
}

static int parse_word(parser *p, const char *word, sheaf_value value,
                      sheaf_value *out) {
  size_t size = strlen(word);
  if (p->size - p->at < size || memcmp(p->data + p->at, word, size) != 0)
    return fail_expected(p, "a value");
  p->at += size;
  *out = value;
  return SHEAF_OK;
}

// --- Numbers ---------------------------------------------------------------

static bool digit(const parser *p, size_t at) {
  return at < p->size && p->data[at] >= '0' && p->data[at] <= '9';
}

static size_t skip_digits(const parser *p, size_t at) {
  while (digit(p, at)) at++;
  return at;
}

// Finds the end of the number at p->at; the same place where there is none.
static size_t scan_number(const parser *p, bool *integer) {
  size_t at = p->at;
  *integer = true;
  if (p->data[at] == '-') at++;
  if (!digit(p, at)) return p->at;
  at = p->data[at] == '0' ? at + 1 : skip_digits(p, at);
  if (at < p->size && p->data[at] == '.') {
    *integer = false;
    if (!digit(p, ++at)) return p->at;
    at = skip_digits(p, at);
  }
  if (at < p->size && (p->data[at] == 'e' || p->data[at] == 'E')) {
    *integer = false;
    at++;
    if (at < p->size && (p->data[at] == '+' || p->data[at] == '-')) at++;
    if (!digit(p, at)) return p->at;
    at = skip_digits(p, at);
  }
  return at;
}

// Reads the number in `text`, which is well-formed.
static sheaf_value read_number(const char *text, bool integer) {
  errno = 0;
  long long number = integer ? strtoll(text, NULL, 10) : 0;
  if (integer && errno == 0) return sheaf_value_int(number);
  return sheaf_value_float(sf_json_read_float(text));
}

static int parse_number(parser *p, sheaf_value *out) {
  bool integer;
  size_t end = scan_number(p, &integer);
  if (end == p->at) return fail_expected(p, "a value");
  // The C library wants a NUL behind the number.
  char few[64];
  size_t size = end - p->at;
  char *text = size < sizeof few ? few : malloc(size + 1);
  if (!text) return sf_no_memory(p->error);
  memcpy(text, p->data + p->at, size);
  text[size] = '\0';
  *out = read_number(text, integer);
  if (text != few) free(text);
  if (out->type == SHEAF_FLOAT && isinf(out->as.number))
    return fail_at(p, p->at, "the number is too large");
  p->at = end;
  return SHEAF_OK;
}

// --- Strings ---------------------------------------------------------------

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static int parse_hex(parser *p, unsigned *out) {
  *out = 0;
  for (int i = 0; i < 4; i++) {
    int value = p->at < p->size ? hex_digit(p->data[p->at]) : -1;
    if (value < 0) return fail_expected(p, "four hexadecimal digits");
    *out = *out << 4 | (unsigned)value;
    p->at++;
  }
  return SHEAF_OK;
}

static void put_utf8(sf_buffer *out, unsigned code) {
  char *end = sf_buffer_reserve(out, 4);
  if (!end) return;
  size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size - 1; i > 0; i--) {
    end[i] = (char)(0x80 | (code & 0x3f));
    code >>= 6;
  }
  end[0] = (char)(marks[size] | code);
  out->size += size;
}

// The `\u` was read. Characters above U+FFFF come as two surrogates.
static int parse_unicode(parser *p, sf_buffer *out) {
  unsigned code, low;
  size_t start = p->at;
  int status = parse_hex(p, &code);
  if (status != SHEAF_OK) return status;
  if (code >= 0xdc00 && code <= 0xdfff)
    return fail_at(p, start, "a lone surrogate");
  if (code >= 0xd800 && code <= 0xdbff) {
    if (!accept(p, '\\') || !accept(p, 'u'))
      return fail_at(p, start, "a lone surrogate");
    status = parse_hex(p, &low);
    if (status != SHEAF_OK) return status;
    if (low < 0xdc00 || low > 0xdfff)
      return fail_at(p, start, "a lone surrogate");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  put_utf8(out, code);
  return SHEAF_OK;
}

// The backslash was read.
static int parse_escape(parser *p, sf_buffer *out) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  char c = p->at < p->size ? p->data[p->at] : '\0';
  const char *name = c ? strchr(names, c) : NULL;
  if (!name && c != 'u') return fail_expected(p, "an escape");
  p->at++;
  if (!name) return parse_unicode(p, out);
  sf_buffer_putc(out, values[name - names]);
  return SHEAF_OK;
}

// Goes to the next quote or backslash.
static int skip_plain(parser *p) {
  p->at += sf_json_plain_utf8(p->data + p->at, p->size - p->at);
  if (p->at == p->size) return fail_early(p);
  char c = p->data[p->at];
  if (c == '"' || c == '\\') return SHEAF_OK;
  return fail_at(p, p->at,
                 c & 0x80 ? "not UTF-8" : "a control character in a string");
}

// Reads a string from `start` on, whose first backslash is at p->at.
static int parse_escaped(parser *p, size_t start, sheaf_value *out) {
  sf_buffer text = {0};
  int code = SHEAF_OK;
  while (code == SHEAF_OK) {
    sf_buffer_append(&text, p->data + start, p->at - start);
    if (accept(p, '"')) break;
    p->at++;
    code = parse_escape(p, &text);
    start = p->at;
    if (code == SHEAF_OK) code = skip_plain(p);
  }
  if (code == SHEAF_OK &&
      (text.failed || sheaf_value_string(out, text.data, text.size)))
    code = sf_no_memory(p->error);
  sf_buffer_clear(&text);
  return code;
}

static int parse_string(parser *p, sheaf_value *out) {
  if (!accept(p, '"')) return fail_expected(p, "a string");
  size_t start = p->at;
  int code = skip_plain(p);
  if (code != SHEAF_OK) return code;
  if (p->data[p->at] != '"') return parse_escaped(p, start, out);
  if (sheaf_value_string(out, p->data + start, p->at - start))
    return sf_no_memory(p->error);
  p->at++;
  return SHEAF_OK;
}

// --- Lists and maps --------------------------------------------------------

static int parse_value(parser *p, sheaf_value *out);

static int add_element(parser *p, sheaf_value *out) {
  sheaf_value element = SHEAF_VALUE_NULL;
  int code = parse_value(p, &element);
  if (code != SHEAF_OK) return code;
  return sheaf_value_append(out, element) ? sf_no_memory(p->error) : SHEAF_OK;
}

static int add_pair(parser *p, sheaf_value *out) {
  sheaf_value key = SHEAF_VALUE_NULL, element = SHEAF_VALUE_NULL;
  skip_space(p);
  int code = parse_string(p, &key);
  skip_space(p);
  if (code == SHEAF_OK && !accept(p, ':')) code = fail_expected(p, "':'");
  if (code == SHEAF_OK) code = parse_value(p, &element);
  if (code == SHEAF_OK)
    return sf_value_add(out, key, element) ? sf_no_memory(p->error) : SHEAF_OK;
  sheaf_value_clear(&key);
  return code;
}

static int parse_items(parser *p, sheaf_value *out, char end,
                       int (*add)(parser *p, sheaf_value *out)) {
  p->at++;
  skip_space(p);
  if (accept(p, end)) return SHEAF_OK;
  int code;
  do {
    code = add(p, out);
    skip_space(p);
  } while (code == SHEAF_OK && accept(p, ','));
  if (code == SHEAF_OK && !accept(p, end))
    code = fail_expected(p, end == ']' ? "',' or ']'" : "',' or '}'");
  return code;
}

// Reads a list or a map into `*out`, which is null on failure.
static int parse_nested(parser *p, sheaf_value *out) {
  bool map = p->data[p->at] == '{';
  if (p->depth == SF_JSON_DEPTH) return fail_at(p, p->at, "nested too deep");
  int code = map ? sheaf_value_map(out) : sheaf_value_list(out);
  if (code != SHEAF_OK) return sf_no_memory(p->error);
  p->depth++;
  code = parse_items(p, out, map ? '}' : ']', map ? add_pair : add_element);
  p->depth--;
  if (code != SHEAF_OK) sheaf_value_clear(out);
  return code;
}

static int parse_value(parser *p, sheaf_value *out) {
  skip_space(p);
  if (p->at >= p->size) return fail_early(p);
  switch (p->data[p->at]) {
    case '{':
    case '[':
      return parse_nested(p, out);
    case '"':
      return parse_string(p, out);
    case 't':
      return parse_word(p, "true", sheaf_value_bool(true), out);
    case 'f':
      return parse_word(p, "false", sheaf_value_bool(false), out);
    case 'n':
      return parse_word(p, "null", (sheaf_value)SHEAF_VALUE_NULL, out);
    default:
      return parse_number(p, out);
  }
}

int sheaf_value_parse(sheaf_value *out, const char *data, size_t size,
                      sheaf_error *error) {
  parser p = {.data = data, .size = size, .error = error};
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  int code = parse_value(&p, out);
  if (code != SHEAF_OK) return code;
  skip_space(&p);
  if (p.at == size) return SHEAF_OK;
  sheaf_value_clear(out);
  return fail_expected(&p, "the end of the text");
}
