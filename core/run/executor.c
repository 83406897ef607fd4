/// Reading documents from bundles and sending them through the pipeline.
#include "run/executor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "loop/loop.h"
#include "run/pipeline.h"
#include "text/text.h"

/// How long the reading of one document may take.
#define READ_MS 120000

struct sf_executor {
  sf_page *page;
  sf_pipeline *pipeline;
  uint64_t max_document;
  char **paths;  ///< Of the bundles.
  size_t path_count;
  sheaf_bundle *bundle;  ///< The one that was used last, still open.
  uint64_t open;         ///< Its number.
  sf_buffer text;        ///< A document that had to be converted.
  sf_buffer reason;
};

// --- Opening ---------------------------------------------------------------

static int read_paths(sf_executor *executor, sf_unpack *order,
                      sheaf_error *error) {
  size_t count = sf_get_u64(order);
  // Each path takes at least the four bytes of its length.
  if (order->failed || count > order->rest.size / 4)
    return sf_fail(error, SHEAF_EINTERNAL, "worker", "its order is damaged");
  executor->paths = calloc(count + 1, sizeof *executor->paths);
  if (!executor->paths) return sf_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    sheaf_bytes path = sf_get_bytes(order);
    executor->paths[i] = sf_strndup(path.data, path.size);
    if (!executor->paths[i]) return sf_no_memory(error);
    executor->path_count++;
  }
  return SHEAF_OK;
}

int sf_executor_new(sf_executor **out, sheaf_bytes order, sf_page *page,
                    sheaf_error *error) {
  sf_executor *executor = calloc(1, sizeof *executor);
  if (!executor) return sf_no_memory(error);
  sf_unpack from = {order, false};
  executor->page = page;
  executor->max_document = sf_get_u64(&from);
  int code = sf_pipeline_open(&executor->pipeline, &from, page, error);
  if (!code) code = read_paths(executor, &from, error);
  if (code) {
    sf_executor_free(executor);
    return code;
  }
  *out = executor;
  return SHEAF_OK;
}

void sf_executor_free(sf_executor *executor) {
  if (!executor) return;
  sheaf_bundle_close(executor->bundle);
  sf_pipeline_close(executor->pipeline);
  for (size_t i = 0; i < executor->path_count; i++) free(executor->paths[i]);
  free(executor->paths);
  sf_buffer_clear(&executor->text);
  sf_buffer_clear(&executor->reason);
  free(executor);
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
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  options.max_document = executor->max_document;
  executor->open = number;
  return sheaf_bundle_open(&executor->bundle, executor->paths[number], &options,
                           error);
}

int sf_executor_plan(sf_executor *executor, uint64_t bundle, sf_block_sink sink,
                     void *context, char digest[SF_SHA256_HEX],
                     sheaf_error *error) {
  close_bundle(executor);  // A plan begins at the first member.
  int code = open_bundle(executor, bundle, error);
  if (code) return code;
  return sf_plan(executor->bundle, sink, context, digest, error);
}

// --- One document ----------------------------------------------------------

/// The media type that the name's ending tells; the text is read as it is.
static const char *media_type(sheaf_bytes name) {
  static const struct {
    const char *ending, *type;
  } types[] = {
      {".md", "text/markdown"},      {".html", "text/html"},
      {".htm", "text/html"},         {".csv", "text/csv"},
      {".json", "application/json"}, {".xml", "application/xml"},
  };
  for (size_t i = 0; i < SF_COUNT(types); i++) {
    size_t size = strlen(types[i].ending);
    if (name.size > size &&
        !strncasecmp(name.data + name.size - size, types[i].ending, size))
      return types[i].type;
  }
  return "text/plain";
}

static void fail_row(sf_executor *executor, sf_row *row,
                     const sheaf_error *error) {
  executor->reason.size = 0;
  if (error->what[0]) sf_buffer_printf(&executor->reason, "%s: ", error->what);
  sf_buffer_puts(&executor->reason, error->why);
  row->status = SHEAF_ROW_FAILED;
  row->code = error->code;
  row->reason = sf_buffer_bytes(&executor->reason);
}

/// All went well, but what was read may not be what was written.
static void doubt_row(sf_executor *executor, sf_row *row,
                      const sheaf_error *error) {
  fail_row(executor, row, error);
  row->status = SHEAF_ROW_PARTIAL;
}

static int read_text(sf_executor *executor, sf_row *row, sheaf_bytes *content,
                     sheaf_bytes *text, const char **charset,
                     sheaf_error *error) {
  int code = sheaf_bundle_read(executor->bundle, content, error);
  if (code) return code;
  row->bytes_in = content->size;
  sf_page_content(executor->page, content->size);
  if (executor->text.failed || executor->text.capacity > (size_t)4 << 20)
    sf_buffer_clear(&executor->text);
  code = sf_charset_decode(*content, &executor->text, text, charset, error);
  if (code) return code;
  if (text->size <= executor->max_document) return SHEAF_OK;
  return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                 "%zu bytes as UTF-8, more than the limit of %" PRIu64,
                 text->size, executor->max_document);
}

