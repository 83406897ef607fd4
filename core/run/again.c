/// Making a job from run.json: the same plugins, options, limits and grants.
#include "run/again.h"

#include <stdlib.h>
#include <string.h>

#include "run/folder.h"

static int check_digest(const sf_job_step *step, const sheaf_value *was,
                        sheaf_error *error) {
  if (!strcmp(step->digest, sheaf_value_get_string(was, "digest", "")))
    return SHEAF_OK;
  sf_fail(error, SHEAF_ECHANGED, step->manifest.name,
          "its files are not those that the run had");
  return sf_hint(error, "it was found in %s", step->manifest.folder);
}

static int find_plugin(sf_job_step *step, const char *name,
                       const char *const *path, sheaf_error *error) {
  int code = sf_manifest_load(&step->manifest, name, path, error);
  if (code == SHEAF_ENOPLUGIN)
    sf_hint(error, "SHEAF_PLUGIN_PATH names the folders in which it is sought");
  return code;
}

static int make_step(sf_job_step *step, const sheaf_value *was,
                     sheaf_error *error) {
  sf_manifest *manifest = &step->manifest;
  const sheaf_value *grants = sheaf_value_get(was, "grants");
  int code = sf_options_check(manifest, sheaf_value_get(was, "options"),
                              &step->options, error);
  if (!code)
    code = sf_limits_set(manifest, sheaf_value_get(was, "limits"), error);
  if (!code) code = sf_manifest_digest(manifest, step->digest, error);
  if (!code) code = check_digest(step, was, error);
  if (!code && grants && sheaf_value_copy(&manifest->grants, grants))
    code = sf_no_memory(error);
  if (code) return code;
  step->spool = sf_sprintf("%s" SF_SPOOL, manifest->name);
  return step->spool ? SHEAF_OK : sf_no_memory(error);
}

/// Among the outputs of a shard are its spools.
static bool has_spool(const sheaf_value *report, const char *plugin) {
  const sheaf_value *outputs = sheaf_value_get(report, "outputs");
  size_t size = strlen(plugin);
  for (size_t i = 0; i < sheaf_value_count(outputs); i++) {
    const char *name =
        sheaf_value_get_string(sheaf_value_at(outputs, i), "name", "");
    if (!strncmp(name, plugin, size) && !strcmp(name + size, SF_SPOOL))
      return true;
  }
  return false;
}

int sf_job_again(sf_job *job, const sheaf_value *report,
                 const char *const *path, int workers, sheaf_error *error) {
  // What looks at a job expects to find the name of a bundle.
  static const char *const no_bundle[] = {""};
  const sheaf_value *steps = sheaf_value_get(report, "pipeline");
  size_t count = sheaf_value_count(steps);
  *job = (sf_job){.bundles = no_bundle,
                  .kernel = sf_jail_look(),
                  .walled = workers > 0,
                  .steps = calloc(count + 1, sizeof *job->steps)};
  int code = job->steps ? SHEAF_OK : sf_no_memory(error);
  for (size_t i = 0; i < count && !code; i++) {
    const sheaf_value *was = sheaf_value_at(steps, i);
    const char *name = sheaf_value_get_string(was, "plugin", "");
    if (!has_spool(report, name)) continue;
    sf_job_step *step = &job->steps[job->step_count++];
    code = find_plugin(step, name, path, error);
    if (!code) code = make_step(step, was, error);
  }
  if (code) sf_job_clear(job);
  return code;
}
