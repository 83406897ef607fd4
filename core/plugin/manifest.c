/// plugin.json: reading it, and refusing what is not in the contract.
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "plugin/plugin.h"
#include "plugin/private.h"

#define MANIFEST_NAME "plugin.json"

// Documents that a plugin may be given at one time.
#define IN_FLIGHT_MAX 64

// --- Rules -----------------------------------------------------------------

// In the order of sf_stage.
static const char *const stages[] = {
    [SF_STAGE_READ] = "read",           [SF_STAGE_EXTRACT] = "extract",
    [SF_STAGE_SUMMARIZE] = "summarize", [SF_STAGE_FILTER] = "filter",
    [SF_STAGE_REDUCE] = "reduce",       [SF_STAGE_EXPORT] = "export",
    [SF_STAGE_EXPORT + 1] = NULL};

#define KIND "^[a-z0-9_.]{1,64}$"

static const char *const readers[] = {"read", NULL};
static const char *const writers[] = {"reduce", "export", NULL};
static const char *const exporters[] = {"export", NULL};
static const char *const programs[] = {"process", NULL};

static const sf_rule output_rules[] = {
    {.key = "name",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "The file's name in the folder of the run.",
     .pattern = "^[^./]([^./]|[.][^./])*[.]?$",
     .form = "no plain file name"},
    {.key = "header",
     .type = SHEAF_STRING,
     .doc = "Its first line; none if left out."},
    {.key = NULL}};

static const sf_rule rules[] = {
    {.key = "$schema",
     .type = SHEAF_STRING,
     .doc = "Where this schema lies, for editors."},
    {.key = "name",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "What the plugin is called: STAGE.NAME for those of Sheaf.",
     .pattern = "^[a-z0-9_]+([.][a-z0-9_]+)*$",
     .form = "no name for a plugin: a-z, 0-9, '_', and dots between the parts"},
    {.key = "version",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "Three numbers with dots."},
    {.key = "api",
     .type = SHEAF_INT,
     .required = true,
     .doc = "The version of the contract.",
     .least = SHEAF_PLUGIN_API,
     .most = SHEAF_PLUGIN_API},
    {.key = "stage",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "What the plugin is for.",
     .choices = stages},
    {.key = "language",
     .type = SHEAF_STRING,
     .required = true,
     .doc =
         "`lua`, `native` for a shared library, or `process` for a program."},
    {.key = "main",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "The entry file, within the folder.",
     .pattern = "^[^./]([^.]|[.][^.])*[.]?$",
     .form = "not a file in this folder"},
    {.key = "summary",
     .type = SHEAF_STRING,
     .required = true,
     .doc = "What it does, in one sentence."},
    {.key = "license", .type = SHEAF_STRING, .doc = "An SPDX identifier."},
    {.key = "reads",
     .type = SHEAF_LIST,
     .doc = "The kinds of spans that it looks at; with a '?' where they may be "
            "missing.",
     .pattern = "^[a-z0-9_.]{1,64}[?]?$",
     .form = "no kind of span: a-z, 0-9, '_' and '.'"},
    {.key = "writes",
     .type = SHEAF_LIST,
     .doc = "The kinds of spans that it adds.",
     .pattern = KIND,
     .form = "no kind of span: a-z, 0-9, '_' and '.'"},
    {.key = "options",
     .type = SHEAF_MAP,
     .doc = "What a user can set, by name.",
     .each = sf_option_rules},
    {.key = "outputs",
     .type = SHEAF_LIST,
     .required = true,
     .doc = "The files that it writes.",
     .only = "stage",
     .of = writers,
     .least = 1,
     .most = SF_OUTPUTS_MAX,
     .each = output_rules},
    {.key = "spool",
     .type = SHEAF_BOOL,
     .doc = "Its outputs are made by `finish`, when all documents are done.",
     .only = "stage",
     .of = exporters},
    {.key = "media_types",
     .type = SHEAF_LIST,
     .required = true,
     .doc = "The types of documents that it reads: text/html, image/*, *+xml.",
     .only = "stage",
     .of = readers,
     .least = 1,
     .most = 1000,
     .pattern = "^([^* ;,]+[*]?[^* ;,]*|[*][^* ;,]+)$",
     .form = "no media type such as text/html, image/* or *+xml"},
    {.key = "command",
     .type = SHEAF_LIST,
     .doc = "The words that run the main file, such as python3.",
     .only = "language",
     .of = programs,
     .least = 1,
     .most = SF_COMMAND_MAX,
     .pattern = "^.",
     .form = "no word"},
    {.key = "permissions",
     .type = SHEAF_MAP,
     .doc = "What it needs beyond documents; the user grants it.",
     .fields = sf_permission_rules},
    {.key = "in_flight",
     .type = SHEAF_INT,
     .doc = "How many documents it may be given at one time.",
     .least = 1,
     .most = IN_FLIGHT_MAX,
     .otherwise = 1},
    {.key = "limits",
     .type = SHEAF_MAP,
     .doc = "What one call of it may take; 0 is no limit.",
     .fields = sf_limit_rules},
    {.key = NULL}};

const sf_rule *sf_manifest_rules(void) {
  return rules;
}

// --- Facts -----------------------------------------------------------------

static void take_stage(sf_manifest *manifest) {
  const char *name = sheaf_value_get_string(&manifest->json, "stage", "");
  while (strcmp(stages[manifest->stage], name) != 0) manifest->stage++;
}

static bool has_spool(const sf_manifest *manifest) {
  return manifest->stage == SF_STAGE_REDUCE ||
         sheaf_value_get_bool(&manifest->json, "spool", false);
}

static int check_manifest(sf_manifest *manifest, const char *where,
                          sheaf_error *error) {
  const sheaf_value *json = &manifest->json;
  int code = sf_rules_check(json, rules, NULL, where, error);
  if (code) return code;
  manifest->name = sheaf_value_get_string(json, "name", "");
  manifest->version = sheaf_value_get_string(json, "version", "");
  manifest->language = sheaf_value_get_string(json, "language", "");
  manifest->main = sheaf_value_get_string(json, "main", "");
  manifest->in_flight = (unsigned)sheaf_value_get_int(json, "in_flight", 1);
  take_stage(manifest);
  manifest->spools = has_spool(manifest);
  sf_limits_declared(manifest);
  return sf_options_declared(manifest, where, error);
}

// --- The manifest ----------------------------------------------------------

/// Reads the manifest and checks it, if it is `wanted`.
static int read_manifest(sf_manifest *manifest, const char *folder,
                         bool (*wanted)(const sheaf_value *json),
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
  if (code == SHEAF_OK && !wanted(&manifest->json)) code = SHEAF_END;
  if (code == SHEAF_OK) code = check_manifest(manifest, file, error);
  free(file);
  if (code != SHEAF_OK) sf_manifest_clear(manifest);
  return code;
}

static bool is_any(const sheaf_value *json) {
  (void)json;
  return true;
}

static bool is_reader(const sheaf_value *json) {
  const char *stage = sheaf_value_get_string(json, "stage", "");
  return !strcmp(stage, stages[SF_STAGE_READ]);
}

int sf_manifest_read(sf_manifest *manifest, const char *folder,
                     sheaf_error *error) {
  return read_manifest(manifest, folder, is_any, error);
}

int sf_manifest_read_reader(sf_manifest *manifest, const char *folder,
                            sheaf_error *error) {
  return read_manifest(manifest, folder, is_reader, error);
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

size_t sf_manifest_record_count(const sf_manifest *manifest) {
  return manifest->spools ? 1 : sf_manifest_output_count(manifest);
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
