/// Running documents through the plugins of a run.
#include "run/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "loop/loop.h"
#include "plugin/plugin.h"
#include "run/run.h"

/// What one document may export in all. Less than a frame can carry.
#define RECORDS_LIMIT (SF_FRAME_LIMIT / 2)

/// A buffer that grew beyond this for one document is not kept for the next.
#define KEPT_CAPACITY ((size_t)4 << 20)

typedef struct {
  sf_plugin *plugin;
  const char *name;
  unsigned wall_ms;
  size_t first_output;
  size_t output_count;
} stage;

struct sf_pipeline {
  sf_page *page;
  stage *stages;
  size_t stage_count;
  sf_buffer *records;  ///< One an output of the run.
  size_t output_count;
  sf_timing *timings;  ///< One a stage.
  sf_buffer reason;
};

/// Reads a value that the order has as JSON. `*out` can be cleared either way.
static int get_value(sf_unpack *order, sheaf_value *out, sheaf_error *error) {
  sheaf_bytes text = sf_get_bytes(order);
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  return sheaf_value_parse(out, text.data, text.size, error);
}

static int open_plugin(sf_plugin **out, const char *folder, sf_unpack *order,
                       sheaf_error *error) {
  sheaf_value options, limits, grants;
  sf_manifest manifest = {.folder = NULL};
  int code = get_value(order, &options, error);
  int failed = get_value(order, &limits, error);
  if (!code) code = failed;
  failed = get_value(order, &grants, error);
  if (!code) code = failed;
  if (!code) code = sf_manifest_load(&manifest, folder, NULL, error);
  if (!code) code = sf_limits_set(&manifest, &limits, error);
  if (code) {
    sheaf_value_clear(&grants);
    sf_manifest_clear(&manifest);
  } else {
    manifest.grants = grants;
    code = sf_plugin_open(out, &manifest, &options, sf_languages, error);
  }
  sheaf_value_clear(&options);
  sheaf_value_clear(&limits);
  return code;
}

static int open_stage(sf_pipeline *pipeline, stage *at, sf_unpack *order,
                      sheaf_error *error) {
  sheaf_bytes path = sf_get_bytes(order);
  char *folder = sf_strndup(path.data, path.size);
  if (!folder) return sf_no_memory(error);
  int code = open_plugin(&at->plugin, folder, order, error);
  free(folder);
  if (code) return code;
  const sf_manifest *manifest = sf_plugin_manifest(at->plugin);
  at->name = manifest->name;
  at->wall_ms = manifest->wall_ms;
  at->first_output = pipeline->output_count;
  at->output_count = sf_manifest_output_count(manifest);
  pipeline->output_count += at->output_count;
  return SHEAF_OK;
}

/// Opening runs a plugin's code, so that it is timed as every hook is.
static int open_stages(sf_pipeline *pipeline, sf_unpack *order,
                       sheaf_error *error) {
  size_t count = sf_get_u64(order);
  pipeline->stages = calloc(count + 1, sizeof *pipeline->stages);
  if (!pipeline->stages) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    sf_page_enter(pipeline->page, (uint32_t)i, SF_OPEN_MS);
    int code = open_stage(pipeline, &pipeline->stages[i], order, error);
    sf_page_leave(pipeline->page);
    if (code) return code;
    pipeline->stage_count++;
  }
  return SHEAF_OK;
}

int sf_pipeline_open(sf_pipeline **out, sf_unpack *order, sf_page *page,
                     sheaf_error *error) {
  sf_pipeline *pipeline = calloc(1, sizeof *pipeline);
  if (!pipeline) return sf_no_memory(error);
  pipeline->page = page;
  int code = open_stages(pipeline, order, error);
  if (code) goto fail;
  pipeline->records =
      calloc(pipeline->output_count + 1, sizeof *pipeline->records);
  pipeline->timings =
      calloc(pipeline->stage_count + 1, sizeof *pipeline->timings);
  if (!pipeline->records || !pipeline->timings) {
    code = sf_no_memory(error);
    goto fail;
  }
  *out = pipeline;
  return SHEAF_OK;

fail:
  sf_pipeline_close(pipeline);
  return code;
}

