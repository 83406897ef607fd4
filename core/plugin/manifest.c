/// plugin.json: reading it, and refusing what is not in the contract.
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "plugin/plugin.h"
#include "plugin/private.h"

#define MANIFEST_NAME "plugin.json"

// Documents that a plugin may be given at one time.
#define IN_FLIGHT_MAX 64

// --- Keys and their types --------------------------------------------------

typedef struct {
  const char *key;
  sheaf_type type;
  bool required;
} key_rule;

static const key_rule manifest_rules[] = {
    {"name", SHEAF_STRING, true},       {"version", SHEAF_STRING, true},
    {"api", SHEAF_INT, true},           {"stage", SHEAF_STRING, true},
    {"language", SHEAF_STRING, true},   {"main", SHEAF_STRING, true},
    {"summary", SHEAF_STRING, true},    {"license", SHEAF_STRING, false},
    {"reads", SHEAF_LIST, false},       {"writes", SHEAF_LIST, false},
    {"options", SHEAF_MAP, false},      {"outputs", SHEAF_LIST, false},
    {"permissions", SHEAF_MAP, false},  {"limits", SHEAF_MAP, false},
    {"command", SHEAF_LIST, false},     {"in_flight", SHEAF_INT, false},
    {"media_types", SHEAF_LIST, false}, {NULL, SHEAF_NULL, false}};

static const key_rule output_rules[] = {{"name", SHEAF_STRING, true},
                                        {"header", SHEAF_STRING, false},
                                        {NULL, SHEAF_NULL, false}};

static const key_rule *find_rule(const key_rule *rules, sheaf_bytes key) {
  for (; rules->key; rules++)
    if (sf_bytes_equal(key, rules->key)) return rules;
  return NULL;
}

static int refuse_key(const key_rule *rules, sheaf_bytes key, const char *where,
                      sheaf_error *error) {
  const char *names[32];
  size_t count = 0;
  for (; rules->key && count + 1 < SF_COUNT(names); rules++)
    names[count++] = rules->key;
  names[count] = NULL;
  int code = sf_fail(error, SHEAF_EMANIFEST, where, "unknown key '%.*s'",
                     (int)key.size, key.data);
  const char *near = key.data ? sf_nearest(key.data, names) : NULL;
  if (near) sf_hint(error, "did you mean '%s'?", near);
  return code;
}

static int check_keys(const sheaf_value *map, const key_rule *rules,
                      const char *where, sheaf_error *error) {
  if (map->type != SHEAF_MAP)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "expected a map, found type %s", sheaf_type_name(map->type));
  for (size_t i = 0; i < sheaf_value_count(map); i++) {
    sheaf_bytes key = sheaf_value_key(map, i);
    const key_rule *rule = find_rule(rules, key);
    if (!rule) return refuse_key(rules, key, where, error);
    sheaf_type type = sheaf_value_at(map, i)->type;
    if (type != rule->type)
      return sf_fail(error, SHEAF_EMANIFEST, where,
                     "'%s' is of type %s, expected %s", rule->key,
                     sheaf_type_name(type), sheaf_type_name(rule->type));
  }
  for (; rules->key; rules++)
    if (rules->required && !sheaf_value_get(map, rules->key))
      return sf_fail(error, SHEAF_EMANIFEST, where, "'%s' is missing",
                     rules->key);
  return SHEAF_OK;
}

// --- Stages ----------------------------------------------------------------

// `reduce` belongs to the contract, but nothing runs it.
static const struct {
  const char *name;
  sf_stage stage;
  bool runs;
} stages[] = {{"read", SF_STAGE_READ, true},
              {"extract", SF_STAGE_EXTRACT, true},
              {"summarize", SF_STAGE_SUMMARIZE, true},
              {"filter", SF_STAGE_FILTER, true},
              {"reduce", SF_STAGE_REDUCE, false},
              {"export", SF_STAGE_EXPORT, true}};

static int find_stage(const char *name, sf_stage *stage, const char *where,
                      sheaf_error *error) {
  for (size_t i = 0; i < SF_COUNT(stages); i++) {
    if (strcmp(stages[i].name, name) != 0) continue;
    *stage = stages[i].stage;
    if (stages[i].runs) return SHEAF_OK;
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "plugins of stage '%s' are not run by version %s", name,
                   SHEAF_VERSION);
  }
  sf_fail(error, SHEAF_EMANIFEST, where, "unknown stage '%s'", name);
  return sf_hint(error, "read, extract, summarize, filter or export");
}

