#include "cli/steps.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int fail(sheaf_error *error, const char *what, const char *why,
                const char *hint) {
  error->code = SHEAF_EUSAGE;
  snprintf(error->what, sizeof error->what, "%s", what);
  snprintf(error->why, sizeof error->why, "%s", why);
  snprintf(error->hint, sizeof error->hint, "%s", hint);
  return error->code;
}

static int no_memory(sheaf_error *error) {
  fail(error, "", "out of memory", "");
  return error->code = SHEAF_ENOMEM;
}

// --- One step --------------------------------------------------------------

// The size of `key=value` in front of the next comma. Commas within a value
// that is a list or a map in JSON are its own.
static size_t pair_size(const char *text) {
  size_t size = strcspn(text, ",="), depth = 0;
  bool json =
      text[size] == '=' && (text[size + 1] == '[' || text[size + 1] == '{');
  if (!json) return strcspn(text, ",");
  bool quoted = false;
  for (; text[size] && (text[size] != ',' || depth || quoted); size++) {
    char c = text[size];
    if (quoted && c == '\\' && text[size + 1]) size++;
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) depth++;
    if (!quoted && (c == ']' || c == '}') && depth) depth--;
  }
  return size;
}

// Reads `key=value,…` into a map of strings; the plugin's manifest says later
// what they mean.
static int parse_pairs(sheaf_value *options, const char *text, const char *step,
                       sheaf_error *error) {
  if (sheaf_value_map(options) != SHEAF_OK) return no_memory(error);
  while (*text) {
    size_t size = pair_size(text);
    const char *equals = memchr(text, '=', size);
    if (!equals || equals == text)
      return fail(error, step, "an option is not key=value",
                  "-p NAME:key=value,key=value or -p 'NAME:{\"key\": …}'");
    char *key = strndup(text, (size_t)(equals - text));
    sheaf_value value;
    int code = key ? sheaf_value_string(&value, equals + 1,
                                        size - (size_t)(equals + 1 - text))
                   : SHEAF_ENOMEM;
    if (code == SHEAF_OK) code = sheaf_value_set(options, key, value);
    free(key);
    if (code != SHEAF_OK) return no_memory(error);
    text += size + (text[size] == ',');
  }
  return SHEAF_OK;
}

static int parse_options(sheaf_value *options, const char *text,
                         const char *step, sheaf_error *error) {
  if (text[0] != '{') return parse_pairs(options, text, step, error);
  sheaf_error detail;
  if (sheaf_value_parse(options, text, strlen(text), &detail) == SHEAF_OK)
    return SHEAF_OK;
  return fail(error, step, detail.why, "the options are not valid JSON");
}

// Takes `name`.
static int add_step(cli_steps *steps, char *name, sheaf_error *error) {
  if (!name) return no_memory(error);
  size_t place = steps->count++;
  steps->names[place] = name;
  steps->steps[place] =
      (sheaf_step){name, &steps->options[place], &steps->limits[place]};
  return SHEAF_OK;
}

static int check_room(const cli_steps *steps, sheaf_error *error) {
  if (steps->count < CLI_STEPS_MAX) return SHEAF_OK;
  return fail(error, "pipeline", "it has too many steps", "64 at most");
}

int cli_steps_add(cli_steps *steps, const char *text, sheaf_error *error) {
  int code = check_room(steps, error);
  if (code != SHEAF_OK) return code;
  size_t size = strcspn(text, ":");
  sheaf_value *options = &steps->options[steps->count];
  code = add_step(steps, strndup(text, size), error);
  if (code != SHEAF_OK || !text[size]) return code;
  return parse_options(options, text + size + 1, text, error);
}

int cli_steps_default(cli_steps *steps, sheaf_error *error) {
  static const char *const names[] = {
      "extract.structure", "extract.resolution",   "extract.citations",
      "extract.dates",     "summarize.extractive", "export.jsonl"};
  int code = SHEAF_OK;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (code == SHEAF_OK) code = cli_steps_add(steps, names[i], error);
  return code;
}

// --- Pipeline files --------------------------------------------------------

// A step in a file is a name or a table with the name at 1 and options beside
// it, which arrives as a map whose key "1" is the name.
static int load_step(cli_steps *steps, const sheaf_value *step,
                     const char *path, sheaf_error *error) {
  const sheaf_value *name = step;
  if (step->type == SHEAF_LIST) name = sheaf_value_at(step, 0);
  if (step->type == SHEAF_MAP) name = sheaf_value_get(step, "1");
  int code = check_room(steps, error);
  if (code != SHEAF_OK) return code;
  if (!name || name->type != SHEAF_STRING)
    return fail(error, path, "a step has no plugin's name",
                "steps = { \"name\", { \"name\", option = value } }");
  sheaf_value *options = &steps->options[steps->count];
  sheaf_value *limits = &steps->limits[steps->count];
  code = add_step(steps, strdup(name->as.string.data), error);
  if (code != SHEAF_OK || step->type != SHEAF_MAP) return code;
  if (sheaf_value_map(options) != SHEAF_OK) return no_memory(error);
  for (size_t i = 0; i < sheaf_value_count(step) && code == SHEAF_OK; i++) {
    const char *key = sheaf_value_key(step, i).data;
    sheaf_value value;
    if (strcmp(key, "1") == 0) continue;
    code = sheaf_value_copy(&value, sheaf_value_at(step, i));
    if (code == SHEAF_OK && strcmp(key, "limits") == 0)
      *limits = value;
    else if (code == SHEAF_OK)
      code = sheaf_value_set(options, key, value);
  }
  return code == SHEAF_OK ? code : no_memory(error);
}

int cli_steps_load(cli_steps *steps, const char *path, sheaf_error *error) {
  sheaf_shell *shell;
  sheaf_value pipeline = {SHEAF_NULL, {0}};
  int code = sheaf_shell_new(&shell, NULL, error);
  if (code != SHEAF_OK) return code;
  code = sheaf_shell_evaluate(shell, path, &pipeline, error);
  sheaf_shell_free(shell);
  const sheaf_value *list = sheaf_value_get(&pipeline, "steps");
  if (code == SHEAF_OK && !sheaf_value_count(list))
    code = fail(error, path, "it returns no steps",
                "return { steps = { \"extract.dates\", \"export.jsonl\" } }");
  for (size_t i = 0; i < sheaf_value_count(list) && code == SHEAF_OK; i++)
    code = load_step(steps, sheaf_value_at(list, i), path, error);
  sheaf_value_clear(&pipeline);
  return code;
}

void cli_steps_clear(cli_steps *steps) {
  for (size_t i = 0; i < steps->count; i++) {
    sheaf_value_clear(&steps->options[i]);
    sheaf_value_clear(&steps->limits[i]);
    free(steps->names[i]);
  }
  steps->count = 0;
}
