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

static void write_limits(sf_buffer *out, const sf_manifest *manifest) {
  sheaf_value limits = SHEAF_VALUE_NULL;
  out->failed |= sf_limits_list(manifest, &limits) != SHEAF_OK;
  sf_json_canonical(out, &limits);
  sheaf_value_clear(&limits);
}

static void write_step(sf_buffer *out, const sf_job_step *step) {
  write_text(out, "{\"plugin\":", step->manifest.name);
  write_text(out, ",\"version\":", step->manifest.version);
  write_text(out, ",\"digest\":", step->digest);
  sf_buffer_puts(out, ",\"options\":");
  sf_json_canonical(out, &step->options);
  sf_buffer_puts(out, ",\"limits\":");
  write_limits(out, &step->manifest);
  sf_buffer_puts(out, ",\"grants\":");
  sf_json_canonical(out, &step->manifest.grants);
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

static int changed(sheaf_error *error, const char *what, const char *why,
                   const char *key, const sheaf_value *was,
                   const sheaf_value *now) {
  sf_buffer old = {0}, new = {0};
  sf_json_value(&old, get(was, key));
  sf_json_value(&new, get(now, key));
  const char *before = sf_buffer_text(&old), *after = sf_buffer_text(&new);
  sf_fail(error, SHEAF_ECHANGED, what,
          "%s: %.160s when the run began, now %.160s", why,
          before ? before : "?", after ? after : "?");
  sf_buffer_clear(&old);
  sf_buffer_clear(&new);
  return sf_hint(error, "begin a new run in another folder");
}

static int check_step(const sheaf_value *was, const sheaf_value *now,
                      sheaf_error *error) {
  const char *name = sheaf_value_get_string(now, "plugin", "pipeline");
  if (!same(was, now, "plugin"))
    return changed(error, "pipeline", "another plugin", "plugin", was, now);
  if (!same(was, now, "options"))
    return changed(error, name, "other options", "options", was, now);
  if (!same(was, now, "limits"))
    return changed(error, name, "other limits", "limits", was, now);
  if (!same(was, now, "grants"))
    return changed(error, name, "other grants", "grants", was, now);
  if (!same(was, now, "version"))
    return changed(error, name, "another version", "version", was, now);
  if (!same(was, now, "digest"))
    return changed(error, name, "its files were changed", "digest", was, now);
  return SHEAF_OK;
}

static int check_bundle(const sheaf_value *was, const sheaf_value *now,
                        sheaf_error *error) {
  const char *path = sheaf_value_get_string(now, "path", "bundles");
  if (!same(was, now, "path"))
    return changed(error, "bundles", "another bundle", "path", was, now);
  if (!same(was, now, "size"))
    return changed(error, path, "another size", "size", was, now);
  if (!same(was, now, "modified"))
    return changed(error, path, "it was modified", "modified", was, now);
  return SHEAF_OK;
}

typedef int (*comparison)(const sheaf_value *was, const sheaf_value *now,
                          sheaf_error *error);

static int check_list(const char *key, const sheaf_value *was,
                      const sheaf_value *now, comparison check,
                      sheaf_error *error) {
  const sheaf_value *old = get(was, key), *new = get(now, key);
  size_t count = sheaf_value_count(new);
  for (size_t i = 0; i < count && i < sheaf_value_count(old); i++) {
    int code = check(sheaf_value_at(old, i), sheaf_value_at(new, i), error);
    if (code) return code;
  }
  if (sheaf_value_count(old) == count) return SHEAF_OK;
  sf_fail(error, SHEAF_ECHANGED, key, "%zu when the run began, now %zu",
          sheaf_value_count(old), count);
  return sf_hint(error, "begin a new run in another folder");
}

int sf_identity_check(const sheaf_value *was, const sheaf_value *now,
                      sheaf_error *error) {
  if (!same(was, now, "version"))
    return changed(error, "sheaf", "another version", "version", was, now);
  if (!same(was, now, "nested"))
    return changed(error, "nested", "another depth", "nested", was, now);
  if (!same(was, now, "choice"))
    return changed(error, "choice", "other documents", "choice", was, now);
  if (!same(was, now, "shards") || !same(was, now, "shard"))
    return changed(error, "shard", "another part", "shard", was, now);
  if (!same(was, now, "reading"))
    return changed(error, "limits and fields", "bundles are read otherwise",
                   "reading", was, now);
  int code = check_list("pipeline", was, now, check_step, error);
  return code ? code : check_list("bundles", was, now, check_bundle, error);
}
