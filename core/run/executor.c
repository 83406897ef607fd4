/// Reading documents from bundles and sending them through the pipeline.
#include "run/executor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "loop/loop.h"
#include "run/choice.h"
#include "run/flight.h"
#include "run/kept_plan.h"
#include "run/reading.h"

/// How long the reading of one document may take.
#define READ_MS 120000

/// Bytes of documents that may be in flight together.
#define FLYING_BYTES ((uint64_t)64 << 20)

struct sf_executor {
  sf_page *page;
  sf_loop *loop;
  sf_pipeline *pipeline;
  sf_flight *flights;  ///< A ring of members under way, in order.
  size_t room;         ///< How many there may be.
  size_t oldest;       ///< The place of the first one.
  size_t flying;       ///< Their number,
  uint64_t bytes;      ///< and the size of their contents.
  sheaf_bundle_options reading;
  sf_choice choice;
  unsigned nested;  ///< How deep bundles inside of bundles are opened.
  char **paths;     ///< Of the bundles, as they are called,
  char **sources;   ///< and where they are.
  size_t path_count;
  sheaf_bundle *bundle;  ///< The one that was used last, still open.
  uint64_t open;         ///< Its number.
};

// --- Opening ---------------------------------------------------------------

static int read_paths(sf_executor *executor, sf_unpack *order,
                      sheaf_error *error) {
  size_t count = sf_get_u64(order);
  // Each path takes at least the four bytes of its length.
  if (order->failed || count > order->rest.size / 4)
    return sf_fail(error, SHEAF_EINTERNAL, "worker", "its order is damaged");
  executor->paths = calloc(count + 1, sizeof *executor->paths);
  executor->sources = calloc(count + 1, sizeof *executor->sources);
  if (!executor->paths || !executor->sources) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    sheaf_bytes path = sf_get_bytes(order), source = sf_get_bytes(order);
    executor->path_count++;
    executor->paths[i] = sf_strndup(path.data, path.size);
    executor->sources[i] = sf_strndup(source.data, source.size);
    if (!executor->paths[i] || !executor->sources[i])
      return sf_no_memory(error);
  }
  return SHEAF_OK;
}

static int make_flights(sf_executor *executor, sheaf_error *error) {
  executor->room = sf_pipeline_window(executor->pipeline);
  executor->flights = calloc(executor->room, sizeof *executor->flights);
  return executor->flights ? SHEAF_OK : sf_no_memory(error);
}

int sf_executor_new(sf_executor **out, sheaf_bytes order, sf_page *page,
                    sf_loop *loop, sheaf_error *error) {
  sf_executor *executor = calloc(1, sizeof *executor);
  if (!executor) return sf_no_memory(error);
  sf_unpack from = {order, false};
  executor->page = page;
  executor->loop = loop;
  int code = sf_reading_unpack(&from, &executor->reading);
  if (code) sf_no_memory(error);
  executor->nested = (unsigned)sf_get_u64(&from);
  if (!code) code = sf_choice_unpack(&from, &executor->choice, error);
  if (!code)
    code = sf_pipeline_open(&executor->pipeline, &from, page, loop, error);
  if (!code) code = read_paths(executor, &from, error);
  if (!code) code = make_flights(executor, error);
  if (code) {
    sf_executor_free(executor);
    return code;
  }
  *out = executor;
  return SHEAF_OK;
}

void sf_executor_free(sf_executor *executor) {
  if (!executor) return;
  for (size_t i = 0; executor->flights && i < executor->room; i++)
    sf_flight_clear(&executor->flights[i]);
  free(executor->flights);
  sheaf_bundle_close(executor->bundle);
  sf_pipeline_close(executor->pipeline);
  for (size_t i = 0; i < executor->path_count; i++) {
    free(executor->paths[i]);
    free(executor->sources[i]);
  }
  free(executor->paths);
  free(executor->sources);
  sf_reading_clear(&executor->reading);
  sf_choice_clear(&executor->choice);
  free(executor);
}

void sf_executor_set_helper(sf_executor *executor, int helper) {
  executor->reading.helper = helper;
}

static void close_bundle(sf_executor *executor) {
  sheaf_bundle_close(executor->bundle);
  executor->bundle = NULL;
}

static int open_bundle(sf_executor *executor, uint64_t number,
                       sheaf_error *error) {
  if (executor->bundle && executor->open == number) return SHEAF_OK;
  close_bundle(executor);
  if (number >= executor->path_count)
    return sf_fail(error, SHEAF_EINTERNAL, "worker",
                   "there is no bundle number %" PRIu64, number + 1);
  executor->open = number;
  return sf_bundle_open_as(&executor->bundle, executor->sources[number],
                           executor->paths[number], &executor->reading, error);
}

// --- Planning --------------------------------------------------------------

/// Blocks on their way to whoever asked for them.
typedef struct {
  sf_kept_plan kept;
  sf_block_sink sink;
  void *context;
} planning;

