/// The fields of a JSON object, found without making values of them.
#include <string.h>

#include "json/private.h"

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(sf_json_fields *f) {
  while (f->at < f->text.size && is_space(f->text.data[f->at])) f->at++;
}

static bool take(sf_json_fields *f, char wanted) {
  skip_space(f);
  if (f->at >= f->text.size || f->text.data[f->at] != wanted) return false;
  f->at++;
  return true;
}

// Moves behind the string that begins at `f->at`, quotes and all.
static bool skip_string(sf_json_fields *f) {
  const sheaf_bytes text = f->text;
  size_t at = f->at + 1;
  while (at < text.size) {
    at += sf_json_plain(text.data + at, text.size - at);
    if (at >= text.size) return false;
    if (text.data[at] == '"') {
      f->at = at + 1;
      return true;
    }
    if (text.data[at] != '\\') return false;
    at += 2;
  }
  return false;
}

// Moves behind a list or an object. Counts brackets: that they fit together is
// for those to see who read the value.
static bool skip_nested(sf_json_fields *f) {
  const sheaf_bytes text = f->text;
  size_t depth = 0;
  while (f->at < text.size) {
    char c = text.data[f->at];
    if (c == '"') {
      if (!skip_string(f)) return false;
      continue;
    }
    f->at++;
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && --depth == 0) return true;
  }
  return false;
}

static bool is_scalar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '+' || c == '.' || c == 'E';
}

static bool skip_value(sf_json_fields *f) {
  if (f->at >= f->text.size) return false;
  char first = f->text.data[f->at];
  if (first == '"') return skip_string(f);
  if (first == '{' || first == '[') return skip_nested(f);
  size_t from = f->at;
  while (f->at < f->text.size && is_scalar(f->text.data[f->at])) f->at++;
  return f->at > from;
}

bool sf_json_fields_begin(sf_json_fields *fields, sheaf_bytes text) {
  *fields = (sf_json_fields){text, 0, true};
  return take(fields, '{');
}

int sf_json_fields_next(sf_json_fields *fields, sf_json_field *field) {
  if (take(fields, '}')) {
    skip_space(fields);
    return fields->at == fields->text.size ? SHEAF_END : SHEAF_ESYNTAX;
  }
  if (!fields->first && !take(fields, ',')) return SHEAF_ESYNTAX;
  fields->first = false;
  skip_space(fields);
  size_t key = fields->at;
  if (key >= fields->text.size || fields->text.data[key] != '"' ||
      !skip_string(fields))
    return SHEAF_ESYNTAX;
  field->key = (sheaf_bytes){fields->text.data + key + 1, fields->at - key - 2};
  if (!take(fields, ':')) return SHEAF_ESYNTAX;
  skip_space(fields);
  size_t value = fields->at;
  if (!skip_value(fields)) return SHEAF_ESYNTAX;
  field->value = (sheaf_bytes){fields->text.data + value, fields->at - value};
  return SHEAF_OK;
}
