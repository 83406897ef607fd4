#include "run/request.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json/json.h"

// --- Writing ---------------------------------------------------------------

static void write_texts(sf_buffer *out, const char *key,
                        const char *const *texts) {
  sf_buffer_printf(out, ",\"%s\":", key);
  sf_buffer_puts(out, texts ? "[" : "null");
  for (size_t i = 0; texts && texts[i]; i++) {
    if (i) sf_buffer_putc(out, ',');
    sf_json_string(out, sf_bytes(texts[i]));
  }
  if (texts) sf_buffer_putc(out, ']');
}

static void write_value(sf_buffer *out, const char *key,
                        const sheaf_value *value) {
  sf_buffer_printf(out, ",\"%s\":", key);
  if (value)
    sf_json_value(out, value);
  else
    sf_buffer_puts(out, "null");
}

static void write_step(sf_buffer *out, const sheaf_step *step) {
  sf_buffer_puts(out, "{\"plugin\":");
  sf_json_string(out, sf_bytes(step->plugin));
  write_value(out, "options", step->options);
  write_value(out, "limits", step->limits);
  sf_buffer_putc(out, '}');
}

void sf_request_write(const sheaf_run_options *options, sf_buffer *out) {
  char *directory = getcwd(NULL, 0);
  sf_buffer_puts(out, "\"request\":{\"directory\":");
  sf_json_string(out, sf_bytes(directory ? directory : "."));
  free(directory);
  sf_buffer_puts(out, ",\"steps\":[");
  for (size_t i = 0; i < options->step_count; i++) {
    if (i) sf_buffer_putc(out, ',');
    write_step(out, &options->steps[i]);
  }
  sf_buffer_putc(out, ']');
  write_texts(out, "allow", options->allow);
  write_texts(out, "limits", options->limits);
  write_texts(out, "plugin_path", options->plugin_path);
  sf_buffer_printf(out, ",\"raw\":%s,\"require_sandbox\":%s}",
                   options->raw ? "true" : "false",
                   options->require_sandbox ? "true" : "false");
}

// --- Reading ---------------------------------------------------------------

static size_t count_texts(const char *const *texts) {
  size_t count = 0;
  while (texts && texts[count]) count++;
  return count;
}

/// Makes `*out` the strings of the list, then those of `more`.
static int join_texts(const char ***out, const sheaf_value *list,
                      const char *const *more, sheaf_error *error) {
  size_t count = sheaf_value_count(list), added = count_texts(more);
  const char **texts = calloc(count + added + 1, sizeof *texts);
  if (!texts) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    const sheaf_value *text = sheaf_value_at(list, i);
    texts[i] = text->type == SHEAF_STRING ? text->as.string.data : "";
  }
  for (size_t i = 0; i < added; i++) texts[count + i] = more[i];
  *out = texts;
  return SHEAF_OK;
}

static const sheaf_value *given(const sheaf_value *map, const char *key) {
  const sheaf_value *value = sheaf_value_get(map, key);
  return value && value->type == SHEAF_MAP ? value : NULL;
}

static int read_steps(sf_request *request, const sheaf_value *list,
                      sheaf_error *error) {
  size_t count = sheaf_value_count(list);
  request->steps = calloc(count + 1, sizeof *request->steps);
  if (!request->steps) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    const sheaf_value *step = sheaf_value_at(list, i);
    request->steps[i].plugin = sheaf_value_get_string(step, "plugin", "");
    request->steps[i].options = given(step, "options");
    request->steps[i].limits = given(step, "limits");
  }
  request->options.steps = request->steps;
  request->options.step_count = count;
  return SHEAF_OK;
}

static int read_bundles(sf_request *request, const sheaf_value *list,
                        sheaf_error *error) {
  size_t count = sheaf_value_count(list);
  request->bundles = calloc(count + 1, sizeof *request->bundles);
  if (!request->bundles) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++)
    request->bundles[i] =
        sheaf_value_get_string(sheaf_value_at(list, i), "path", "");
  request->options.bundles = request->bundles;
  request->options.bundle_count = count;
  return SHEAF_OK;
}

