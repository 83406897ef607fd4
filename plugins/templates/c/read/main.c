/// Reads CSV: a line a row, with tabs between the cells.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sheaf/plugin.h"

/// Called once in each worker. The state is what stands between two cells.
static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  (void)error;
  *state = (void *)sheaf_value_get_string(context->options, "separator", ",");
  return SHEAF_OK;
}

/// Makes the text in `text`, where there is room for the content and one byte:
/// no row is longer than its line. Returns its size.
static size_t make_text(sheaf_bytes content, char separator, char *text) {
  size_t size = 0;
  bool quoted = false;
  for (size_t i = 0; i < content.size; i++) {
    char c = content.data[i];
    bool end = c == '\n' || c == '\r';
    if (end) quoted = false;
    if (c == '"')
      quoted = !quoted;
    else if (!end)
      text[size++] = c == separator && !quoted ? '\t' : c;
    else if (size && text[size - 1] != '\n')
      text[size++] = '\n';
  }
  if (size && text[size - 1] != '\n') text[size++] = '\n';
  return size;
}

static int add_rows(sheaf_doc *doc, sheaf_error *error) {
  sheaf_bytes text = sheaf_doc_text(doc);
  int code = SHEAF_OK;
  for (size_t from = 0, to; from < text.size && !code; from = to + 1) {
    const char *end = memchr(text.data + from, '\n', text.size - from);
    to = (size_t)(end - text.data);
    code = sheaf_doc_add(doc, "table_row", from, to, NULL, error);
  }
  return code;
}

/// Called for each document: gives it its text, then adds spans.
static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  sheaf_bytes content = sheaf_doc_content(doc);
  const char *separator = state;
  char *text = malloc(content.size + 1);
  (void)result;
  if (!text) return SHEAF_ENOMEM;
  size_t size = make_text(content, separator[0], text);
  int code = sheaf_doc_set_text(doc, (sheaf_bytes){text, size}, error);
  free(text);
  return code ? code : add_rows(doc, error);
}

static const sheaf_plugin_hooks hooks = {.size = sizeof hooks,
                                         .api = SHEAF_PLUGIN_API,
                                         .open = open_plugin,
                                         .process = process};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
