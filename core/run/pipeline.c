/// Running documents through the plugins of a run.
#include "run/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "json/json.h"
#include "loop/loop.h"
#include "plugin/plugin.h"
#include "run/finish.h"
#include "run/run.h"

/// What one document may export in all. Less than a frame can carry.
#define RECORDS_LIMIT (SF_FRAME_LIMIT / 2)

/// A buffer that grew beyond this for one document is not kept for the next.
#define KEPT_CAPACITY ((size_t)4 << 20)

typedef struct {
  sf_plugin *plugin;
  const char *name;
  bool reads;       ///< Of documents of its types, it makes the text.
  bool reads_type;  ///< The pipeline's type is one of them.
  bool spools;      ///< Its record goes into a spool.
  unsigned wall_ms;
  size_t first_output;
  size_t output_count;
  unsigned in_flight;   ///< Documents that it may have.
  unsigned busy;        ///< Those that it has.
  sf_passage *waiting;  ///< For one of them to leave.
} stage;

struct sf_pipeline {
  sf_page *page;
  stage *stages;
  size_t stage_count;
  size_t output_count;
  char *type;          ///< Of the document that was looked at last.
  sf_timing *timings;  ///< One a stage.
  sf_loop *loop;
};

/// Reads a value that the order has as JSON. `*out` can be cleared either way.
static int get_value(sf_unpack *order, sheaf_value *out, sheaf_error *error) {
  sheaf_bytes text = sf_get_bytes(order);
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  return sheaf_value_parse(out, text.data, text.size, error);
}

static int make_plugin(sf_plugin **out, const char *folder, sf_unpack *order,
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
    code = sf_plugin_new(out, &manifest, &options, error);
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
  int code = make_plugin(&at->plugin, folder, order, error);
  free(folder);
  if (code) return code;
  const sf_manifest *manifest = sf_plugin_manifest(at->plugin);
  at->reads = manifest->stage == SF_STAGE_READ;
  at->spools = manifest->spools;
  at->name = manifest->name;
  at->wall_ms = manifest->wall_ms;
  at->in_flight = manifest->in_flight;
  at->first_output = pipeline->output_count;
  at->output_count = sf_manifest_record_count(manifest);
  pipeline->output_count += at->output_count;
  // Most runs see few types of documents: readers are loaded when needed.
  return at->reads ? SHEAF_OK : sf_plugin_load(at->plugin, sf_languages, error);
}

/// Opening runs a plugin's code, so that it is timed as every hook is.
static int open_stages(sf_pipeline *pipeline, sf_unpack *order,
                       sheaf_error *error) {
  size_t count = sf_get_u64(order);
  pipeline->stages = calloc(count + 1, sizeof *pipeline->stages);
  if (!pipeline->stages) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    sf_page_enter(pipeline->page, (uint32_t)i, SF_OPEN_MS, sf_now());
    pipeline->stage_count++;
    int code = open_stage(pipeline, &pipeline->stages[i], order, error);
    sf_page_leave(pipeline->page, sf_now());
    if (code) return code;
  }
  return SHEAF_OK;
}