static void read_reading(sf_request *request, const sheaf_value *from) {
  sheaf_bundle_options *to = &request->reading;
  *to = (sheaf_bundle_options)SHEAF_BUNDLE_OPTIONS_INIT;
  to->max_document = (uint64_t)sheaf_value_get_int(from, "max_document", 0);
  to->max_total = (uint64_t)sheaf_value_get_int(from, "max_total", 0);
  to->max_members = (uint64_t)sheaf_value_get_int(from, "max_members", 0);
  to->max_ratio = (unsigned)sheaf_value_get_int(from, "max_ratio", 0);
  to->max_name = (unsigned)sheaf_value_get_int(from, "max_name", 0);
  to->max_stall =
      (unsigned)sheaf_value_get_int(from, "max_stall", SHEAF_MAX_STALL_DEFAULT);
  to->text_field = sheaf_value_get_string(from, "text_field", NULL);
  to->id_field = sheaf_value_get_string(from, "id_field", NULL);
  to->format = sheaf_value_get_string(from, "format", NULL);
  request->options.reading = to;
}

static double number_of(const sheaf_value *map, const char *key) {
  const sheaf_value *value = sheaf_value_get(map, key);
  if (value && value->type == SHEAF_FLOAT) return value->as.number;
  return (double)sheaf_value_get_int(map, key, 0);
}

static int read_choice(sf_request *request, const sheaf_value *from,
                       sheaf_error *error) {
  request->options.limit = (uint64_t)sheaf_value_get_int(from, "limit", 0);
  request->options.sample = number_of(from, "sample");
  int code = join_texts(&request->filters, sheaf_value_get(from, "filters"),
                        NULL, error);
  request->options.filters = request->filters;
  return code;
}

static int read_wishes(sf_request *request, const sheaf_value *from,
                       const char *const *allow, const char *const *limits,
                       sheaf_error *error) {
  const sheaf_value *path = sheaf_value_get(from, "plugin_path");
  sheaf_run_options *options = &request->options;
  int code =
      join_texts(&request->allow, sheaf_value_get(from, "allow"), allow, error);
  if (!code)
    code = join_texts(&request->limits, sheaf_value_get(from, "limits"), limits,
                      error);
  if (!code && path && path->type == SHEAF_LIST)
    code = join_texts(&request->plugin_path, path, NULL, error);
  options->allow = request->allow;
  options->limits = request->limits;
  options->plugin_path = request->plugin_path;
  options->raw = sheaf_value_get_bool(from, "raw", false);
  options->require_sandbox =
      sheaf_value_get_bool(from, "require_sandbox", false);
  return code;
}

int sf_request_read(sf_request *request, const sheaf_value *report,
                    const char *const *allow, const char *const *limits,
                    sheaf_error *error) {
  const sheaf_value *from = sheaf_value_get(report, "request");
  *request = (sf_request){.options = SHEAF_RUN_OPTIONS_INIT};
  if (!from || from->type != SHEAF_MAP) {
    sf_fail(error, SHEAF_ECHANGED, "run.json",
            "it does not say how the run was called");
    return sf_hint(error, "it is of an earlier version: run it anew");
  }
  read_reading(request, sheaf_value_get(report, "reading"));
  request->options.nested = (unsigned)sheaf_value_get_int(report, "nested", 0);
  request->options.shard = (unsigned)sheaf_value_get_int(report, "shard", 0);
  request->options.shards = (unsigned)sheaf_value_get_int(report, "shards", 0);
  int code = read_steps(request, sheaf_value_get(from, "steps"), error);
  if (!code)
    code = read_bundles(request, sheaf_value_get(report, "bundles"), error);
  if (!code)
    code = read_choice(request, sheaf_value_get(report, "choice"), error);
  return code ? code : read_wishes(request, from, allow, limits, error);
}

void sf_request_clear(sf_request *request) {
  free(request->steps);
  free(request->bundles);
  free(request->allow);
  free(request->limits);
  free(request->filters);
  free(request->plugin_path);
  *request = (sf_request){.options = SHEAF_RUN_OPTIONS_INIT};
}