// --- Parts -----------------------------------------------------------------

static bool name_allowed(const char *name) {
  size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
  return size > 0 && size <= 64 && name[size] == '\0' && name[0] != '.' &&
         name[size - 1] != '.' && !strstr(name, "..");
}

// A file name that cannot lead out of its folder or hide in it.
static bool file_allowed(const char *name) {
  return name[0] && name[0] != '.' && name[0] != '/' && !strstr(name, "..");
}

static int check_outputs(const sf_manifest *manifest, const char *where,
                         sheaf_error *error) {
  size_t count = sf_manifest_output_count(manifest);
  if ((count > 0) != (manifest->stage == SF_STAGE_EXPORT))
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'outputs' is for plugins of stage 'export', which have "
                   "one or more");
  if (count > SF_OUTPUTS_MAX)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "it has %zu outputs, more than %d", count, SF_OUTPUTS_MAX);
  const sheaf_value *outputs = sheaf_value_get(&manifest->json, "outputs");
  for (size_t i = 0; i < count; i++) {
    int code =
        check_keys(sheaf_value_at(outputs, i), output_rules, where, error);
    if (code != SHEAF_OK) return code;
    const char *name = sf_manifest_output(manifest, i);
    if (!file_allowed(name) || strchr(name, '/'))
      return sf_fail(error, SHEAF_EMANIFEST, where,
                     "output '%s' is no plain file name", name);
  }
  return SHEAF_OK;
}

static int check_strings(const sf_manifest *manifest, const char *key,
                         const char *where, sheaf_error *error) {
  const sheaf_value *list = sheaf_value_get(&manifest->json, key);
  for (size_t i = 0; i < sheaf_value_count(list); i++)
    if (sheaf_value_at(list, i)->type != SHEAF_STRING)
      return sf_fail(error, SHEAF_EMANIFEST, where, "'%s' is a list of strings",
                     key);
  return SHEAF_OK;
}

// "text/html", or all types that begin or end alike: "image/*", "*+xml".
static bool media_type_allowed(const char *type) {
  size_t star = strcspn(type, "*");
  bool one = !type[star] || (!strchr(type + star + 1, '*') && type[1]);
  return one && type[0] && !strpbrk(type, " ;,") && strlen(type) < 128;
}

static int check_media_types(const sf_manifest *manifest, const char *where,
                             sheaf_error *error) {
  const sheaf_value *types = sheaf_value_get(&manifest->json, "media_types");
  size_t count = sheaf_value_count(types);
  if ((count > 0) != (manifest->stage == SF_STAGE_READ))
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'media_types' is for plugins of stage 'read', which have "
                   "one or more");
  int code = check_strings(manifest, "media_types", where, error);
  for (size_t i = 0; i < count && !code; i++) {
    const char *type = sheaf_value_at(types, i)->as.string.data;
    if (media_type_allowed(type)) continue;
    code = sf_fail(error, SHEAF_EMANIFEST, where,
                   "'%s' is no media type such as text/html, image/* or *+xml",
                   type);
  }
  return code;
}

static int check_command(const sf_manifest *manifest, const char *where,
                         sheaf_error *error) {
  const sheaf_value *command = sheaf_value_get(&manifest->json, "command");
  if (!command) return SHEAF_OK;
  if (strcmp(manifest->language, "process") != 0)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'command' is for plugins of the language 'process'");
  size_t count = sheaf_value_count(command);
  if (count == 0 || count > SF_COMMAND_MAX)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'command' has %zu words, expected 1 to %d", count,
                   SF_COMMAND_MAX);
  return check_strings(manifest, "command", where, error);
}

static int check_in_flight(sf_manifest *manifest, const char *where,
                           sheaf_error *error) {
  int64_t count = sheaf_value_get_int(&manifest->json, "in_flight", 1);
  if (count < 1 || count > IN_FLIGHT_MAX)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'in_flight' is %lld, expected 1 to %d", (long long)count,
                   IN_FLIGHT_MAX);
  manifest->in_flight = (unsigned)count;
  return SHEAF_OK;
}

