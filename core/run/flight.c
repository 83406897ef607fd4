/// Members and their child documents on their way through the pipeline.
#include "run/flight.h"

#include <stdlib.h>
#include <string.h>

/// A buffer that grew beyond this for one member is not kept for the next.
#define KEPT_CAPACITY ((size_t)4 << 20)

static void empty(sf_buffer *buffer) {
  if (buffer->failed || buffer->capacity > KEPT_CAPACITY)
    sf_buffer_clear(buffer);
  buffer->size = 0;
}

void sf_flight_begin(sf_flight *flight, sf_pipeline *pipeline,
                     const sf_row *row, uint64_t max_document) {
  empty(&flight->name);
  empty(&flight->content);
  empty(&flight->text);
  empty(&flight->unit);
  sf_buffer_append(&flight->name, row->name.data, row->name.size);
  sf_passage *passage = &flight->passage;
  flight->pipeline = pipeline;
  flight->landed = false;
  flight->doubt.code = SHEAF_OK;
  flight->family = (sf_family){.max_document = max_document};
  passage->children.family = &flight->family;
  passage->row = *row;
  passage->row.name = passage->member = sf_buffer_bytes(&flight->name);
}

static void add_row(sf_flight *flight) {
  const sf_passage *passage = &flight->passage;
  const sf_row *row = &passage->row;
  bool exported =
      row->status == SHEAF_ROW_OK || row->status == SHEAF_ROW_PARTIAL;
  sf_unit_add(&flight->unit, row, exported ? passage->records : NULL,
              exported ? sf_pipeline_outputs(flight->pipeline) : 0);
}

/// All went well, but what was read may not be what was written.
static void note_doubt(sf_flight *flight) {
  sf_passage *passage = &flight->passage;
  sf_row *row = &passage->row;
  const sheaf_error *doubt = &flight->doubt;
  if (!doubt->code || row->id || row->status != SHEAF_ROW_OK) return;
  row->status = SHEAF_ROW_PARTIAL;
  row->code = doubt->code;
  passage->reason.size = 0;
  if (doubt->what[0]) sf_buffer_printf(&passage->reason, "%s: ", doubt->what);
  sf_buffer_puts(&passage->reason, doubt->why);
  row->reason = sf_buffer_bytes(&passage->reason);
}

void sf_flight_land(sf_flight *flight) {
  add_row(flight);
  flight->landed = true;
}

// --- Children --------------------------------------------------------------

static bool make_room(sf_flight *flight, size_t more) {
  size_t wanted = flight->ahead_count + more;
  if (wanted <= flight->ahead_capacity) return true;
  void *grown = realloc(flight->ahead, wanted * sizeof *flight->ahead);
  if (!grown) return false;
  flight->ahead = grown;
  flight->ahead_capacity = wanted;
  return true;
}

/// Moves the children of the document that has come through to those that
/// wait, so that the first one comes next. Without memory they are lost, and
/// the row of their parent says so.
static void take_children(sf_flight *flight) {
  sf_children *born = &flight->passage.children;
  sf_row *row = &flight->passage.row;
  if (!make_room(flight, born->count)) {
    row->status = SHEAF_ROW_PARTIAL;
    row->code = SHEAF_ENOMEM;
    row->reason = sf_bytes("its child documents are lost: out of memory");
    sf_children_cut(born, 0);
  }
  while (born->count)
    flight->ahead[flight->ahead_count++] = born->items[--born->count];
}

static void board_child(sf_flight *flight) {
  struct sf_child_doc next = flight->ahead[--flight->ahead_count];
  sf_passage *passage = &flight->passage;
  uint64_t size = sheaf_doc_text(next.doc).size;
  passage->doc = next.doc;
  passage->first = next.step + 1;
  passage->row = (sf_row){
      .bundle = passage->row.bundle,
      .path = passage->row.path,
      .member = passage->row.member,
      .name = sheaf_doc_member(next.doc),
      .id = sheaf_doc_id(next.doc),
      .bytes_in = size,
  };
}

/// Packs the row of a document that has come through. True when there is
/// another one to send.
static bool next_document(sf_flight *flight) {
  sf_passage *passage = &flight->passage;
  take_children(flight);
  note_doubt(flight);
  add_row(flight);
  sheaf_doc_free(passage->doc);
  passage->doc = NULL;
  if (!flight->ahead_count) {
    flight->landed = true;
    return false;
  }
  board_child(flight);
  return true;
}

// --- The way ---------------------------------------------------------------

static void on_done(void *context) {
  sf_flight *flight = context;
  while (next_document(flight))
    if (!sf_pipeline_run(flight->pipeline, &flight->passage)) return;
}

void sf_flight_start(sf_flight *flight, sheaf_doc *doc) {
  sf_passage *passage = &flight->passage;
  passage->doc = doc;
  passage->first = 0;
  passage->done = on_done;
  passage->context = flight;
  if (sf_pipeline_run(flight->pipeline, passage)) on_done(flight);
}

void sf_flight_clear(sf_flight *flight) {
  sf_passage_stop(&flight->passage);
  sf_passage_clear(&flight->passage);
  while (flight->ahead_count)
    sheaf_doc_free(flight->ahead[--flight->ahead_count].doc);
  free(flight->ahead);
  sf_buffer_clear(&flight->name);
  sf_buffer_clear(&flight->content);
  sf_buffer_clear(&flight->text);
  sf_buffer_clear(&flight->unit);
}
