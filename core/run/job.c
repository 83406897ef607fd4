/// Resolving the options of a run into a job.
#include "run/job.h"

#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "run/folder.h"
#include "run/kinds.h"
#include "run/reading.h"
#include "run/wire.h"

static size_t count_texts(const char *const *texts) {
  size_t count = 0;
  while (texts && texts[count]) count++;
  return count;
}

/// What the user says of permissions and limits, and what of it was of use.
typedef struct {
  const char *const *allow, *const *limits;
  bool *used;  ///< One of each, those of `allow` first.
  size_t allow_count, limit_count;
} wishes;

static int heed(sf_job_step *step, const sheaf_step *wanted, wishes *of,
                sheaf_error *error) {
  int code = sf_limits_set(&step->manifest, wanted->limits, error);
  for (size_t i = 0; i < of->limit_count && !code; i++)
    code = sf_limits_read(&step->manifest, of->limits[i],
                          &of->used[of->allow_count + i], error);
  if (code) return code;
  return sf_permissions_grant(&step->manifest, of->allow, of->used, error);
}

/// A wish that comes to nothing is most likely a slip of the pen.
static int check_use(const wishes *of, sheaf_error *error) {
  for (size_t i = 0; i < of->allow_count; i++) {
    if (of->used[i]) continue;
    sf_fail(error, SHEAF_EUSAGE, "--allow", "no plugin asks for '%s'",
            of->allow[i]);
    return sf_hint(error, "'sheaf plugin audit' shows what plugins ask for");
  }
  for (size_t i = 0; i < of->limit_count; i++)
    if (!of->used[of->allow_count + i])
      return sf_fail(error, SHEAF_EUSAGE, "--limits",
                     "'%s' is for no plugin of the pipeline", of->limits[i]);
  return SHEAF_OK;
}

/// The step's manifest is there: all else follows from it.
static int resolve(sf_job_step *step, const sheaf_step *wanted, wishes *of,
                   sheaf_error *error) {
  int code =
      sf_options_check(&step->manifest, wanted->options, &step->options, error);
  if (!code) code = heed(step, wanted, of, error);
  if (!code) code = sf_manifest_digest(&step->manifest, step->digest, error);
  return code;
}

static int resolve_wanted(sf_job *job, const sheaf_run_options *options,
                          wishes *of, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < options->step_count && !code; i++) {
    const sheaf_step *wanted = &options->steps[i];
    sf_job_step *step = &job->steps[job->step_count++];
    code = sf_manifest_load(&step->manifest, wanted->plugin,
                            options->plugin_path, error);
    if (!code) code = resolve(step, wanted, of, error);
  }
  return code;
}

static int resolve_readers(sf_job *job, sf_manifest *readers, size_t count,
                           wishes *of, sheaf_error *error) {
  static const sheaf_step plain = {.plugin = NULL};
  int code = SHEAF_OK;
  for (size_t i = 0; i < count; i++) {
    sf_job_step *step = &job->steps[job->step_count++];
    step->manifest = readers[i];
    step->automatic = true;
    if (!code) code = resolve(step, &plain, of, error);
  }
  return code;
}

static bool names_reader(const sf_job *job, size_t from) {
  for (size_t i = from; i < job->step_count; i++)
    if (job->steps[i].manifest.stage == SF_STAGE_READ) return true;
  return false;
}

static void drop_readers(sf_job *job, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sf_manifest_clear(&job->steps[i].manifest);
    sheaf_value_clear(&job->steps[i].options);
  }
  job->step_count -= count;
  memmove(job->steps, job->steps + count, job->step_count * sizeof *job->steps);
}

static void warn(void *context, const sheaf_error *warning) {
  const sheaf_run_options *options = context;
  if (options->on_warning) options->on_warning(options->context, warning);
}

