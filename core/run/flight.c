/// Members and their child documents on their way through the pipeline.
#include "run/flight.h"

#include "bundle/bundle.h"
#include "loop/loop.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/// A buffer that grew beyond this for one member is not kept for the next.
#define KEPT_CAPACITY ((size_t)4 << 20)

/// Bytes that the rows and records of one member may take: less than a frame
/// carries, so that there is room for rows without records.
#define UNIT_LIMIT ((uint64_t)896 << 20)

static void empty(sf_buffer *buffer) {
  if (buffer->failed || buffer->capacity > KEPT_CAPACITY)
    sf_buffer_clear(buffer);
  buffer->size = 0;
}

void sf_flight_begin(sf_flight *flight, sf_pipeline *pipeline,
                     const sf_row *row, const sheaf_bundle_options *reading,
                     unsigned nested) {
  empty(&flight->name);
  empty(&flight->content);
  empty(&flight->text);
  empty(&flight->unit);
  sf_buffer_append(&flight->name, row->name.data, row->name.size);
  sf_passage *passage = &flight->passage;
  flight->pipeline = pipeline;
  flight->landed = false;
  flight->doubt.code = SHEAF_OK;
  flight->family = (sf_family){.max_document = reading->max_document};
  flight->nest.limit = nested;
  flight->nest.reading = reading;
  passage->children.family = &flight->family;
  passage->row = *row;
  passage->row.name = passage->member = sf_buffer_bytes(&flight->name);
}

static void add_row(sf_flight *flight) {
  sf_passage *passage = &flight->passage;
  sf_row *row = &passage->row;
  if (flight->unit.size + row->bytes_out > UNIT_LIMIT) {
    row->status = SHEAF_ROW_FAILED;
    row->code = SHEAF_ELIMIT;
    row->reason = sf_bytes("the records of its member are larger than 896 MiB");
    row->bytes_out = 0;
  }
  bool exported =
      row->status == SHEAF_ROW_OK || row->status == SHEAF_ROW_PARTIAL;
  sf_unit_add(&flight->unit, row, exported ? passage->records : NULL,
              exported ? sf_pipeline_outputs(flight->pipeline) : 0);
}

static void note_failure(sf_flight *flight, const sheaf_error *error) {
  flight->passage.row.status = SHEAF_ROW_FAILED;
  sf_passage_blame(&flight->passage, error, true);
}

/// All went well, but what was read may not be what was written.
static void note_doubt(sf_flight *flight) {
  sf_row *row = &flight->passage.row;
  if (!flight->doubt.code || row->id || row->status != SHEAF_ROW_OK) return;
  note_failure(flight, &flight->doubt);
  row->status = SHEAF_ROW_PARTIAL;
}

static void note_type(sf_row *row, sheaf_member_type type) {
  row->status = SHEAF_ROW_SKIPPED;
  row->reason = sf_bytes(type == SHEAF_MEMBER_LINK ? "link" : "special file");
}

void sf_flight_fail(sf_flight *flight, const sheaf_error *error) {
  note_failure(flight, error);
  add_row(flight);
  flight->landed = true;
}

