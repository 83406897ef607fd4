/// Telling whether a run is the one that was begun: writing down what its
/// output depends on, and naming what is different later.
#include "run/identity.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "io/io.h"
#include "json/json.h"
#include "run/reading.h"

static void write_text(sf_buffer *out, const char *key, const char *text) {
  sf_buffer_puts(out, key);
  sf_json_string(out, sf_bytes(text));
}

/// Without those of `finish`, which make no difference to what it writes: a
/// run in which it failed for them is resumed with higher ones.
static void write_limits(sf_buffer *out, const sf_manifest *manifest) {
  sheaf_value limits = SHEAF_VALUE_NULL;
  out->failed |= sf_limits_list(manifest, false, &limits) != SHEAF_OK;
  sf_json_canonical(out, &limits);
  sheaf_value_clear(&limits);
}

/// What the plugin asks for by itself: to be compared with what it got, by
/// people.
static void write_asked(sf_buffer *out, const sf_manifest *manifest) {
  static const char *const keys[] = {"limits", "permissions"};
  for (size_t i = 0; i < SF_COUNT(keys); i++) {
    const sheaf_value *asked = sheaf_value_get(&manifest->json, keys[i]);
    sf_buffer_printf(out, "%s\"%s\":", i ? "," : ",\"asked\":{", keys[i]);
    if (asked)
      sf_json_canonical(out, asked);
    else
      sf_buffer_puts(out, "{}");
  }
  sf_buffer_putc(out, '}');
}

static void write_step(sf_buffer *out, const sf_job_step *step) {
  write_text(out, "{\"plugin\":", step->manifest.name);
  write_text(out, ",\"stage\":",
             sheaf_value_get_string(&step->manifest.json, "stage", ""));
  write_text(out, ",\"version\":", step->manifest.version);
  write_text(out, ",\"digest\":", step->digest);
  sf_buffer_puts(out, ",\"options\":");
  sf_json_canonical(out, &step->options);
  sf_buffer_puts(out, ",\"limits\":");
  write_limits(out, &step->manifest);
  sf_buffer_puts(out, ",\"grants\":");
  sf_json_canonical(out, &step->manifest.grants);
  write_asked(out, &step->manifest);
  sf_buffer_putc(out, '}');
}

