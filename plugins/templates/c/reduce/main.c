/// Counts the documents in which each year is named.
#include <stdio.h>
#include <stdlib.h>

#include "sheaf/plugin.h"

#define YEARS 10000

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

/// Adds the year of a date to what the document amounts to.
static int note_year(sheaf_value *years, const sheaf_span *date,
                     sheaf_error *error) {
  sheaf_value attributes;
  char year[5];
  int code = sheaf_value_parse(&attributes, date->attributes.data,
                               date->attributes.size, error);
  if (code) return code;
  snprintf(year, sizeof year, "%.4s",
           sheaf_value_get_string(&attributes, "value", ""));
  sheaf_value_clear(&attributes);
  return sheaf_value_set(years, year, sheaf_value_bool(true));
}

/// Called for each document: hands in what it amounts to, here its years.
/// Nothing may be kept from one document for the next: they go to many workers.
static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  sheaf_value years;
  sheaf_span date;
  int code = sheaf_value_map(&years);
  (void)state;
  for (size_t i = 0; !code && !sheaf_doc_span(doc, "date", i, &date); i++)
    code = note_year(&years, &date, error);
  if (!code && sheaf_value_count(&years))
    code = sheaf_result_yield(result, &years, error);
  sheaf_value_clear(&years);
  return code;
}

static int write_table(const unsigned counts[YEARS], long long first,
                       sheaf_result *result) {
  int code = SHEAF_OK;
  for (long long year = first; year < YEARS && !code; year++) {
    char row[32];
    if (!counts[year]) continue;
    int size = snprintf(row, sizeof row, "%04lld,%u\n", year, counts[year]);
    code = sheaf_result_write(result, 0, (sheaf_bytes){row, (size_t)size});
  }
  return code;
}

/// Called once, when all documents are done: reads what each amounts to, in
/// their order, and writes the output.
static int finish(void *state, sheaf_spool *all, sheaf_result *result,
                  sheaf_error *error) {
  unsigned counts[YEARS] = {0};
  sheaf_value years;
  int code;
  while (!(code = sheaf_spool_value(all, &years, error))) {
    for (size_t i = 0; i < sheaf_value_count(&years); i++)
      counts[strtoul(sheaf_value_key(&years, i).data, NULL, 10) % YEARS]++;
    sheaf_value_clear(&years);
  }
  if (code != SHEAF_END) return code;
  return write_table(counts, *(const long long *)state, result);
}

static const sheaf_plugin_hooks hooks = {.size = sizeof hooks,
                                         .api = SHEAF_PLUGIN_API,
                                         .open = open_plugin,
                                         .process = process,
                                         .finish = finish,
                                         .close = free};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