void sf_flight_skip(sf_flight *flight, sheaf_member_type type) {
  note_type(&flight->passage.row, type);
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

static sf_row child_row(const sf_flight *flight, sheaf_bytes name,
                        const char *id) {
  const sf_row *last = &flight->passage.row;
  return (sf_row){.bundle = last->bundle,
                  .path = last->path,
                  .member = last->member,
                  .name = name,
                  .id = id};
}

static void board_child(sf_flight *flight) {
  struct sf_child_doc next = flight->ahead[--flight->ahead_count];
  sf_passage *passage = &flight->passage;
  passage->doc = next.doc;
  passage->first = next.step + 1;
  passage->row =
      child_row(flight, sheaf_doc_member(next.doc), sheaf_doc_id(next.doc));
  passage->row.bytes_in = sheaf_doc_text(next.doc).size;
}

// --- Bundles inside --------------------------------------------------------

/// Opens `content`, which is a bundle, and fills in the row of what it lies in.
static void open_inner(sf_flight *flight, const char *id, sheaf_bytes content) {
  sf_row *row = &flight->passage.row;
  sf_buffer *reason = &flight->passage.reason;
  sheaf_error error = {0};
  reason->size = 0;
  if (sf_nest_open(&flight->nest, id, content, reason, &error)) {
    note_failure(flight, &error);
    return;
  }
  row->status = SHEAF_ROW_SKIPPED;
  row->reason = sf_buffer_bytes(reason);
}

/// Reads the member, a file, and makes a document of it. False when it has
/// none, and a row that tells why.
static bool read_inner(sf_flight *flight, const sheaf_member *member,
                       sheaf_error *error) {
  sf_passage *passage = &flight->passage;
  sheaf_bytes content;
  sheaf_bundle *bundle = sf_nest_top(&flight->nest)->bundle;
  int code = sheaf_bundle_read(bundle, &content, error);
  if (!code) passage->row.bytes_in = content.size;
  if (!code && sf_nest_bundle(content)) {
    open_inner(flight, passage->row.id, content);
    return false;
  }
  if (!code)
    code = sf_document_make(&passage->doc, &passage->row, member, content,
                            &flight->text, flight->nest.reading->max_document,
                            error);
  if (code) note_failure(flight, error);
  return !code;
}

static int check_family(sf_flight *flight, uint64_t size, sheaf_error *error) {
  sf_family *family = &flight->family;
  family->bytes += size;
  if (++family->count <= SHEAF_CHILDREN_MAX &&
      family->bytes <= SHEAF_CHILDREN_TEXT_MAX)
    return SHEAF_OK;
  return sf_fail(error, SHEAF_ELIMIT, "",
                 "it is left out with all that follows in its bundle, which "
                 "has more than %d members or %zu bytes",
                 SHEAF_CHILDREN_MAX, SHEAF_CHILDREN_TEXT_MAX);
}

/// Makes the row of a member that was stepped to with `code`. True when there
/// is a document to send.
static bool begin_inner(sf_flight *flight, const sheaf_member *member, int code,
                        sheaf_error *error) {
  sf_passage *passage = &flight->passage;
  flight->id.size = 0;
  sf_buffer_printf(&flight->id, "%s/%" PRIu64 "/%.*s",
                   sf_nest_top(&flight->nest)->id, member->ordinal,
                   (int)member->name.size, member->name.data);
  const char *id = sf_buffer_text(&flight->id);
  passage->row = child_row(flight, member->name, id ? id : "");
  bool over = false;
  if (!code) {
    code = check_family(flight, member->size, error);
    over = code != SHEAF_OK;
  }
  bool file = !code && member->type == SHEAF_MEMBER_FILE;
  if (file && read_inner(flight, member, error)) return true;
  if (code) note_failure(flight, error);
  if (!code && !file) note_type(&passage->row, member->type);
  add_row(flight);
  while (over && flight->nest.depth) sf_nest_close(&flight->nest);
  return false;
}

/// Steps to the next document in the bundles inside; false when there is none.
static bool next_inner(sf_flight *flight) {
  sf_nest *nest = &flight->nest;
  while (nest->depth) {
    sheaf_member member;
    sheaf_error error = {0};
    size_t depth = nest->depth;
    sheaf_bundle *bundle = sf_nest_top(nest)->bundle;
    int code = sheaf_bundle_next(bundle, &member, &error);
    bool end = code && (code == SHEAF_END ||
                        sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT);
    bool folder = !code && !sf_member_counts(&member);
    if (code != SHEAF_END && !folder &&
        begin_inner(flight, &member, code, &error))
      return true;
    if (end && nest->depth == depth) sf_nest_close(nest);
  }
  return false;
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
  passage->first = 0;
  if (flight->ahead_count)
    board_child(flight);
  else if (!next_inner(flight))
    flight->landed = true;
  return !flight->landed;
}

// --- The way ---------------------------------------------------------------

static void on_done(void *context) {
  sf_flight *flight = context;
  while (next_document(flight)) {
    flight->passage.now = sf_now();
    if (!sf_pipeline_run(flight->pipeline, &flight->passage)) return;
  }
}

void sf_flight_start(sf_flight *flight, sheaf_doc *doc) {
  sf_passage *passage = &flight->passage;
  passage->doc = doc;
  passage->first = 0;
  passage->done = on_done;
  passage->context = flight;
  if (sf_pipeline_run(flight->pipeline, passage)) on_done(flight);
}

bool sf_flight_unfold(sf_flight *flight, sheaf_bytes content) {
  sf_passage *passage = &flight->passage;
  if (!flight->nest.limit || !sf_nest_bundle(content)) return false;
  flight->id.size = 0;
  sf_row_id(&flight->id, &passage->row);
  const char *id = sf_buffer_text(&flight->id);
  open_inner(flight, id ? id : "", content);
  note_doubt(flight);
  add_row(flight);
  passage->done = on_done;
  passage->context = flight;
  passage->first = 0;
  flight->landed = !next_inner(flight);
  passage->now = sf_now();
  if (!flight->landed && sf_pipeline_run(flight->pipeline, passage))
    on_done(flight);
  return true;
}

void sf_flight_clear(sf_flight *flight) {
  while (flight->nest.depth) sf_nest_close(&flight->nest);
  sf_passage_stop(&flight->passage);
  sf_passage_clear(&flight->passage);
  while (flight->ahead_count)
    sheaf_doc_free(flight->ahead[--flight->ahead_count].doc);
  free(flight->ahead);
  sf_buffer_clear(&flight->id);
  sf_buffer_clear(&flight->name);
  sf_buffer_clear(&flight->content);
  sf_buffer_clear(&flight->text);
  sf_buffer_clear(&flight->unit);
}
