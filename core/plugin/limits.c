/// Limits: what one call of a plugin may take, by its manifest and by the
/// user's word, which is the stronger.
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "plugin/plugin.h"
#include "plugin/private.h"

/// What one document may export at most, whatever is asked for: less than a
/// worker can send.
#define OUTPUT_MB_MOST 512

typedef enum {
  MEMORY_MB,
  CPU_MS,
  WALL_MS,
  OUTPUT_MB,
  SPANS,
  FINISH_MEMORY_MB,
  FINISH_MS,
  FINISH_OUTPUT_MB,
  COUNT
} limit;

#define LIMIT(name, usual, limit, text)                                      \
  {                                                                          \
    .key = (name), .type = SHEAF_INT, .otherwise = (usual), .most = (limit), \
    .doc = (text)                                                            \
  }

const sf_rule sf_limit_rules[] = {
    [MEMORY_MB] = LIMIT("memory_mb", 256, INT_MAX, "MiB that it may hold."),
    [CPU_MS] = LIMIT("cpu_ms", 10000, INT_MAX, "Milliseconds of CPU time."),
    [WALL_MS] = LIMIT("wall_ms", 20000, INT_MAX, "Milliseconds that pass."),
    [OUTPUT_MB] = LIMIT("output_mb", OUTPUT_MB_MOST, OUTPUT_MB_MOST,
                        "MiB of records of one document."),
    [SPANS] = LIMIT("spans", 1000000, INT_MAX, "Spans of one document."),
    [FINISH_MEMORY_MB] = LIMIT("finish_memory_mb", 1024, INT_MAX,
                               "MiB that it may hold in `finish`."),
    [FINISH_MS] = LIMIT("finish_ms", 60000, INT_MAX,
                        "Milliseconds from one record to the next in `finish`, "
                        "and behind the last."),
    [FINISH_OUTPUT_MB] = LIMIT("finish_output_mb", 65536, INT_MAX,
                               "MiB that `finish` may write."),
    [COUNT] = {.key = NULL}};

static void store(sf_manifest *manifest, limit which, int64_t number) {
  switch (which) {
    case MEMORY_MB:
      manifest->memory_limit = (size_t)number << 20;
      break;
    case CPU_MS:
      manifest->cpu_ms = (unsigned)number;
      break;
    case WALL_MS:
      manifest->wall_ms = (unsigned)number;
      break;
    case OUTPUT_MB:
      manifest->output_limit = (uint64_t)number << 20;
      break;
    case SPANS:
      manifest->span_limit = (uint64_t)number;
      break;
    case FINISH_MEMORY_MB:
      manifest->finish_memory = (size_t)number << 20;
      break;
    case FINISH_MS:
      manifest->finish_ms = (unsigned)number;
      break;
    default:
      manifest->finish_limit = (uint64_t)number << 20;
  }
}

static int64_t load(const sf_manifest *manifest, limit which) {
  switch (which) {
    case MEMORY_MB:
      return (int64_t)(manifest->memory_limit >> 20);
    case CPU_MS:
      return manifest->cpu_ms;
    case WALL_MS:
      return manifest->wall_ms;
    case OUTPUT_MB:
      return (int64_t)(manifest->output_limit >> 20);
    case SPANS:
      return (int64_t)manifest->span_limit;
    case FINISH_MEMORY_MB:
      return (int64_t)(manifest->finish_memory >> 20);
    case FINISH_MS:
      return manifest->finish_ms;
    default:
      return (int64_t)(manifest->finish_limit >> 20);
  }
}

// --- Setting ---------------------------------------------------------------

static int unknown(const char *name, const char *where, sheaf_error *error) {
  const char *names[COUNT + 1] = {NULL};
  for (size_t i = 0; i < COUNT; i++) names[i] = sf_limit_rules[i].key;
  sf_fail(error, SHEAF_EUSAGE, where, "there is no limit '%s'", name);
  const char *near = sf_nearest(name, names);
  if (near)
    sf_hint(error, "did you mean '%s'?", near);
  else
    sf_hint(error,
            "memory_mb, cpu_ms, wall_ms, output_mb, spans, finish_memory_mb, "
            "finish_ms or finish_output_mb");
  return SHEAF_EUSAGE;
}