/// What the bundle says of the member becomes the document's first metadata.
static int take_metadata(sheaf_doc *doc, sheaf_bytes metadata,
                         sheaf_error *error) {
  if (!metadata.size) return SHEAF_OK;
  return sheaf_value_parse(sheaf_doc_metadata(doc), metadata.data,
                           metadata.size, error);
}

static int make_document(sheaf_doc **out, const sf_row *row,
                         const sheaf_member *member, sheaf_bytes content,
                         sheaf_bytes text, const char *charset,
                         sheaf_error *error) {
  sf_buffer id = {0};
  sf_row_id(&id, row);
  const char *name = sf_buffer_text(&id);
  int code = name ? sf_doc_borrow(out, name, row->path, row->name, text, error)
                  : sf_no_memory(error);
  sf_buffer_clear(&id);
  if (code) return code;
  sf_doc_set_media_type(*out, media_type(row->name));
  code = take_metadata(*out, member->metadata, error);
  if (code) goto fail;
  if (!strcmp(charset, "utf-8")) return SHEAF_OK;
  sf_doc_set_content(*out, content);
  code = sheaf_value_set_string(sheaf_doc_metadata(*out), "charset", charset);
  if (!code) return SHEAF_OK;
  code = sf_no_memory(error);
fail:
  sheaf_doc_free(*out);
  return code;
}

static void work(sf_executor *executor, sf_row *row,
                 const sheaf_member *member) {
  sheaf_bytes content, text;
  const char *charset;
  sheaf_doc *doc;
  sheaf_error error = {0};
  int code = read_text(executor, row, &content, &text, &charset, &error);
  if (!code)
    code = make_document(&doc, row, member, content, text, charset, &error);
  if (code) {
    fail_row(executor, row, &error);
    return;
  }
  sf_pipeline_run(executor->pipeline, doc, row);
  sheaf_doc_free(doc);
  if (row->status == SHEAF_ROW_OK &&
      sheaf_bundle_doubt(executor->bundle, &error))
    doubt_row(executor, row, &error);
}

/// Members that are no files are data to report, never to follow.
static void skip(sf_row *row, sheaf_member_type type) {
  row->status = SHEAF_ROW_SKIPPED;
  row->reason = sf_bytes(type == SHEAF_MEMBER_LINK ? "link" : "special file");
}

// --- Blocks ----------------------------------------------------------------

/// The documents of one bundle on their way to whoever asked for them.
typedef struct {
  sf_executor *executor;
  uint64_t bundle;
  sf_row_sink sink;
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

static int deliver(const delivery *to, const sf_row *row) {
  size_t outputs;
  const sf_buffer *records =
      sf_pipeline_records(to->executor->pipeline, &outputs);
  bool exported =
      row->status == SHEAF_ROW_OK || row->status == SHEAF_ROW_PARTIAL;
  return to->sink(to->context, row, exported ? records : NULL,
                  exported ? outputs : 0);
}

/// Delivers rows for the members that cannot be reached because of `error`.
static int lose(const delivery *to, uint64_t first, uint64_t last,
                const sheaf_error *error) {
  close_bundle(to->executor);
  sf_page_leave(to->executor->page);
  for (uint64_t member = first; member <= last; member++) {
    sf_row row = begin_row(to, member, sf_bytes(""));
    fail_row(to->executor, &row, error);
    int code = deliver(to, &row);
    if (code) return code;
  }
  return SHEAF_OK;
}

/// Works on a member; `error` has a code where it cannot be read.
static int work_member(const delivery *to, const sheaf_member *member,
                       const sheaf_error *error) {
  if (!error->code && member->type == SHEAF_MEMBER_FOLDER) return SHEAF_OK;
  uint64_t started = sf_now();
  sf_row row = begin_row(to, member->ordinal, member->name);
  sf_page_document(to->executor->page, member->ordinal, member->name, READ_MS);
  if (error->code)
    fail_row(to->executor, &row, error);
  else if (member->type != SHEAF_MEMBER_FILE)
    skip(&row, member->type);
  else
    work(to->executor, &row, member);
  row.microseconds = (sf_now() - started) / 1000;
  sf_page_leave(to->executor->page);
  return deliver(to, &row);
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
                      uint64_t last, const sheaf_place *near, sf_row_sink sink,
                      void *context) {
  const delivery to = {executor, bundle, sink, context};
  sheaf_error error = {0};
  uint64_t next = first;
  sf_page_document(executor->page, next, sf_bytes(""), READ_MS);
  int code = enter_block(&to, first, near, &error);
  if (code) return lose(&to, next, last, &error);
  while (next <= last) {
    sheaf_member member = {.ordinal = next};
    sf_page_document(executor->page, next, sf_bytes(""), READ_MS);
    if (step(&to, &member, &error)) return lose(&to, next, last, &error);
    if (member.ordinal > last) break;
    next = member.ordinal + 1;
    code = work_member(&to, &member, &error);
    if (code) return code;
  }
  sf_page_idle(executor->page);
  return SHEAF_OK;
}

void sf_executor_timings(sf_executor *executor, sf_buffer *packed) {
  sf_pipeline_timings(executor->pipeline, packed);
}