static int pass_block(void *context, const sf_block *block) {
  planning *of = context;
  sf_kept_plan_note(&of->kept, block);
  return of->sink(of->context, block);
}

/// Where a member could not be read, it may be another time; and what is wrong
/// with the bundle is told each time.
static int make_plan(sf_executor *executor, uint64_t number, planning *of,
                     char digest[SF_SHA256_HEX], sheaf_error *flaw,
                     sheaf_error *error) {
  close_bundle(executor);  // A plan begins at the first member.
  int code = open_bundle(executor, number, error);
  if (code) return code;
  code = sf_plan(executor->bundle, number, &executor->choice, pass_block, of,
                 digest, error);
  bool stream = strchr(sheaf_bundle_format(executor->bundle), '+') != NULL;
  bool sound = sheaf_bundle_flaw(executor->bundle, flaw) == SHEAF_OK;
  if (!code && !error->code && stream && sound)
    sf_kept_plan_save(&of->kept, digest);
  return code;
}

int sf_executor_plan(sf_executor *executor, uint64_t bundle, sf_block_sink sink,
                     void *context, char digest[SF_SHA256_HEX],
                     sheaf_error *flaw, sheaf_error *error) {
  planning of = {.sink = sink, .context = context};
  if (bundle < executor->path_count && sf_choice_is_all(&executor->choice))
    sf_kept_plan_open(&of.kept, executor->sources[bundle], &executor->reading);
  int code = sf_kept_plan_send(&of.kept, sink, context, digest);
  flaw->code = SHEAF_OK;
  if (code == SHEAF_END)
    code = make_plan(executor, bundle, &of, digest, flaw, error);
  sf_kept_plan_clear(&of.kept);
  return code;
}

// --- One document ----------------------------------------------------------

/// The content of the member, which the bundle lends until it is asked for the
/// next one: where others go on meanwhile, it is copied.
static int read_content(sf_executor *executor, sf_flight *flight,
                        sheaf_bytes *content, sheaf_error *error) {
  int code = sheaf_bundle_read(executor->bundle, content, error);
  if (code) return code;
  flight->passage.row.bytes_in = content->size;
  executor->bytes += content->size;
  sf_page_content(executor->page, content->size);
  if (executor->room == 1) return SHEAF_OK;
  sf_buffer_append(&flight->content, content->data, content->size);
  *content = sf_buffer_bytes(&flight->content);
  return flight->content.failed ? sf_no_memory(error) : SHEAF_OK;
}

/// Reads the member and sends its document on its way.
static void work(sf_executor *executor, sf_flight *flight,
                 const sheaf_member *member, uint64_t started) {
  sheaf_bytes content;
  sheaf_doc *doc;
  sheaf_error error = {0};
  sf_row *row = &flight->passage.row;
  const char *id = NULL;
  int code = read_content(executor, flight, &content, &error);
  if (!code) sheaf_bundle_doubt(executor->bundle, &flight->doubt);
  if (!code && sf_flight_unfold(flight, content)) return;
  if (!code && !(id = sf_flight_id(flight))) code = sf_no_memory(&error);
  if (!code)
    code = sf_document_make(&doc, id, row, member, content, &flight->text,
                            executor->reading.max_document, &error);
  flight->passage.now = sf_now();
  row->microseconds = (flight->passage.now - started) / 1000;
  if (code) {
    sf_flight_fail(flight, &error);
    return;
  }
  sf_flight_start(flight, doc);
}

// --- Blocks ----------------------------------------------------------------

/// The members of one block on their way to whoever asked for them.
typedef struct {
  sf_executor *executor;
  uint64_t bundle;
  size_t room;  ///< Members that may be in flight.
  sf_unit_sink sink;
  void *context;
} delivery;

static sf_row begin_row(const delivery *to, uint64_t member, sheaf_bytes name) {
  return (sf_row){
      .bundle = to->bundle,
      .path = to->executor->paths[to->bundle],
      .member = member,
      .name = name,
  };
}

static bool takes(const delivery *to, const sheaf_member *member, bool known) {
  return sf_choice_takes(&to->executor->choice, to->bundle, member, known);
}

static sf_flight *oldest(const sf_executor *executor) {
  return executor->flying ? &executor->flights[executor->oldest] : NULL;
}

/// A flight for the next member. There is room for it.
static sf_flight *take_off(const delivery *to, const sf_row *row) {
  sf_executor *executor = to->executor;
  size_t place = (executor->oldest + executor->flying++) % executor->room;
  sf_flight *flight = &executor->flights[place];
  sf_flight_begin(flight, executor->pipeline, row, &executor->reading,
                  executor->nested);
  return flight;
}

/// Delivers the members that have landed, up to the first that has not.
static int deliver(const delivery *to) {
  sf_executor *executor = to->executor;
  sf_flight *first;
  int code = SHEAF_OK;
  while (!code && (first = oldest(executor)) && first->landed) {
    code = to->sink(to->context, &first->unit);
    executor->oldest = (executor->oldest + 1) % executor->room;
    executor->flying--;
  }
  if (!executor->flying) executor->bytes = 0;
  return code;
}

