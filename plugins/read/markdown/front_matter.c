#include "front_matter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "sheet.h"

/// Takes the first line, without its end, off what is left.
static sheaf_bytes take_line(sheaf_bytes *rest) {
  const char *end = memchr(rest->data, '\n', rest->size);
  size_t size = end ? (size_t)(end - rest->data) : rest->size;
  sheaf_bytes line = {rest->data, size};
  rest->data += size + (end != NULL);
  rest->size -= size + (end != NULL);
  while (line.size && isspace((unsigned char)line.data[line.size - 1]))
    line.size--;
  return line;
}

static bool is(sheaf_bytes line, const char *text) {
  return line.size == strlen(text) && memcmp(line.data, text, line.size) == 0;
}

/// The key that a line begins with, and what stands after its colon.
static bool split(sheaf_bytes line, sheaf_bytes *key, sheaf_bytes *value) {
  size_t size = 0;
  while (size < line.size && (isalnum((unsigned char)line.data[size]) ||
                              strchr("_-.", line.data[size])))
    size++;
  if (!size || size == line.size || line.data[size] != ':') return false;
  *key = (sheaf_bytes){line.data, size};
  size++;
  if (size < line.size && line.data[size] != ' ') return false;
  *value = (sheaf_bytes){line.data + size, line.size - size};
  return true;
}

sheaf_bytes front_matter(sheaf_bytes text) {
  sheaf_bytes rest = text, key, value;
  if (!is(take_line(&rest), "---")) return (sheaf_bytes){text.data, 0};
  for (bool first = true; rest.size; first = false) {
    sheaf_bytes line = take_line(&rest);
    if (!first && (is(line, "---") || is(line, "...")))
      return (sheaf_bytes){text.data, text.size - rest.size};
    // A rule, and text below it.
    if (first && !split(line, &key, &value)) break;
  }
  return (sheaf_bytes){text.data, 0};
}

static void strip_quotes(sheaf_bytes *value) {
  while (value->size && value->data[0] == ' ') {
    value->data++;
    value->size--;
  }
  if (value->size < 2 || !strchr("\"'", value->data[0]) ||
      value->data[0] != value->data[value->size - 1])
    return;
  value->data++;
  value->size -= 2;
}

int front_matter_describe(sheaf_bytes front, sheaf_doc *doc) {
  static const char *const known[][2] = {
      {"title", "title"},       {"author", "author"},
      {"date", "date"},         {"description", "description"},
      {"keywords", "keywords"}, {"language", "language"},
      {"lang", "language"}};
  int code = SHEAF_OK;
  while (front.size && !code) {
    sheaf_bytes key, value;
    if (!split(take_line(&front), &key, &value)) continue;
    strip_quotes(&value);
    // What begins so is no plain text in YAML.
    if (!value.size || strchr("[{|>&*!", value.data[0])) continue;
    for (size_t i = 0; i < sizeof known / sizeof *known && !code; i++)
      if (is(key, known[i][0]))
        code = sheet_describe(doc, known[i][1], value.data, value.size);
  }
  return code;
}