/// Readers go before all that is wanted, unless that names some itself.
static int resolve_steps(sf_job *job, const sheaf_run_options *options,
                         sheaf_error *error) {
  wishes of = {.allow = options->allow,
               .limits = options->limits,
               .allow_count = count_texts(options->allow),
               .limit_count = count_texts(options->limits)};
  sf_manifest *readers = NULL;
  size_t count = 0;
  int code = SHEAF_OK;
  if (!options->raw)
    code = sf_plugin_readers(&readers, &count, options->plugin_path, warn,
                             (void *)options, error);
  of.used = calloc(of.allow_count + of.limit_count + 1, sizeof *of.used);
  job->steps = calloc(options->step_count + count + 1, sizeof *job->steps);
  if (!code && !(of.used && job->steps)) code = sf_no_memory(error);
  if (code)
    for (size_t i = 0; i < count; i++) sf_manifest_clear(&readers[i]);
  else
    code = resolve_readers(job, readers, count, &of, error);
  if (!code) code = resolve_wanted(job, options, &of, error);
  if (!code && names_reader(job, count)) drop_readers(job, count);
  if (!code) code = check_use(&of, error);
  if (!code) code = sf_kinds_check(job, error);
  free(readers);
  free(of.used);
  return code;
}

static int look_at_kernel(sf_job *job, const sheaf_run_options *options,
                          sheaf_error *error) {
  job->kernel = sf_jail_look();
  job->walled = options->workers > 0;
  if (!options->require_sandbox) return SHEAF_OK;
  if (!job->walled) {
    sf_fail(error, SHEAF_ESANDBOX, "sandbox",
            "without workers there is no wall");
    return sf_hint(error, "-j 1 or more");
  }
  if (sf_jail_whole(&job->kernel)) return SHEAF_OK;
  sf_fail(error, SHEAF_ESANDBOX, "sandbox", "the kernel has no %s",
          job->kernel.landlock  ? "seccomp"
          : job->kernel.seccomp ? "Landlock"
                                : "Landlock and no seccomp");
  return sf_hint(error, "Linux 5.13 with CONFIG_SECURITY_LANDLOCK has both");
}

/// A name is a plain one, and none of the run folder's own.
static bool name_is_free(const char *name) {
  size_t size = strlen(name);
  return size && name[0] != '.' && !strchr(name, '/') &&
         strcmp(name, SF_LEDGER) && strcmp(name, SF_REPORT) &&
         !sf_has_ending(name, SF_PART) && !sf_has_ending(name, SF_SPOOL);
}

static bool writes(const sf_job_step *step, const char *name) {
  size_t count = sf_manifest_output_count(&step->manifest);
  for (size_t i = 0; i < count; i++)
    if (!strcmp(sf_manifest_output(&step->manifest, i), name)) return true;
  return false;
}

static int check_output(const sf_job *job, const sf_job_step *step,
                        const char *name, sheaf_error *error) {
  if (!name_is_free(name))
    return sf_fail(error, SHEAF_EMANIFEST, step->manifest.name,
                   "an output cannot be called \"%s\"", name);
  for (const sf_job_step *before = job->steps; before < step; before++) {
    if (!writes(before, name)) continue;
    sf_fail(error, SHEAF_EUSAGE, step->manifest.name,
            "an earlier step of the pipeline writes %s already", name);
    return sf_hint(error, "leave one of the two out");
  }
  return SHEAF_OK;
}

/// No two steps of one name have a spool: their outputs would be the same.
static int add_spool(sf_job *job, sf_job_step *step, sheaf_error *error) {
  step->spool = sf_sprintf("%s" SF_SPOOL, step->manifest.name);
  if (!step->spool) return sf_no_memory(error);
  job->outputs[job->output_count++] =
      (sf_job_output){step->spool, "", step, true};
  return SHEAF_OK;
}

static int add_outputs(sf_job *job, sf_job_step *step, sheaf_error *error) {
  const sf_manifest *manifest = &step->manifest;
  for (size_t i = 0; i < sf_manifest_output_count(manifest); i++) {
    const char *name = sf_manifest_output(manifest, i);
    int code = check_output(job, step, name, error);
    if (code) return code;
    if (!manifest->spools)
      job->outputs[job->output_count++] = (sf_job_output){
          name, sf_manifest_output_header(manifest, i), step, false};
  }
  return manifest->spools ? add_spool(job, step, error) : SHEAF_OK;
}

static int list_outputs(sf_job *job, sheaf_error *error) {
  size_t count = 0;
  for (size_t i = 0; i < job->step_count; i++)
    count += sf_manifest_record_count(&job->steps[i].manifest);
  job->outputs = calloc(count + 1, sizeof *job->outputs);
  if (!job->outputs) return sf_no_memory(error);
  int code = SHEAF_OK;
  for (size_t i = 0; i < job->step_count && !code; i++)
    code = add_outputs(job, &job->steps[i], error);
  return code;
}