void sf_pipeline_close(sf_pipeline *pipeline) {
  if (!pipeline) return;
  for (size_t i = 0; i < pipeline->stage_count; i++)
    sf_plugin_close(pipeline->stages[i].plugin);
  for (size_t i = 0; pipeline->records && i < pipeline->output_count; i++)
    sf_buffer_clear(&pipeline->records[i]);
  sf_buffer_clear(&pipeline->reason);
  free(pipeline->stages);
  free(pipeline->records);
  free(pipeline->timings);
  free(pipeline);
}

// --- One document ----------------------------------------------------------

static void empty_records(sf_pipeline *pipeline) {
  for (size_t i = 0; i < pipeline->output_count; i++) {
    sf_buffer *record = &pipeline->records[i];
    if (record->failed || record->capacity > KEPT_CAPACITY)
      sf_buffer_clear(record);
    record->size = 0;
  }
}

static uint64_t records_size(const sf_pipeline *pipeline) {
  uint64_t size = 0;
  for (size_t i = 0; i < pipeline->output_count; i++)
    size += pipeline->records[i].size;
  return size;
}

static void set_reason(sf_pipeline *pipeline, sf_row *row, const char *text) {
  pipeline->reason.size = 0;
  sf_buffer_puts(&pipeline->reason, text);
  row->reason = sf_buffer_bytes(&pipeline->reason);
}

/// Notes a failure; the first one of a document is what its row tells.
static void note_failure(sf_pipeline *pipeline, size_t index, sf_row *row,
                         const sheaf_error *error) {
  if (row->status != SHEAF_ROW_OK) return;
  row->status = index ? SHEAF_ROW_PARTIAL : SHEAF_ROW_FAILED;
  row->code = error->code;
  row->plugin = pipeline->stages[index].name;
  set_reason(pipeline, row, error->why);
}

static void note_drop(sf_pipeline *pipeline, size_t index, sf_row *row,
                      const char *reason) {
  row->status = SHEAF_ROW_SKIPPED;
  row->code = 0;
  row->plugin = pipeline->stages[index].name;
  set_reason(pipeline, row, reason);
}

/// Runs stage `index`. Returns false when the document goes no further.
static bool run_stage(sf_pipeline *pipeline, size_t index, sheaf_doc *doc,
                      sf_row *row) {
  const stage *at = &pipeline->stages[index];
  sheaf_result result = {.records = pipeline->records + at->first_output,
                         .outputs = at->output_count};
  sheaf_error error = {0};
  uint64_t started = sf_now();
  sf_page_enter(pipeline->page, (uint32_t)index, at->wall_ms);
  int code = sf_plugin_process(at->plugin, doc, &result, &error);
  sf_page_leave(pipeline->page);
  uint64_t elapsed = (sf_now() - started) / 1000;
  sf_timing_add(&pipeline->timings[index], &(sf_timing){1, elapsed, elapsed});
  if (code)
    note_failure(pipeline, index, row, &error);
  else if (result.dropped)
    note_drop(pipeline, index, row, result.dropped);
  free(result.dropped);
  return row->status == SHEAF_ROW_OK || row->status == SHEAF_ROW_PARTIAL;
}

void sf_pipeline_run(sf_pipeline *pipeline, sheaf_doc *doc, sf_row *row) {
  empty_records(pipeline);
  row->status = SHEAF_ROW_OK;
  size_t index = 0;
  while (index < pipeline->stage_count && run_stage(pipeline, index, doc, row))
    index++;
  if (records_size(pipeline) > RECORDS_LIMIT) {
    row->status = SHEAF_ROW_FAILED;
    row->code = SHEAF_ELIMIT;
    set_reason(pipeline, row, "its records are larger than 512 MiB");
  }
  if (row->status != SHEAF_ROW_OK && row->status != SHEAF_ROW_PARTIAL)
    empty_records(pipeline);
  row->bytes_out = records_size(pipeline);
}

const sf_buffer *sf_pipeline_records(const sf_pipeline *pipeline,
                                     size_t *outputs) {
  *outputs = pipeline->output_count;
  return pipeline->records;
}

void sf_pipeline_timings(sf_pipeline *pipeline, sf_buffer *packed) {
  sf_timing_pack(packed, pipeline->timings, pipeline->stage_count);
  memset(pipeline->timings, 0,
         pipeline->stage_count * sizeof *pipeline->timings);
}
