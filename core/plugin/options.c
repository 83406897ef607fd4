/// Options: what a manifest declares, and what a user gives.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/plugin.h"
#include "plugin/private.h"

static const char *const types[] = {"bool", "int", "float", "string",
                                    "list", "map", NULL};

const sf_rule sf_option_rules[] = {
    {.key = "type",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "The type of its value.",
     .choices = types},
    {.key = "default",
     .required = true,
     .doc = "What it is when the user says nothing."},
    {.key = "doc",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "What it is for, in one sentence."},
    {.key = "enum",
     .type = SHEAF_NULL,
     .doc = "A list of the values there are."},
    {.key = "min", .type = SHEAF_FLOAT, .doc = "The least number."},
    {.key = "max", .type = SHEAF_FLOAT, .doc = "The largest number."},
    {.key = "unit", .type = SHEAF_STRING, .doc = "What is counted: ms, words."},
    {.key = "example", .doc = "A value that somebody might give."},
    {.key = NULL}};

static bool parse_type(const char *name, sheaf_type *type) {
  for (sheaf_type t = SHEAF_BOOL; t <= SHEAF_MAP; t++) {
    if (strcmp(sheaf_type_name(t), name) != 0) continue;
    *type = t;
    return true;
  }
  return false;
}

// --- Values ----------------------------------------------------------------

static sheaf_type type_of(const sheaf_value *spec) {
  sheaf_type type = SHEAF_NULL;
  parse_type(sheaf_value_get_string(spec, "type", ""), &type);
  return type;
}

/// A whole number is a number, too.
static void widen(sheaf_value *value, sheaf_type wanted) {
  if (wanted == SHEAF_FLOAT && value->type == SHEAF_INT)
    *value = sheaf_value_float((double)value->as.integer);
}

static bool in_range(const sheaf_value *spec, double number) {
  const sheaf_value *bounds[] = {sheaf_value_get(spec, "min"),
                                 sheaf_value_get(spec, "max")};
  double limits[2] = {number, number};
  for (int i = 0; i < 2; i++)
    if (bounds[i])
      limits[i] = bounds[i]->type == SHEAF_INT ? (double)bounds[i]->as.integer
                                               : bounds[i]->as.number;
  return limits[0] <= number && number <= limits[1];
}

static bool in_enum(const sheaf_value *spec, const sheaf_value *value) {
  const sheaf_value *choices = sheaf_value_get(spec, "enum");
  if (!choices) return true;
  for (size_t i = 0; i < sheaf_value_count(choices); i++)
    if (sheaf_value_equal(sheaf_value_at(choices, i), value)) return true;
  return false;
}

// Says what the value is, cut to what a line can hold, and what is expected.
// Takes `expected`.
static int refuse_value(const char *name, const sheaf_value *value,
                        char *expected, const char *where, int code,
                        sheaf_error *error) {
  char *found = NULL;
  size_t size;
  if (expected && sheaf_value_write(value, &found, &size) == SHEAF_OK)
    sf_fail(error, code, where, "option '%s' is %.80s%s, expected %s", name,
            found, size > 80 ? "…" : "", expected);
  else
    code = sf_no_memory(error);
  free(found);
  free(expected);
  return code;
}

static char *describe_range(const sheaf_value *spec) {
  char *least = NULL, *most = NULL, *range;
  size_t size;
  const sheaf_value *min = sheaf_value_get(spec, "min");
  const sheaf_value *max = sheaf_value_get(spec, "max");
  if (min) sheaf_value_write(min, &least, &size);
  if (max) sheaf_value_write(max, &most, &size);
  if (least && most)
    range = sf_sprintf("%s to %s", least, most);
  else if (least)
    range = sf_sprintf("%s or more", least);
  else
    range = sf_sprintf("%s at most", most ? most : "");
  free(least);
  free(most);
  return range;
}

static char *describe_choices(const sheaf_value *spec) {
  char *list = NULL;
  size_t size;
  sheaf_value_write(sheaf_value_get(spec, "enum"), &list, &size);
  char *choices = list ? sf_sprintf("one of %s", list) : NULL;
  free(list);
  return choices;
}

static int check_value(const sheaf_value *spec, const char *name,
                       const sheaf_value *value, const char *where, int code,
                       sheaf_error *error) {
  sheaf_type type = type_of(spec);
  bool whole = type == SHEAF_FLOAT && value->type == SHEAF_INT;
  if (value->type != type && !whole)
    return refuse_value(name, value, sf_sprintf("%s", sheaf_type_name(type)),
                        where, code, error);
  double number = value->type == SHEAF_INT ? (double)value->as.integer
                  : type == SHEAF_FLOAT    ? value->as.number
                                           : 0;
  if ((type == SHEAF_INT || type == SHEAF_FLOAT) && !in_range(spec, number))
    return refuse_value(name, value, describe_range(spec), where, code, error);
  if (!in_enum(spec, value))
    return refuse_value(name, value, describe_choices(spec), where, code,
                        error);
  return SHEAF_OK;
}

// --- Declarations ----------------------------------------------------------