/// Tells what this process is in while it waits. Of several documents it is
/// in none.
static void note_waiting(const sf_executor *executor) {
  const sf_flight *only = oldest(executor);
  if (executor->flying == 1) {
    sf_page_document(executor->page, only->passage.row.member,
                     only->passage.member, 0, sf_now());
    sf_page_enter(executor->page, (uint32_t)only->passage.step, 0, sf_now());
  } else {
    sf_page_idle(executor->page);
  }
}

/// Waits until no more than `count` members are in flight.
static int wait_for(const delivery *to, size_t count) {
  int code = deliver(to);
  while (!code && to->executor->flying > count) {
    note_waiting(to->executor);
    sf_loop_wait(to->executor->loop);
    code = deliver(to);
  }
  return code;
}

/// Makes room for one more member.
static int make_way(const delivery *to) {
  bool heavy = to->executor->bytes > FLYING_BYTES;
  return wait_for(to, heavy ? 0 : to->room - 1);
}

/// Delivers rows for the members that cannot be reached because of `error`.
static int lose(const delivery *to, uint64_t first, uint64_t last,
                const sheaf_error *error) {
  int code = wait_for(to, 0);
  close_bundle(to->executor);
  sf_page_leave(to->executor->page, sf_now());
  for (uint64_t member = first; member <= last && !code; member++) {
    if (!takes(to, &(sheaf_member){.ordinal = member}, false)) continue;
    sf_row row = begin_row(to, member, sf_bytes(""));
    sf_flight *flight = take_off(to, &row);
    sf_flight_fail(flight, error);
    code = deliver(to);
  }
  return code;
}

/// Works on a member that was begun with at `started`; `error` has a code where
/// it cannot be read.
static int work_member(const delivery *to, const sheaf_member *member,
                       uint64_t started, const sheaf_error *error) {
  bool known = !error->code;
  if ((known && !sf_member_counts(member)) || !takes(to, member, known))
    return SHEAF_OK;
  sf_row row = begin_row(to, member->ordinal, member->name);
  sf_flight *flight = take_off(to, &row);
  sf_page_document(to->executor->page, member->ordinal, member->name, READ_MS,
                   started);
  if (error->code)
    sf_flight_fail(flight, error);
  else if (member->type != SHEAF_MEMBER_FILE)
    sf_flight_skip(flight, member->type);
  else
    work(to->executor, flight, member, started);
  sf_page_leave(to->executor->page, started);
  return deliver(to);
}

/// Steps to the next member. An error that concerns this member alone is left
/// in `*error`; one that leaves no way on is returned.
static int step(const delivery *to, sheaf_member *member, sheaf_error *error) {
  error->code = 0;
  int code = sheaf_bundle_next(to->executor->bundle, member, error);
  if (code == SHEAF_END)
    code = sf_fail(error, SHEAF_EREAD, to->executor->paths[to->bundle],
                   "it has fewer members than when it was planned");
  return code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT ? code : 0;
}

static int enter_block(const delivery *to, uint64_t first,
                       const sheaf_place *near, sheaf_error *error) {
  int code = open_bundle(to->executor, to->bundle, error);
  if (code) return code;
  return sheaf_bundle_seek(to->executor->bundle, first, near, error);
}

int sf_executor_block(sf_executor *executor, uint64_t bundle, uint64_t first,
                      uint64_t last, const sheaf_place *near, bool alone,
                      sf_unit_sink sink, void *context) {
  const delivery to = {executor, bundle, alone ? 1 : executor->room, sink,
                       context};
  sheaf_error error = {0};
  uint64_t next = first;
  sf_page_document(executor->page, next, sf_bytes(""), READ_MS, sf_now());
  int code = enter_block(&to, first, near, &error);
  if (code) return lose(&to, next, last, &error);
  while (next <= last) {
    sheaf_member member = {.ordinal = next};
    if ((code = make_way(&to))) return code;
    uint64_t now = sf_now();
    sf_page_document(executor->page, next, sf_bytes(""), READ_MS, now);
    if (step(&to, &member, &error)) return lose(&to, next, last, &error);
    if (member.ordinal > last) break;
    next = member.ordinal + 1;
    if ((code = work_member(&to, &member, now, &error))) return code;
  }
  code = wait_for(&to, 0);
  sf_page_idle(executor->page);
  return code;
}

void sf_executor_costs(sf_executor *executor, sf_buffer *packed) {
  sf_put_u64(packed, sf_memory_peak());
  sf_pipeline_timings(executor->pipeline, packed);
}

void sf_executor_rest(sf_executor *executor) {
  sf_pipeline_rest(executor->pipeline);
}

int sf_executor_finish(sf_executor *executor, const char *spool,
                       const char *folder, sheaf_error *error) {
  return sf_pipeline_finish(executor->pipeline, spool, folder, error);
}