int sf_pipeline_open(sf_pipeline **out, sf_unpack *order, sf_page *page,
                     sf_loop *loop, sheaf_error *error) {
  sf_pipeline *pipeline = calloc(1, sizeof *pipeline);
  if (!pipeline) return sf_no_memory(error);
  pipeline->page = page;
  pipeline->loop = loop;
  int code = open_stages(pipeline, order, error);
  if (code) goto fail;
  pipeline->timings =
      calloc(pipeline->stage_count + 1, sizeof *pipeline->timings);
  if (!pipeline->timings) {
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
  free(pipeline->stages);
  free(pipeline->type);
  free(pipeline->timings);
  free(pipeline);
}

// --- One document ----------------------------------------------------------

static bool make_records(sf_passage *passage) {
  size_t count = passage->pipeline->output_count;
  if (!passage->records)
    passage->records = calloc(count + 1, sizeof *passage->records);
  return passage->records != NULL;
}

static void empty_records(sf_passage *passage) {
  for (size_t i = 0; i < passage->pipeline->output_count; i++) {
    sf_buffer *record = &passage->records[i];
    if (record->failed || record->capacity > KEPT_CAPACITY)
      sf_buffer_clear(record);
    record->size = 0;
  }
}

static uint64_t records_size(const sf_passage *passage) {
  uint64_t size = 0;
  for (size_t i = 0; i < passage->pipeline->output_count; i++)
    size += passage->records[i].size;
  return size;
}

static stage *stage_of(const sf_passage *passage) {
  return &passage->pipeline->stages[passage->step];
}

/// In a spool the record of each document is preceded by its length.
static bool frame_record(sf_buffer *record) {
  size_t size = record->size;
  if (!size) return true;
  if (!sf_buffer_reserve(record, SF_SPOOL_LENGTH)) return false;
  memmove(record->data + SF_SPOOL_LENGTH, record->data, size);
  sf_spool_length(record->data, size);
  record->size += SF_SPOOL_LENGTH;
  return true;
}

static bool frame_records(const sf_passage *passage) {
  const sf_pipeline *pipeline = passage->pipeline;
  for (size_t i = 0; i < pipeline->stage_count; i++) {
    const stage *at = &pipeline->stages[i];
    if (at->spools && !frame_record(&passage->records[at->first_output]))
      return false;
  }
  return true;
}

static void finish(sf_passage *passage) {
  sf_row *row = &passage->row;
  if (records_size(passage) > RECORDS_LIMIT)
    sf_passage_refuse(passage, SHEAF_ELIMIT,
                      "its records are larger than 512 MiB");
  else if (sf_passage_goes_on(passage) && !frame_records(passage))
    sf_passage_refuse(passage, SHEAF_ENOMEM, sheaf_code_message(SHEAF_ENOMEM));
  if (!sf_passage_goes_on(passage)) empty_records(passage);
  sf_passage_tell_unread(passage);
  row->bytes_out = records_size(passage);
  row->microseconds += (passage->now - passage->began) / 1000;
  passage->under_way = false;
}

// --- Steps -----------------------------------------------------------------

static void on_running(void *context, bool running);
static void on_done(void *context, int code, const sheaf_error *error);

static const sf_task_events events = {on_running, on_done};

static int load_reader(sf_passage *passage, sheaf_error *error) {
  sf_page_enter(passage->pipeline->page, (uint32_t)passage->step, SF_OPEN_MS,
                passage->now);
  int code = sf_plugin_load(stage_of(passage)->plugin, sf_languages, error);
  passage->now = sf_now();
  return code;
}

/// Gives the document to its step's plugin. SHEAF_PENDING when that waits.
/// The page still has that plugin then: between two of them there is nothing
/// that could last.
static int enter(sf_passage *passage, sheaf_error *error) {
  sf_pipeline *pipeline = passage->pipeline;
  stage *at = stage_of(passage);
  int code = SHEAF_OK;
  at->busy++;
  passage->started = passage->now;
  passage->result = (sheaf_result){
      .records = passage->records + at->first_output,
      .outputs = at->output_count,
      .children = &passage->children,
      .step = passage->step,
      .partial = at->reads ? &passage->unread : NULL,
  };
  passage->task.plugin = at->plugin;
  passage->task.doc = passage->doc;
  passage->task.result = &passage->result;
  passage->task.loop = pipeline->loop;
  passage->task.events = &events;
  passage->task.context = passage;
  if (at->reads) code = load_reader(passage, error);
  if (code) return code;
  sf_page_enter(pipeline->page, (uint32_t)passage->step, at->wall_ms,
                passage->now);
  return sf_task_start(&passage->task, error);
}

static void leave(sf_passage *passage, int code, const sheaf_error *error) {
  sf_pipeline *pipeline = passage->pipeline;
  passage->now = sf_now();
  uint64_t elapsed = (passage->now - passage->started) / 1000;
  sf_timing_call(&pipeline->timings[passage->step], elapsed);
  stage *at = stage_of(passage);
  at->busy--;
  if (code)
    sf_passage_fail(passage, at->name, error);
  else if (passage->result.dropped)
    sf_passage_drop(passage, at->name, passage->result.dropped);
  else if (at->reads)
    passage->reader = at->name;
  else
    passage->succeeded = true;
  free(passage->result.dropped);
  passage->result.dropped = NULL;
}

/// Queues the document before a step that is full. False when it is not.
static bool queue_up(sf_passage *passage) {
  stage *at = stage_of(passage);
  if (at->busy < at->in_flight) return false;
  sf_passage **last = &at->waiting;
  while (*last) last = &(*last)->next;
  passage->next = NULL;
  *last = passage;
  return true;
}

/// Finds out which readers are for documents of that type. Most have the type
/// of the one before.
static void note_type(sf_pipeline *pipeline, const char *type) {
  if (pipeline->type && !strcmp(pipeline->type, type)) return;
  free(pipeline->type);
  pipeline->type = sf_strndup(type, strlen(type));
  for (size_t i = 0; i < pipeline->stage_count; i++) {
    stage *at = &pipeline->stages[i];
    const sf_manifest *manifest = sf_plugin_manifest(at->plugin);
    at->reads_type = at->reads && sf_manifest_reads_type(manifest, type);
  }
}

/// A reader is for documents of its types that no other one has read.
static bool is_for(const stage *at, const sheaf_doc *doc) {
  return !at->reads || (at->reads_type && !sf_doc_read(doc));
}

static const char *hint_of_unread(const sheaf_doc *doc) {
  return sf_bundle_may_be(sheaf_doc_content(doc), NULL)
             ? "--nested opens bundles inside of bundles"
             : "a plugin of stage 'read' makes the text of such documents";
}

/// What is no text and has no reader goes no further than the readers.
static bool is_stuck(sf_passage *passage) {
  char reason[200];
  bool more = passage->step < passage->pipeline->stage_count &&
              stage_of(passage)->reads;
  if (more || !sf_doc_unread(passage->doc)) return false;
  snprintf(reason, sizeof reason, "it is %.100s, for which there is no reader",
           sheaf_doc_media_type(passage->doc));
  sf_passage_refuse(passage, SHEAF_ENOTTEXT, reason);
  passage->row.hint = hint_of_unread(passage->doc);
  return true;
}

/// Takes the step that the document stands before, and those behind it. True
/// when it has come to its end.
static bool take_steps(sf_passage *passage) {
  sf_pipeline *pipeline = passage->pipeline;
  sheaf_error error = {0};
  note_type(pipeline, sheaf_doc_media_type(passage->doc));
  for (; sf_passage_goes_on(passage) && !is_stuck(passage) &&
         passage->step < pipeline->stage_count;
       passage->step++) {
    if (!is_for(stage_of(passage), passage->doc)) continue;
    if (queue_up(passage)) return false;
    int code = enter(passage, &error);
    if (code == SHEAF_PENDING) {
      passage->now = sf_now();
      return false;
    }
    leave(passage, code, &error);
  }
  return true;
}

/// Goes on with the document. True when it has come to its end.
static bool go_on(sf_passage *passage) {
  bool ended = take_steps(passage);
  sf_page_leave(passage->pipeline->page, passage->now);
  if (ended) finish(passage);
  return ended;
}

static void note_document(const sf_passage *passage) {
  sf_page *page = passage->pipeline->page;
  sf_page_document(page, passage->row.member, passage->member, 0, passage->now);
  sf_page_content(page, passage->row.bytes_in);
}

/// Lets in those that wait, while there is room: some are through at once.
static void admit(stage *at) {
  while (at->waiting && at->busy < at->in_flight) {
    sf_passage *passage = at->waiting;
    at->waiting = passage->next;
    passage->now = sf_now();
    note_document(passage);
    if (go_on(passage)) passage->done(passage->context);
  }
}

static void on_running(void *context, bool running) {
  sf_passage *passage = context;
  sf_page *page = passage->pipeline->page;
  passage->now = sf_now();
  if (!running) {
    sf_page_leave(page, passage->now);
    return;
  }
  note_document(passage);
  sf_page_enter(page, (uint32_t)passage->step, stage_of(passage)->wall_ms,
                passage->now);
}

static void on_done(void *context, int code, const sheaf_error *error) {
  sf_passage *passage = context;
  stage *at = stage_of(passage);
  leave(passage, code, error);
  passage->step++;
  note_document(passage);
  if (go_on(passage)) passage->done(passage->context);
  admit(at);
}

bool sf_pipeline_run(sf_pipeline *pipeline, sf_passage *passage) {
  passage->pipeline = pipeline;
  passage->step = passage->first;
  passage->began = passage->now;
  passage->under_way = true;
  passage->succeeded = false;
  passage->unread.code = SHEAF_OK;
  passage->row.status = SHEAF_ROW_OK;
  if (!make_records(passage)) {
    sf_passage_refuse(passage, SHEAF_ENOMEM, sheaf_code_message(SHEAF_ENOMEM));
    passage->under_way = false;
    return true;
  }
  empty_records(passage);
  return go_on(passage);
}

void sf_passage_stop(sf_passage *passage) {
  if (passage->under_way) sf_task_cancel(&passage->task);
  free(passage->result.dropped);
  passage->result.dropped = NULL;
  passage->under_way = false;
}

void sf_passage_clear(sf_passage *passage) {
  size_t count = passage->records ? passage->pipeline->output_count : 0;
  sf_children_clear(&passage->children);
  sheaf_doc_free(passage->doc);
  for (size_t i = 0; i < count; i++) sf_buffer_clear(&passage->records[i]);
  free(passage->records);
  sf_buffer_clear(&passage->reason);
  *passage = (sf_passage){.doc = NULL};
}

size_t sf_pipeline_window(const sf_pipeline *pipeline) {
  size_t window = 1;
  for (size_t i = 0; i < pipeline->stage_count; i++)
    if (pipeline->stages[i].in_flight > window)
      window = pipeline->stages[i].in_flight;
  return window;
}

int sf_pipeline_finish(sf_pipeline *pipeline, const char *spool,
                       const char *folder, sheaf_error *error) {
  return sf_finish(pipeline->stages[0].plugin, pipeline->page, spool, folder,
                   error);
}

size_t sf_pipeline_outputs(const sf_pipeline *pipeline) {
  return pipeline->output_count;
}

void sf_pipeline_rest(sf_pipeline *pipeline) {
  for (size_t i = 0; i < pipeline->stage_count; i++)
    sf_plugin_rest(pipeline->stages[i].plugin);
}

void sf_pipeline_timings(sf_pipeline *pipeline, sf_buffer *packed) {
  for (size_t i = 0; i < pipeline->stage_count; i++)
    pipeline->timings[i].memory = sf_plugin_memory(pipeline->stages[i].plugin);
  sf_timing_pack(packed, pipeline->timings, pipeline->stage_count);
  memset(pipeline->timings, 0,
         pipeline->stage_count * sizeof *pipeline->timings);
}
