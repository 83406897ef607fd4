/// Members and their child documents on their way through the pipeline.
#include "run/flight.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "loop/loop.h"

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
  flight->derived = false;
  flight->family = (sf_family){.max_document = reading->max_document};
  flight->nested = nested;
  flight->reading = reading;
  passage->children.family = &flight->family;
  passage->row = *row;
  passage->row.name = passage->member = sf_buffer_bytes(&flight->name);
}

const char *sf_flight_id(sf_flight *flight) {
  flight->id.size = 0;
  sf_row_id(&flight->id, &flight->passage.row);
  return sf_buffer_text(&flight->id);
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
  if (!flight->doubt.code || flight->derived || row->status != SHEAF_ROW_OK)
    return;
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
  flight->derived = true;
  passage->doc = next.doc;
  passage->first = next.step + 1;
  passage->row =
      child_row(flight, sheaf_doc_member(next.doc), sheaf_doc_id(next.doc));
  passage->row.bytes_in = sheaf_doc_text(next.doc).size;
}

// --- Bundles inside --------------------------------------------------------

/// Counts the members of a bundle that was opened, and goes back to the first.
static int count_members(sheaf_bundle *bundle, uint64_t *count,
                         sheaf_error *error) {
  sheaf_member member;
  int code;
  *count = 0;
  do {
    code = sheaf_bundle_next(bundle, &member, error);
    if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) break;
    *count += sf_member_counts(&member);
  } while (*count <= SHEAF_CHILDREN_MAX);
  if (code < 0 && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return code;
  if (!*count) return SHEAF_OK;
  return sheaf_bundle_seek(bundle, 1, NULL, error);
}

/// Fills in the row of a bundle that was entered.
static int note_bundle(sf_flight *flight, sheaf_error *error) {
  sf_row *row = &flight->passage.row;
  sf_buffer *reason = &flight->passage.reason;
  sheaf_bundle *bundle = sheaf_walk_bundle(flight->walk);
  uint64_t count;
  int code = count_members(bundle, &count, error);
  if (code) return code;
  reason->size = 0;
  sf_buffer_printf(reason, "opened as a bundle: %s, %" PRIu64 " member%s",
                   sheaf_bundle_format(bundle), count, count == 1 ? "" : "s");
  row->status = SHEAF_ROW_SKIPPED;
  row->reason = sf_buffer_bytes(reason);
  return SHEAF_OK;
}

/// Enters `content`, if it is a bundle, and fills in the row of what it lies
/// in. False for a document.
static bool enter(sf_flight *flight, sheaf_bytes content) {
  sheaf_error error = {0};
  int code = sf_walk_enter_content(flight->walk, content, &error);
  if (code == SHEAF_END) return false;
  if (!code) code = note_bundle(flight, &error);
  if (code) note_failure(flight, &error);
  return true;
}

/// Reads the member, a file, and makes a document of it. False when it has
/// none, and a row that tells why.
static bool read_inner(sf_flight *flight, const sheaf_member *member,
                       sheaf_error *error) {
  sf_passage *passage = &flight->passage;
  sheaf_bytes content;
  int code =
      sheaf_bundle_read(sheaf_walk_bundle(flight->walk), &content, error);
  if (!code) passage->row.bytes_in = content.size;
  if (!code && enter(flight, content)) return false;
  if (!code)
    code = sf_document_make(&passage->doc, passage->row.id, &passage->row,
                            member, content, &flight->text,
                            flight->reading->max_document, error);
  if (code) note_failure(flight, error);
  return !code;
}

/// What is in a bundle inside of a bundle is committed as one.
static int check_family(sf_flight *flight, uint64_t size, sheaf_error *error) {
  sf_family *family = &flight->family;
  family->bytes += size;
  if (++family->count > SHEAF_CHILDREN_MAX)
    sf_fail(error, SHEAF_ELIMIT, "",
            "it is left out, and all behind it: there are more than %d members "
            "in the bundles in this member",
            SHEAF_CHILDREN_MAX);
  else if (family->bytes > SHEAF_CHILDREN_TEXT_MAX)
    sf_fail(error, SHEAF_ELIMIT, "",
            "it is left out, and all behind it: up to there the bundles in "
            "this member have %" PRIu64 " bytes, of at most %zu",
            family->bytes, SHEAF_CHILDREN_TEXT_MAX);
  else
    return SHEAF_OK;
  return sf_hint(error,
                 "run over that bundle alone, not as one in another: "
                 "there it has no such limit");
}

static void end_walk(sf_flight *flight) {
  sheaf_walk_free(flight->walk);
  flight->walk = NULL;
}

/// Makes the row of a member that was stepped to with `code`. True when there
/// is a document to send.
static bool begin_inner(sf_flight *flight, const sheaf_member *member, int code,
                        sheaf_error *error) {
  sf_passage *passage = &flight->passage;
  passage->row =
      child_row(flight, member->name, sheaf_walk_id(flight->walk).data);
  bool over = false;
  if (!code) {
    code = check_family(flight, member->size, error);
    over = code != SHEAF_OK;
  }
  bool file = !code && member->type == SHEAF_MEMBER_FILE;
  bool document = file && read_inner(flight, member, error);
  flight->derived = false;
  sheaf_walk_doubt(flight->walk, &flight->doubt);
  if (document) return true;
  if (code) note_failure(flight, error);
  if (!code && !file) note_type(&passage->row, member->type);
  add_row(flight);
  if (over) end_walk(flight);
  return false;
}

/// Steps to the next document in the bundles inside; false when there is none.
static bool next_inner(sf_flight *flight) {
  while (flight->walk) {
    sheaf_member member;
    sheaf_error error = {0};
    int code = sheaf_walk_next(flight->walk, &member, &error);
    bool counts = code != SHEAF_END && (code || sf_member_counts(&member));
    if (counts && begin_inner(flight, &member, code, &error)) return true;
    bool ends = code && (code == SHEAF_END ||
                         sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT);
    if (ends) end_walk(flight);
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

/// Begins the walk through the member. False when there is none: the member
/// is a document.
static bool begin_walk(sf_flight *flight, sheaf_bytes content) {
  const char *id = sf_flight_id(flight);
  bool begun = id && !sf_walk_begin(&flight->walk, id, flight->reading,
                                    flight->nested, &flight->doubt, NULL);
  if (begun && enter(flight, content)) return true;
  end_walk(flight);
  return false;
}

bool sf_flight_unfold(sf_flight *flight, sheaf_bytes content) {
  sf_passage *passage = &flight->passage;
  if (!flight->nested || !begin_walk(flight, content)) return false;
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
  end_walk(flight);
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
