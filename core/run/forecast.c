/// sheaf_plan(): what a run would do, found out without doing it.
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "io/io.h"
#include "json/json.h"
#include "run/identity.h"
#include "run/job.h"
#include "run/plan.h"

typedef struct {
  const sf_job *job;
  sheaf_value *out;
  sheaf_value blocks;  ///< Of all bundles.
  size_t bundle;
  uint64_t count, documents, bytes;  ///< Of the bundle.
} forecast;

static int set_number(sheaf_value *map, const char *key, uint64_t number) {
  return sheaf_value_set(map, key, sheaf_value_int((int64_t)number));
}

static int add_block(void *context, const sf_block *block) {
  forecast *of = context;
  sheaf_value facts;
  of->count++;
  of->documents += block->documents;
  of->bytes += block->bytes;
  int code = sheaf_value_map(&facts);
  if (!code) code = set_number(&facts, "bundle", of->bundle + 1);
  if (!code) code = set_number(&facts, "first", block->first);
  if (!code) code = set_number(&facts, "last", block->last);
  if (!code) code = set_number(&facts, "documents", block->documents);
  return code ? code : sheaf_value_append(&of->blocks, facts);
}

static int plan_bundle(forecast *of, sheaf_error *error) {
  char digest[SF_SHA256_HEX];
  sheaf_bundle *bundle;
  const char *path = of->job->bundles[of->bundle];
  if (sf_path_is_stream(path))
    return sf_fail(error, SHEAF_EUNSUPPORTED, path,
                   "a stream cannot be looked at beforehand");
  int code = sf_bundle_open_as(&bundle, path, path, &of->job->reading, error);
  if (code) return code;
  code = sf_plan(bundle, of->bundle, &of->job->choice, add_block, of, digest,
                 error);
  sheaf_bundle_close(bundle);
  return code;
}

/// What the bundle is, or why it cannot be opened.
static int add_bundle(forecast *of, sheaf_value *list) {
  sheaf_value facts;
  sheaf_error failure = {0};
  of->count = of->documents = of->bytes = 0;
  int failed = plan_bundle(of, &failure);
  if (failed == SHEAF_ENOMEM) return failed;
  int code = sheaf_value_map(&facts);
  if (!code)
    code = sheaf_value_set_string(&facts, "path", of->job->bundles[of->bundle]);
  if (!code) code = set_number(&facts, "documents", of->documents);
  if (!code) code = set_number(&facts, "blocks", of->count);
  if (!code) code = set_number(&facts, "bytes", of->bytes);
  if (!code && failed)
    code = sheaf_value_set_string(&facts, "reason", failure.why);
  return code ? code : sheaf_value_append(list, facts);
}

static int add_bundles(forecast *of) {
  sheaf_value list;
  int code = sheaf_value_list(&list);
  for (of->bundle = 0; of->bundle < of->job->bundle_count && !code;
       of->bundle++)
    if (sf_choice_touches(&of->job->choice, of->bundle))
      code = add_bundle(of, &list);
  if (code) sheaf_value_clear(&list);
  return code ? code : sheaf_value_set(of->out, "plan", list);
}

static int add_outputs(forecast *of) {
  sheaf_value list, name;
  int code = sheaf_value_list(&list);
  for (size_t i = 0; i < of->job->output_count && !code; i++) {
    const char *text = of->job->outputs[i].name;
    code = sheaf_value_string(&name, text, strlen(text));
    if (!code) code = sheaf_value_append(&list, name);
  }
  return code ? code : sheaf_value_set(of->out, "outputs", list);
}

static int make_plan(forecast *of, sheaf_error *error) {
  sf_buffer text = {0};
  sf_buffer_putc(&text, '{');
  sf_identity_write(of->job, &text);
  sf_buffer_putc(&text, '}');
  int code = text.failed
                 ? sf_no_memory(error)
                 : sheaf_value_parse(of->out, text.data, text.size, error);
  sf_buffer_clear(&text);
  if (code) return code;
  code = sheaf_value_list(&of->blocks);
  if (!code) code = add_bundles(of);
  if (!code) code = add_outputs(of);
  if (!code) code = sheaf_value_set(of->out, "blocks", of->blocks);
  return code ? sf_no_memory(error) : SHEAF_OK;
}

int sheaf_plan(const sheaf_run_options *options, sheaf_value *out,
               sheaf_error *error) {
  sf_job job;
  sheaf_error unseen;
  if (!error) error = &unseen;
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  int code = sf_job_init(&job, options, error);
  if (code) return code;
  forecast of = {.job = &job, .out = out};
  code = make_plan(&of, error);
  sf_job_clear(&job);
  if (code) sheaf_value_clear(out);
  return code;
}