static int check_facts(sf_manifest *manifest, const char *where,
                       sheaf_error *error) {
  const sheaf_value *json = &manifest->json;
  manifest->name = sheaf_value_get_string(json, "name", "");
  manifest->version = sheaf_value_get_string(json, "version", "");
  manifest->language = sheaf_value_get_string(json, "language", "");
  manifest->main = sheaf_value_get_string(json, "main", "");
  if (!name_allowed(manifest->name))
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'%s' is no name for a plugin: a-z, 0-9, '_', and dots "
                   "between the parts",
                   manifest->name);
  if (!file_allowed(manifest->main))
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'main' is '%s', which is not a file in this folder",
                   manifest->main);
  int64_t api = sheaf_value_get_int(json, "api", 0);
  if (api != SHEAF_PLUGIN_API)
    return sf_fail(error, SHEAF_EMANIFEST, where,
                   "'api' is %lld, this version of Sheaf has %d",
                   (long long)api, SHEAF_PLUGIN_API);
  return find_stage(sheaf_value_get_string(json, "stage", ""), &manifest->stage,
                    where, error);
}

static int check_manifest(sf_manifest *manifest, const char *where,
                          sheaf_error *error) {
  int code = check_keys(&manifest->json, manifest_rules, where, error);
  if (code == SHEAF_OK) code = check_facts(manifest, where, error);
  if (code == SHEAF_OK) code = check_strings(manifest, "reads", where, error);
  if (code == SHEAF_OK) code = check_strings(manifest, "writes", where, error);
  if (code == SHEAF_OK) code = check_media_types(manifest, where, error);
  if (code == SHEAF_OK) code = check_command(manifest, where, error);
  if (code == SHEAF_OK) code = check_in_flight(manifest, where, error);
  if (code == SHEAF_OK) code = check_outputs(manifest, where, error);
  if (code == SHEAF_OK) code = sf_permissions_declared(manifest, where, error);
  if (code == SHEAF_OK) code = sf_limits_declared(manifest, where, error);
  if (code == SHEAF_OK) code = sf_options_declared(manifest, where, error);
  return code;
}

// --- The manifest ----------------------------------------------------------

int sf_manifest_read(sf_manifest *manifest, const char *folder,
                     sheaf_error *error) {
  *manifest = (sf_manifest){0};
  manifest->folder = realpath(folder, NULL);
  if (!manifest->folder)
    return sf_fail_errno(error, SHEAF_ENOPLUGIN, folder, "cannot be opened");
  char *file = sf_path_join(manifest->folder, MANIFEST_NAME);
  int code =
      file ? sf_json_file(&manifest->json, file, error) : sf_no_memory(error);
  if (code == SHEAF_EOPEN)
    sf_hint(error, "a plugin is a folder with a " MANIFEST_NAME);
  // Whatever is wrong with the file, it is the plugin that cannot be used.
  if (code != SHEAF_OK && code != SHEAF_ENOMEM) {
    code = SHEAF_EMANIFEST;
    if (error) error->code = code;
  }
  if (code == SHEAF_OK) code = check_manifest(manifest, file, error);
  free(file);
  if (code != SHEAF_OK) sf_manifest_clear(manifest);
  return code;
}

void sf_manifest_clear(sf_manifest *manifest) {
  sheaf_value_clear(&manifest->json);
  sheaf_value_clear(&manifest->grants);
  free(manifest->folder);
  *manifest = (sf_manifest){0};
}

size_t sf_manifest_output_count(const sf_manifest *manifest) {
  return sheaf_value_count(sheaf_value_get(&manifest->json, "outputs"));
}

static bool type_matches(const char *pattern, const char *type) {
  const char *star = strchr(pattern, '*');
  if (!star) return strcmp(pattern, type) == 0;
  size_t head = (size_t)(star - pattern), tail = strlen(star + 1);
  size_t size = strlen(type);
  return size >= head + tail && strncmp(pattern, type, head) == 0 &&
         strcmp(star + 1, type + size - tail) == 0;
}

bool sf_manifest_reads_type(const sf_manifest *manifest,
                            const char *media_type) {
  const sheaf_value *types = sheaf_value_get(&manifest->json, "media_types");
  for (size_t i = 0; i < sheaf_value_count(types); i++)
    if (type_matches(sheaf_value_at(types, i)->as.string.data, media_type))
      return true;
  return false;
}

static const char *output_text(const sf_manifest *manifest, size_t index,
                               const char *key) {
  const sheaf_value *outputs = sheaf_value_get(&manifest->json, "outputs");
  return sheaf_value_get_string(sheaf_value_at(outputs, index), key, "");
}

const char *sf_manifest_output(const sf_manifest *manifest, size_t index) {
  return output_text(manifest, index, "name");
}

const char *sf_manifest_output_header(const sf_manifest *manifest,
                                      size_t index) {
  return output_text(manifest, index, "header");
}