/// The size of a folder says nothing; its time tells when names in it change.
static void write_bundle(sf_buffer *out, const char *path) {
  struct stat status;
  write_text(out, "{\"path\":", path);
  // The copy of a stream is what it was: nothing else can be asked again.
  if (sf_path_is_stream(path) || stat(path, &status)) {
    sf_buffer_puts(out, ",\"size\":null,\"modified\":null}");
    return;
  }
  if (S_ISDIR(status.st_mode))
    sf_buffer_puts(out, ",\"size\":null");
  else
    sf_buffer_printf(out, ",\"size\":%" PRId64, (int64_t)status.st_size);
  sf_buffer_printf(out, ",\"modified\":\"%" PRId64 ".%09ld\"}",
                   (int64_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

void sf_identity_write(const sf_job *job, sf_buffer *out) {
  write_text(out, "\"version\":", SHEAF_VERSION);
  sf_buffer_puts(out, ",\"reading\":");
  sf_reading_write(out, &job->reading);
  sf_buffer_printf(out, ",\"nested\":%u,\"choice\":", job->nested);
  sf_choice_write(out, &job->choice);
  sf_buffer_printf(out, ",\"shard\":%u,\"shards\":%u", job->shard, job->shards);
  sf_buffer_puts(out, ",\"pipeline\":[");
  for (size_t i = 0; i < job->step_count; i++) {
    if (i) sf_buffer_putc(out, ',');
    write_step(out, &job->steps[i]);
  }
  sf_buffer_puts(out, "],\"bundles\":[");
  for (size_t i = 0; i < job->bundle_count; i++) {
    if (i) sf_buffer_putc(out, ',');
    write_bundle(out, job->bundles[i]);
  }
  sf_buffer_putc(out, ']');
}

// --- Comparing -------------------------------------------------------------

static const sheaf_value *get(const sheaf_value *map, const char *key) {
  static const sheaf_value nothing = SHEAF_VALUE_NULL;
  const sheaf_value *value = sheaf_value_get(map, key);
  return value ? value : &nothing;
}

static bool same(const sheaf_value *was, const sheaf_value *now,
                 const char *key) {
  return sheaf_value_equal(get(was, key), get(now, key));
}

typedef struct {
  sf_difference_sink sink;
  void *context;
  size_t bundle;  ///< That is being compared; SF_ALL_BUNDLES: it is the run.
} comparison;

static void tell(const comparison *of, const char *what, const char *why,
                 const char *key, const sheaf_value *was,
                 const sheaf_value *now) {
  sf_buffer old = {0}, new = {0};
  sheaf_error difference;
  if (same(was, now, key)) return;
  sf_json_value(&old, get(was, key));
  sf_json_value(&new, get(now, key));
  const char *before = sf_buffer_text(&old), *after = sf_buffer_text(&new);
  // Nobody reads digests.
  if (strcmp(key, "digest") == 0)
    sf_fail(&difference, SHEAF_ECHANGED, what, "%s", why);
  else
    sf_fail(&difference, SHEAF_ECHANGED, what,
            "%s: %.160s when the run began, now %.160s", why,
            before ? before : "?", after ? after : "?");
  sf_buffer_clear(&old);
  sf_buffer_clear(&new);
  of->sink(of->context, &difference, of->bundle);
}

static void compare_step(const comparison *of, const sheaf_value *was,
                         const sheaf_value *now) {
  const char *name = sheaf_value_get_string(now, "plugin", "pipeline");
  tell(of, name, "other options", "options", was, now);
  tell(of, name, "other limits", "limits", was, now);
  tell(of, name, "other grants", "grants", was, now);
  tell(of, name, "another version", "version", was, now);
  // That is so with another version, too.
  if (same(was, now, "version"))
    tell(of, name, "its files were changed", "digest", was, now);
}

static void compare_bundle(const comparison *of, const sheaf_value *was,
                           const sheaf_value *now) {
  const char *path = sheaf_value_get_string(now, "path", "bundles");
  tell(of, "bundles", "another bundle", "path", was, now);
  if (!same(was, now, "path")) return;
  tell(of, path, "another size", "size", was, now);
  tell(of, path, "it was modified", "modified", was, now);
}

static void compare_count(const comparison *of, const char *key, size_t was,
                          size_t now) {
  sheaf_error difference;
  if (was == now) return;
  sf_fail(&difference, SHEAF_ECHANGED, key, "%zu when the run began, now %zu",
          was, now);
  of->sink(of->context, &difference, of->bundle);
}

static int list_plugins(const sheaf_value *pipeline, sheaf_value *names) {
  int code = sheaf_value_list(names);
  for (size_t i = 0; i < sheaf_value_count(pipeline) && !code; i++) {
    sheaf_value name;
    const char *text =
        sheaf_value_get_string(sheaf_value_at(pipeline, i), "plugin", "");
    code = sheaf_value_string(&name, text, strlen(text));
    if (!code) code = sheaf_value_append(names, name);
  }
  return code;
}

/// Makes a map of the plugins' names, to be compared as any other.
static int map_plugins(const sheaf_value *pipeline, sheaf_value *map) {
  sheaf_value names = SHEAF_VALUE_NULL;
  int code = sheaf_value_map(map);
  int failed = list_plugins(pipeline, &names);
  if (failed) sheaf_value_clear(&names);
  if (!code) code = failed ? failed : sheaf_value_set(map, "plugins", names);
  return code;
}

static void compare_names(const comparison *of, const sheaf_value *was,
                          const sheaf_value *now) {
  sheaf_value old = SHEAF_VALUE_NULL, new = SHEAF_VALUE_NULL;
  map_plugins(was, &old);
  map_plugins(now, &new);
  tell(of, "pipeline", "other plugins", "plugins", &old, &new);
  sheaf_value_clear(&old);
  sheaf_value_clear(&new);
}

/// The step of that plugin that comes next, from `*from` on.
static const sheaf_value *find_step(const sheaf_value *pipeline,
                                    const sheaf_value *like, size_t *from) {
  for (size_t i = *from; i < sheaf_value_count(pipeline); i++) {
    const sheaf_value *step = sheaf_value_at(pipeline, i);
    if (!same(step, like, "plugin")) continue;
    *from = i + 1;
    return step;
  }
  return NULL;
}

static void compare_steps(const comparison *of, const sheaf_value *was,
                          const sheaf_value *now) {
  size_t from = 0;
  compare_names(of, was, now);
  for (size_t i = 0; i < sheaf_value_count(now); i++) {
    const sheaf_value *step = sheaf_value_at(now, i);
    const sheaf_value *old = find_step(was, step, &from);
    if (old) compare_step(of, old, step);
  }
}

static void compare_bundles(comparison *of, const sheaf_value *was,
                            const sheaf_value *now) {
  size_t old = sheaf_value_count(was), new = sheaf_value_count(now);
  for (of->bundle = 0; of->bundle < old && of->bundle < new; of->bundle++)
    compare_bundle(of, sheaf_value_at(was, of->bundle),
                   sheaf_value_at(now, of->bundle));
  compare_count(of, "bundles", old, new);
}

void sf_identity_compare(const sheaf_value *was, const sheaf_value *now,
                         sf_difference_sink sink, void *context) {
  comparison of = {sink, context, SF_ALL_BUNDLES};
  tell(&of, "sheaf", "another version", "version", was, now);
  tell(&of, "nested", "another depth", "nested", was, now);
  tell(&of, "limits and fields", "bundles are read otherwise", "reading", was,
       now);
  compare_steps(&of, get(was, "pipeline"), get(now, "pipeline"));
  compare_bundles(&of, get(was, "bundles"), get(now, "bundles"));
}

void sf_identity_compare_choice(const sheaf_value *was, const sheaf_value *now,
                                sf_difference_sink sink, void *context) {
  const comparison of = {sink, context, SF_ALL_BUNDLES};
  tell(&of, "choice", "other documents", "choice", was, now);
  tell(&of, "shard", "another part", "shard", was, now);
  tell(&of, "shards", "other parts", "shards", was, now);
}
