/// Finds years.
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sheaf/plugin.h"

#define DIGITS 4

/// Called once in each worker. The state is the first year that counts.
static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  long long *first = malloc(sizeof *first);
  (void)error;
  if (!first) return SHEAF_ENOMEM;
  *first = sheaf_value_get_int(context->options, "first", 1900);
  *state = first;
  return SHEAF_OK;
}

static int add_year(sheaf_doc *doc, const char *digits, size_t from,
                    sheaf_error *error) {
  sheaf_value attributes;
  int code = sheaf_value_map(&attributes);
  if (!code) code = sheaf_value_set_string(&attributes, "value", digits);
  if (!code) code = sheaf_value_set_string(&attributes, "precision", "year");
  if (!code)
    code = sheaf_doc_add(doc, "date", from, from + DIGITS, &attributes, error);
  sheaf_value_clear(&attributes);
  return code;
}

/// Called for each document.
static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  sheaf_bytes text = sheaf_doc_text(doc);
  long long first = *(const long long *)state;
  int code = SHEAF_OK;
  (void)result;
  for (size_t at = 0, size; at < text.size && !code; at += size ? size : 1) {
    char year[DIGITS + 1] = "";
    bool digits = true;
    for (size = 0;
         at + size < text.size && isalnum((unsigned char)text.data[at + size]);
         size++)
      digits = digits && isdigit((unsigned char)text.data[at + size]);
    if (size != DIGITS || !digits) continue;
    memcpy(year, text.data + at, DIGITS);
    if (atoll(year) >= first) code = add_year(doc, year, at, error);
  }
  return code;
}

static const sheaf_plugin_hooks hooks = {.size = sizeof hooks,
                                         .api = SHEAF_PLUGIN_API,
                                         .open = open_plugin,
                                         .process = process,
                                         .close = free};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