static int take_shard(sf_job *job, const sheaf_run_options *options,
                      sheaf_error *error) {
  job->shard = options->shard;
  job->shards = options->shards;
  if (job->shard <= job->shards && !job->shard == !job->shards) return SHEAF_OK;
  return sf_fail(error, SHEAF_EUSAGE, "shard",
                 "there is no part %u of %u: they count from 1", job->shard,
                 job->shards);
}

int sf_job_init(sf_job *job, const sheaf_run_options *options,
                sheaf_error *error) {
  *job = (sf_job){.options = options,
                  .bundles = options->bundles,
                  .bundle_count = options->bundle_count,
                  .nested = options->nested};
  sf_reading_take(&job->reading, options->reading);
  if (options->nested > SHEAF_NESTED_MAX)
    return sf_fail(error, SHEAF_EUSAGE, "nested", "%u levels, more than %d",
                   options->nested, SHEAF_NESTED_MAX);
  job->sources = calloc(options->bundle_count + 1, sizeof *job->sources);
  int code = job->sources ? SHEAF_OK : sf_no_memory(error);
  if (!code) code = sf_choice_take(&job->choice, options, error);
  if (!code) code = take_shard(job, options, error);
  if (!code) code = look_at_kernel(job, options, error);
  if (!code) code = resolve_steps(job, options, error);
  if (!code) code = list_outputs(job, error);
  if (code) sf_job_clear(job);
  return code;
}

void sf_job_clear(sf_job *job) {
  for (size_t i = 0; i < job->step_count; i++) {
    sf_manifest_clear(&job->steps[i].manifest);
    sheaf_value_clear(&job->steps[i].options);
    free(job->steps[i].spool);
  }
  sf_choice_clear(&job->choice);
  for (size_t i = 0; job->sources && i < job->bundle_count; i++)
    free(job->sources[i]);
  free(job->sources);
  free(job->steps);
  free(job->outputs);
  *job = (sf_job){0};
}

bool sf_job_has_spool(const sf_job *job) {
  for (size_t i = 0; i < job->step_count; i++)
    if (job->steps[i].spool) return true;
  return false;
}

sf_job sf_job_finish(const sf_job *job, const sf_job_step *step,
                     sf_job_step *one) {
  sf_job alone = *job;
  *one = *step;
  one->manifest.memory_limit = step->manifest.finish_memory;
  alone.steps = one;
  alone.step_count = 1;
  alone.output_count = 0;
  alone.bundle_count = 0;
  return alone;
}

const char *sf_job_source(const sf_job *job, size_t bundle) {
  const char *source = job->sources[bundle];
  return source ? source : job->bundles[bundle];
}

static void put_json(sf_buffer *out, const sheaf_value *value) {
  sf_buffer text = {0};
  sf_json_value(&text, value);
  out->failed |= text.failed;
  sf_put_bytes(out, sf_buffer_bytes(&text));
  sf_buffer_clear(&text);
}

static void put_limits(sf_buffer *out, const sf_manifest *manifest) {
  sheaf_value limits = SHEAF_VALUE_NULL;
  out->failed |= sf_limits_list(manifest, true, &limits) != SHEAF_OK;
  put_json(out, &limits);
  sheaf_value_clear(&limits);
}

void sf_job_order(const sf_job *job, sf_buffer *out) {
  sf_reading_pack(out, &job->reading);
  sf_put_u64(out, job->nested);
  sf_choice_pack(out, &job->choice);
  sf_put_u64(out, job->step_count);
  for (size_t i = 0; i < job->step_count; i++) {
    const sf_job_step *step = &job->steps[i];
    sf_put_bytes(out, sf_bytes(step->manifest.folder));
    put_json(out, &step->options);
    put_limits(out, &step->manifest);
    put_json(out, &step->manifest.grants);
  }
  sf_put_u64(out, job->bundle_count);
  for (size_t i = 0; i < job->bundle_count; i++) {
    sf_put_bytes(out, sf_bytes(job->bundles[i]));
    sf_put_bytes(out, sf_bytes(sf_job_source(job, i)));
  }
}
