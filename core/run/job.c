/// Resolving the options of a run into a job.
#include "run/job.h"

#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "run/folder.h"
#include "run/wire.h"

static int resolve_step(sf_job_step *step, const sheaf_step *wanted,
                        const char *const *path, sheaf_error *error) {
  int code = sf_manifest_load(&step->manifest, wanted->plugin, path, error);
  if (!code)
    code = sf_options_check(&step->manifest, wanted->options, &step->options,
                            error);
  if (!code) code = sf_manifest_digest(&step->manifest, step->digest, error);
  return code;
}

static int resolve_steps(sf_job *job, const sheaf_run_options *options,
                         sheaf_error *error) {
  job->steps = calloc(options->step_count, sizeof *job->steps);
  if (!job->steps) return sf_no_memory(error);
  for (size_t i = 0; i < options->step_count; i++) {
    job->step_count = i + 1;
    int code = resolve_step(&job->steps[i], &options->steps[i],
                            options->plugin_path, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

/// A name is a plain one, and none of the run folder's own.
static bool name_is_free(const char *name) {
  size_t size = strlen(name);
  return size && name[0] != '.' && !strchr(name, '/') &&
         strcmp(name, SF_LEDGER) && strcmp(name, SF_REPORT) &&
         (size < 5 || strcmp(name + size - 5, SF_PART));
}

static int add_output(sf_job *job, const sf_manifest *manifest, size_t index,
                      sheaf_error *error) {
  const char *name = sf_manifest_output(manifest, index);
  if (!name_is_free(name))
    return sf_fail(error, SHEAF_EMANIFEST, manifest->name,
                   "an output cannot be called \"%s\"", name);
  for (size_t i = 0; i < job->output_count; i++) {
    if (strcmp(job->outputs[i].name, name)) continue;
    sf_fail(error, SHEAF_EUSAGE, manifest->name,
            "an earlier step of the pipeline writes %s already", name);
    return sf_hint(error, "leave one of the two out");
  }
  job->outputs[job->output_count++] =
      (sf_job_output){name, sf_manifest_output_header(manifest, index)};
  return SHEAF_OK;
}

static int list_outputs(sf_job *job, sheaf_error *error) {
  size_t count = 0;
  for (size_t i = 0; i < job->step_count; i++)
    count += sf_manifest_output_count(&job->steps[i].manifest);
  job->outputs = calloc(count + 1, sizeof *job->outputs);
  if (!job->outputs) return sf_no_memory(error);
  for (size_t i = 0; i < job->step_count; i++) {
    const sf_manifest *manifest = &job->steps[i].manifest;
    for (size_t k = 0; k < sf_manifest_output_count(manifest); k++) {
      int code = add_output(job, manifest, k, error);
      if (code) return code;
    }
  }
  return SHEAF_OK;
}

int sf_job_init(sf_job *job, const sheaf_run_options *options,
                sheaf_error *error) {
  *job = (sf_job){.bundles = options->bundles,
                  .bundle_count = options->bundle_count,
                  .max_document = options->max_document};
  int code = resolve_steps(job, options, error);
  if (!code) code = list_outputs(job, error);
  if (code) sf_job_clear(job);
  return code;
}

void sf_job_clear(sf_job *job) {
  for (size_t i = 0; i < job->step_count; i++) {
    sf_manifest_clear(&job->steps[i].manifest);
    sheaf_value_clear(&job->steps[i].options);
  }
  free(job->steps);
  free(job->outputs);
  *job = (sf_job){0};
}

void sf_job_order(const sf_job *job, sf_buffer *out) {
  sf_put_u64(out, job->max_document);
  sf_put_u64(out, job->step_count);
  for (size_t i = 0; i < job->step_count; i++) {
    sf_buffer options = {0};
    sf_json_value(&options, &job->steps[i].options);
    out->failed |= options.failed;
    sf_put_bytes(out, sf_bytes(job->steps[i].manifest.folder));
    sf_put_bytes(out, sf_buffer_bytes(&options));
    sf_buffer_clear(&options);
  }
  sf_put_u64(out, job->bundle_count);
  for (size_t i = 0; i < job->bundle_count; i++)
    sf_put_bytes(out, sf_bytes(job->bundles[i]));
}