// Its default and its example are values that a user could give.
static int check_spec(const sheaf_value *spec, const char *name,
                      const char *where, sheaf_error *error) {
  static const char *const values[] = {"default", "example"};
  int code = SHEAF_OK;
  for (size_t i = 0; i < SF_COUNT(values) && !code; i++) {
    const sheaf_value *value = sheaf_value_get(spec, values[i]);
    if (value)
      code = check_value(spec, name, value, where, SHEAF_EMANIFEST, error);
  }
  return code;
}

int sf_options_declared(const sf_manifest *manifest, const char *where,
                        sheaf_error *error) {
  const sheaf_value *specs = sheaf_value_get(&manifest->json, "options");
  for (size_t i = 0; i < sheaf_value_count(specs); i++) {
    int code = check_spec(sheaf_value_at(specs, i),
                          sheaf_value_key(specs, i).data, where, error);
    if (code != SHEAF_OK) return code;
  }
  return SHEAF_OK;
}

// --- What a user gives -----------------------------------------------------

// On the command line every value is a string: it is read as the JSON that
// the option wants. A list of one string needs neither brackets nor quotes.
static int convert_text(sheaf_value *out, const sheaf_value *given,
                        sheaf_type wanted) {
  int code = sheaf_value_parse(out, given->as.string.data,
                               given->as.string.size, NULL);
  if (code != SHEAF_OK) code = sheaf_value_copy(out, given);
  if (code != SHEAF_OK || wanted != SHEAF_LIST || out->type == SHEAF_LIST)
    return code;
  sheaf_value element = *out;
  code = sheaf_value_list(out);
  if (code == SHEAF_OK) return sheaf_value_append(out, element);
  sheaf_value_clear(&element);
  return code;
}

static int convert(sheaf_value *out, const sheaf_value *given,
                   sheaf_type wanted) {
  bool text = given->type == SHEAF_STRING && wanted != SHEAF_STRING;
  int code =
      text ? convert_text(out, given, wanted) : sheaf_value_copy(out, given);
  if (code == SHEAF_OK) widen(out, wanted);
  return code;
}

static int refuse_option(const sf_manifest *manifest, const sheaf_value *specs,
                         sheaf_bytes key, sheaf_error *error) {
  const char *names[64];
  size_t count = 0;
  for (; count < sheaf_value_count(specs) && count + 1 < SF_COUNT(names);
       count++)
    names[count] = sheaf_value_key(specs, count).data;
  names[count] = NULL;
  int code = sf_fail(error, SHEAF_EOPTION, manifest->name,
                     "there is no option '%.*s'", (int)key.size, key.data);
  const char *near = sf_nearest(key.data, names);
  if (near)
    sf_hint(error, "did you mean '%s'?", near);
  else
    sf_hint(error, "see 'sheaf plugin info %s'", manifest->name);
  return code;
}

static int set_option(const sf_manifest *manifest, const sheaf_value *specs,
                      sheaf_bytes key, const sheaf_value *given,
                      sheaf_value *out, sheaf_error *error) {
  const sheaf_value *spec = sheaf_value_get(specs, key.data);
  if (!spec) return refuse_option(manifest, specs, key, error);
  sheaf_value value = SHEAF_VALUE_NULL;
  if (convert(&value, given, type_of(spec))) return sf_no_memory(error);
  int code =
      check_value(spec, key.data, &value, manifest->name, SHEAF_EOPTION, error);
  if (code != SHEAF_OK) {
    sheaf_value_clear(&value);
    return code;
  }
  code = sheaf_value_set(out, key.data, value);
  return code == SHEAF_OK ? code : sf_no_memory(error);
}

static int set_defaults(const sheaf_value *specs, sheaf_value *out) {
  int code = sheaf_value_map(out);
  for (size_t i = 0; code == SHEAF_OK && i < sheaf_value_count(specs); i++) {
    const sheaf_value *spec = sheaf_value_at(specs, i);
    sheaf_value value = SHEAF_VALUE_NULL;
    code = sheaf_value_copy(&value, sheaf_value_get(spec, "default"));
    if (code != SHEAF_OK) return code;
    widen(&value, type_of(spec));
    code = sheaf_value_set(out, sheaf_value_key(specs, i).data, value);
  }
  return code;
}

int sf_options_check(const sf_manifest *manifest, const sheaf_value *given,
                     sheaf_value *out, sheaf_error *error) {
  const sheaf_value *specs = sheaf_value_get(&manifest->json, "options");
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  if (given && given->type != SHEAF_NULL && given->type != SHEAF_MAP)
    return sf_fail(error, SHEAF_EOPTION, manifest->name,
                   "its options are a map, not a %s",
                   sheaf_type_name(given->type));
  int code = set_defaults(specs, out);
  if (code != SHEAF_OK) sf_no_memory(error);
  for (size_t i = 0; code == SHEAF_OK && i < sheaf_value_count(given); i++)
    code = set_option(manifest, specs, sheaf_value_key(given, i),
                      sheaf_value_at(given, i), out, error);
  if (code != SHEAF_OK) sheaf_value_clear(out);
  return code;
}
