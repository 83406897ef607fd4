#include "cli/row.h"

#include <ctype.h>
#include <string.h>

// What is left of the line.
typedef struct {
  const char *at, *end;
} cursor;

static bool take(cursor *line, char wanted) {
  while (line->at < line->end && *line->at == ' ') line->at++;
  if (line->at == line->end || *line->at != wanted) return false;
  line->at++;
  return true;
}

// A quote ends a string when an even number of backslashes is before it.
static bool is_escaped(const char *quote, const char *start) {
  const char *at = quote;
  while (at > start && at[-1] == '\\') at--;
  return (quote - at) % 2;
}

// Takes the rest of a string whose first quote was taken.
static bool take_string(cursor *line, sheaf_bytes *text) {
  const char *start = line->at, *quote = start;
  do {
    quote = memchr(quote, '"', (size_t)(line->end - quote));
    if (!quote) return false;
    line->at = ++quote;
  } while (is_escaped(quote - 1, start));
  *text = (sheaf_bytes){start, (size_t)(quote - 1 - start)};
  return true;
}

// Takes a list or a map, whose first bracket was taken.
static bool skip_nested(cursor *line) {
  sheaf_bytes text;
  for (size_t depth = 1; depth > 0;) {
    if (line->at == line->end) return false;
    char next = *line->at++;
    if (next == '"' && !take_string(line, &text)) return false;
    if (next == '[' || next == '{') depth++;
    if (next == ']' || next == '}') depth--;
  }
  return true;
}

// Takes a value: the inside of a string, a number or word as it is; a null and
// what has a bracket have no data.
static bool take_value(cursor *line, sheaf_bytes *value) {
  *value = (sheaf_bytes){NULL, 0};
  if (take(line, '"')) return take_string(line, value);
  if (take(line, '[') || take(line, '{')) return skip_nested(line);
  const char *start = line->at;
  while (line->at < line->end && *line->at != ',' && *line->at != '}')
    line->at++;
  if (line->at > start && *start != 'n')
    *value = (sheaf_bytes){start, (size_t)(line->at - start)};
  return line->at < line->end;
}

static uint64_t take_digits(sheaf_bytes *text) {
  uint64_t number = 0;
  while (text->size && isdigit((unsigned char)*text->data)) {
    number = number * 10 + (uint64_t)(*text->data++ - '0');
    text->size--;
  }
  return number;
}

// Milliseconds as they are written: digits, a point, digits. strtod() knows
// locales, and takes its time.
static double read_ms(sheaf_bytes text) {
  double ms = (double)take_digits(&text), place = 1;
  for (size_t i = 1; i < text.size; i++) {
    place /= 10;
    ms += place * (text.data[i] - '0');
  }
  return ms;
}

static bool is(sheaf_bytes key, const char *name) {
  return key.size == strlen(name) && !memcmp(key.data, name, key.size);
}

static void note(cli_row *row, sheaf_bytes key, sheaf_bytes value) {
  if (is(key, "status"))
    row->status = value;
  else if (is(key, "reason"))
    row->reason = value;
  else if (is(key, "code"))
    row->code = value;
  else if (is(key, "plugin"))
    row->plugin = value;
  else if (is(key, "ms"))
    row->ms = read_ms(value);
  else if (is(key, "bytes_in"))
    row->bytes_in = take_digits(&value);
  else if (is(key, "bytes_out"))
    row->bytes_out = take_digits(&value);
}

bool cli_row_read(cli_row *row, sheaf_bytes line) {
  cursor rest = {line.data, line.data + line.size};
  *row = (cli_row){.line = line};
  if (!take(&rest, '{')) return false;
  if (take(&rest, '}')) return true;
  do {
    sheaf_bytes key, value;
    if (!take(&rest, '"') || !take_string(&rest, &key) || !take(&rest, ':') ||
        !take_value(&rest, &value))
      return false;
    note(row, key, value);
  } while (take(&rest, ','));
  return take(&rest, '}');
}

bool cli_row_is(sheaf_bytes field, const char *text) {
  if (field.size != strlen(text)) return false;
  return !field.size || !memcmp(field.data, text, field.size);
}

bool cli_row_value(const cli_row *row, sheaf_value *value) {
  return sheaf_value_parse(value, row->line.data, row->line.size, NULL) ==
         SHEAF_OK;
}
