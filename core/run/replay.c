/// One document of a run, brought to where it stood before a plugin.
#include "sheaf/replay.h"

#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "json/json.h"
#include "loop/loop.h"
#include "run/document.h"
#include "run/folder.h"
#include "run/pipeline.h"
#include "run/reading.h"
#include "run/request.h"

/// One reading of the document. It lives as long as the replay: scripts may
/// hold it.
typedef struct reading_of {
  struct reading_of *next;
  sheaf_bundle *bundle;
  sf_buffer text;
  sf_passage passage;
  sf_family family;
  sf_family family_after;
  sf_children children;  ///< Of what it is sent through next.
  sf_buffer *records;
  sheaf_result result;
} reading_of;

struct sheaf_replay {
  sheaf_value report;
  sf_request request;
  const char *only[2];
  sf_job job;
  bool resolved;  ///< The job is.
  sf_pick place;
  size_t step;  ///< The one that it is to stand before.
  sheaf_value facts;
  sf_loop *loop;
  sf_pipeline *pipeline;
  reading_of *readings;
};

// --- Opening ---------------------------------------------------------------

static int read_report(sheaf_replay *replay, const char *folder,
                       sheaf_error *error) {
  char *path = sf_sprintf("%s/" SF_REPORT, folder);
  if (!path) return sf_no_memory(error);
  int code = sf_json_file(&replay->report, path, error);
  free(path);
  return code;
}

static int resolve(sheaf_replay *replay, const char *place,
                   sheaf_error *error) {
  int code =
      sf_request_read(&replay->request, &replay->report, NULL, NULL, error);
  replay->only[0] = place;
  replay->request.options.only = replay->only;
  replay->request.options.shard = replay->request.options.shards = 0;
  replay->request.options.workers = 0;
  replay->request.options.require_sandbox = false;
  if (!code) code = sf_job_init(&replay->job, &replay->request.options, error);
  replay->resolved = !code;
  if (code) return code;
  replay->place = replay->job.choice.picks[0];
  if (replay->place.member && replay->place.bundle < replay->job.bundle_count)
    return SHEAF_OK;
  return sf_fail(error, SHEAF_ENOMEMBER, place, "there is no such document");
}

static int find_step(sheaf_replay *replay, const char *plugin,
                     sheaf_error *error) {
  const sf_job *job = &replay->job;
  replay->step = job->step_count;
  for (size_t i = job->step_count; plugin && i-- > 0;)
    if (!strcmp(job->steps[i].manifest.name, plugin)) replay->step = i;
  if (!plugin || replay->step < job->step_count) return SHEAF_OK;
  return sf_fail(error, SHEAF_ENOPLUGIN, plugin,
                 "it is no step of the run any more");
}

static int copy_into(sheaf_value *map, const char *key,
                     const sheaf_value *value) {
  sheaf_value copy;
  int code = sheaf_value_copy(&copy, value);
  return code ? code : sheaf_value_set(map, key, copy);
}

static int describe(sheaf_value *facts, const sf_job_step *step) {
  const sf_manifest *manifest = &step->manifest;
  sheaf_value limits = SHEAF_VALUE_NULL;
  int code = sheaf_value_map(facts);
  if (!code) code = sheaf_value_set_string(facts, "plugin", manifest->name);
  if (!code)
    code = sheaf_value_set_string(facts, "language", manifest->language);
  if (!code) code = sheaf_value_set_string(facts, "folder", manifest->folder);
  if (!code)
    code = sheaf_value_set_string(facts, "main",
                                  manifest->main ? manifest->main : "");
  if (!code)
    code = sheaf_value_set_string(
        facts, "stage", sheaf_value_get_string(&manifest->json, "stage", ""));
  if (!code) code = copy_into(facts, "options", &step->options);
  if (!code) code = copy_into(facts, "grants", &manifest->grants);
  if (!code) code = sf_limits_list(manifest, true, &limits);
  return code ? code : sheaf_value_set(facts, "limits", limits);
}

/// Opens the plugins that come before the step, and no others.
static int open_plugins(sheaf_replay *replay, sheaf_error *error) {
  sf_buffer order = {0};
  sf_choice choice = {.filters = NULL};
  sheaf_bundle_options reading;
  size_t count = replay->job.step_count;
  replay->job.step_count = replay->step;
  sf_job_order(&replay->job, &order);
  replay->job.step_count = count;
  int code = order.failed ? sf_no_memory(error) : SHEAF_OK;
  sf_unpack from = {sf_buffer_bytes(&order), false};
  if (!code && (code = sf_reading_unpack(&from, &reading)) == SHEAF_OK)
    sf_reading_clear(&reading);
  sf_get_u64(&from);
  if (!code) code = sf_choice_unpack(&from, &choice, error);
  if (!code) code = sf_loop_new(&replay->loop, error);
  if (!code)
    code =
        sf_pipeline_open(&replay->pipeline, &from, NULL, replay->loop, error);
  sf_choice_clear(&choice);
  sf_buffer_clear(&order);
  return code;
}