static int set(sf_manifest *manifest, const char *name, int64_t number,
               const char *where, sheaf_error *error) {
  for (size_t i = 0; i < COUNT; i++) {
    if (strcmp(sf_limit_rules[i].key, name) != 0) continue;
    if (number < 0 || number > sf_limit_rules[i].most)
      return sf_fail(error, SHEAF_EUSAGE, where,
                     "limit '%s' is %" PRId64 ", expected 0 (none) to %" PRId64,
                     name, number, sf_limit_rules[i].most);
    store(manifest, (limit)i, number);
    return SHEAF_OK;
  }
  return unknown(name, where, error);
}

static int set_all(sf_manifest *manifest, const sheaf_value *given,
                   sheaf_error *error) {
  for (size_t i = 0; i < sheaf_value_count(given); i++) {
    const char *name = sheaf_value_key(given, i).data;
    const sheaf_value *number = sheaf_value_at(given, i);
    if (number->type != SHEAF_INT)
      return sf_fail(error, SHEAF_EUSAGE, manifest->name,
                     "limit '%s' is of type %s, not int", name,
                     sheaf_type_name(number->type));
    int code = set(manifest, name, number->as.integer, manifest->name, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

void sf_limits_declared(sf_manifest *manifest) {
  const sheaf_value *given = sheaf_value_get(&manifest->json, "limits");
  for (size_t i = 0; i < COUNT; i++)
    store(manifest, (limit)i,
          sheaf_value_get_int(given, sf_limit_rules[i].key,
                              sf_limit_rules[i].otherwise));
}

int sf_limits_set(sf_manifest *manifest, const sheaf_value *given,
                  sheaf_error *error) {
  if (given && given->type != SHEAF_NULL && given->type != SHEAF_MAP)
    return sf_fail(error, SHEAF_EUSAGE, manifest->name,
                   "limits are a map, not a %s", sheaf_type_name(given->type));
  return set_all(manifest, given, error);
}

// --- The command line ------------------------------------------------------

static int bad_text(const char *text, sheaf_error *error) {
  sf_fail(error, SHEAF_EUSAGE, "--limits", "'%s' is no limit", text);
  return sf_hint(error, "[PLUGIN:]LIMIT=NUMBER,… such as cpu_ms=500");
}

/// Reads `LIMIT=NUMBER` off the front of `*text`, and the comma behind it.
static int read_pair(sf_manifest *manifest, const char **text,
                     sheaf_error *error) {
  size_t size = strcspn(*text, "=,");
  const char *number = *text + size + 1;
  char name[32], *end;
  if ((*text)[size] != '=' || size >= sizeof name || *number < '0' ||
      *number > '9')
    return bad_text(*text, error);
  memcpy(name, *text, size);
  name[size] = '\0';
  errno = 0;
  long long value = strtoll(number, &end, 10);
  if (errno || (*end && *end != ',')) return bad_text(*text, error);
  *text = *end ? end + 1 : end;
  return set(manifest, name, value, "--limits", error);
}

int sf_limits_read(sf_manifest *manifest, const char *text, bool *used,
                   sheaf_error *error) {
  const char *colon = strchr(text, ':');
  sheaf_bytes name = {text, colon ? (size_t)(colon - text) : 0};
  if (colon && !sf_bytes_equal(name, manifest->name)) return SHEAF_OK;
  if (colon) text = colon + 1;
  *used = true;
  if (!*text) return bad_text(text, error);
  int code = SHEAF_OK;
  while (*text && !code) code = read_pair(manifest, &text, error);
  return code;
}

int sf_limits_list(const sf_manifest *manifest, bool finish, sheaf_value *out) {
  int code = sheaf_value_map(out);
  size_t count = finish ? COUNT : FINISH_MEMORY_MB;
  for (size_t i = 0; i < count && !code; i++)
    code = sheaf_value_set(out, sf_limit_rules[i].key,
                           sheaf_value_int(load(manifest, (limit)i)));
  return code;
}