int sheaf_replay_open(sheaf_replay **out, const char *folder, const char *place,
                      const char *plugin, sheaf_error *error) {
  sheaf_error unseen;
  if (!error) error = &unseen;
  sheaf_replay *replay = calloc(1, sizeof *replay);
  if (!replay) return sf_no_memory(error);
  int code = read_report(replay, folder, error);
  if (!code) code = resolve(replay, place, error);
  if (!code) code = find_step(replay, plugin, error);
  if (!code && plugin &&
      describe(&replay->facts, &replay->job.steps[replay->step]))
    code = sf_no_memory(error);
  if (!code) code = open_plugins(replay, error);
  *out = replay;
  if (!code) return SHEAF_OK;
  sheaf_replay_close(replay);
  *out = NULL;
  return code;
}

const sheaf_value *sheaf_replay_step(const sheaf_replay *replay) {
  return replay->facts.type == SHEAF_MAP ? &replay->facts : NULL;
}

// --- Reading ---------------------------------------------------------------

static void on_done(void *context) {
  bool *done = context;
  *done = true;
}

static int send(sheaf_replay *replay, sf_passage *passage, sheaf_error *error) {
  bool done = false;
  passage->done = on_done;
  passage->context = &done;
  passage->now = sf_now();
  done = sf_pipeline_run(replay->pipeline, passage);
  while (!done) sf_loop_wait(replay->loop);
  const sf_row *row = &passage->row;
  if (row->status == SHEAF_ROW_OK || row->status == SHEAF_ROW_PARTIAL)
    return SHEAF_OK;
  sf_fail(error, row->code ? row->code : SHEAF_EPLUGIN,
          row->plugin ? row->plugin : replay->only[0], "%.*s",
          (int)row->reason.size, row->reason.data);
  return error->code;
}

static int read_member(sheaf_replay *replay, reading_of *of,
                       sheaf_error *error) {
  const sf_job *job = &replay->job;
  sheaf_member member;
  sheaf_bytes content;
  const char *path = job->bundles[replay->place.bundle];
  int code = sf_bundle_open_as(&of->bundle, path, path, &job->reading, error);
  if (!code)
    code = sheaf_bundle_seek(of->bundle, replay->place.member, NULL, error);
  if (!code) code = sheaf_bundle_next(of->bundle, &member, error);
  if (!code) code = sheaf_bundle_read(of->bundle, &content, error);
  if (code) return code;
  sf_passage *passage = &of->passage;
  passage->row = (sf_row){.bundle = replay->place.bundle,
                          .path = path,
                          .member = replay->place.member,
                          .name = member.name,
                          .bytes_in = content.size};
  passage->member = member.name;
  sf_buffer id = {0};
  sf_row_id(&id, &passage->row);
  const char *name = sf_buffer_text(&id);
  code = name ? sf_document_make(&passage->doc, name, &passage->row, &member,
                                 content, &of->text, job->reading.max_document,
                                 error)
              : sf_no_memory(error);
  sf_buffer_clear(&id);
  return code;
}

static int make_result(sheaf_replay *replay, reading_of *of,
                       sheaf_error *error) {
  size_t outputs = 0;
  if (sheaf_replay_step(replay))
    outputs =
        sf_manifest_output_count(&replay->job.steps[replay->step].manifest);
  of->records = calloc(outputs + 1, sizeof *of->records);
  of->children.family = &of->family_after;
  of->result = (sheaf_result){
      .records = of->records, .outputs = outputs, .children = &of->children};
  return of->records ? SHEAF_OK : sf_no_memory(error);
}

static void free_reading(reading_of *of) {
  sf_passage_clear(&of->passage);
  sf_children_clear(&of->children);
  for (size_t i = 0; of->records && i < of->result.outputs; i++)
    sf_buffer_clear(&of->records[i]);
  free(of->records);
  free(of->result.dropped);
  sheaf_bundle_close(of->bundle);
  sf_buffer_clear(&of->text);
  free(of);
}

int sheaf_replay_doc(sheaf_replay *replay, sheaf_doc **doc,
                     sheaf_result **result, sheaf_error *error) {
  reading_of *of = calloc(1, sizeof *of);
  if (!of) return sf_no_memory(error);
  of->family.max_document = of->family_after.max_document =
      replay->job.reading.max_document;
  of->passage.children.family = &of->family;
  int code = read_member(replay, of, error);
  if (!code) code = send(replay, &of->passage, error);
  if (!code) code = make_result(replay, of, error);
  if (code) {
    free_reading(of);
    return code;
  }
  of->next = replay->readings;
  replay->readings = of;
  *doc = of->passage.doc;
  *result = &of->result;
  return SHEAF_OK;
}

void sheaf_replay_close(sheaf_replay *replay) {
  if (!replay) return;
  while (replay->readings) {
    reading_of *of = replay->readings;
    replay->readings = of->next;
    free_reading(of);
  }
  sf_pipeline_close(replay->pipeline);
  sf_loop_free(replay->loop);
  sheaf_value_clear(&replay->facts);
  if (replay->resolved) sf_job_clear(&replay->job);
  sf_request_clear(&replay->request);
  sheaf_value_clear(&replay->report);
  free(replay);
}
