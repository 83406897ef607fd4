/// The format "warc": archives of the web, after ISO 28500 (WARC 1.0 and 1.1).
///
/// Responses, resources and conversions are documents, under the address that
/// they are from. What other records say of them is listed, and no document.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/http.h"
#include "bundle/warc.h"
#include "json/json.h"

#define HEADER_LEAST ((uint64_t)4 << 10)
#define HEADER_MOST  ((uint64_t)64 << 10)
#define GATHER_MOST  ((uint64_t)1 << 20)
#define KEPT         ((size_t)8 << 20)  // Memory kept for the next record.
#define DISTRUST     16  // Records after a length that was wrong.

/// What a block may have beside its document.
#define BLOCK_ROOM ((uint64_t)1 << 20)

typedef struct {
  const sf_source *source;
  uint64_t at;       // Where the next record begins,
  uint64_t ordinal;  // and which one that is.
  unsigned wary;     // For so many records lengths are not relied on.

  // The current record.
  uint64_t current;
  uint64_t from, block, end;
  uint64_t length;  // Of its block.
  bool is_http;
  sheaf_member_type type;
  sf_buffer name, media_type, metadata;
  sf_buffer content;
} warc_reader;

// --- Opening ---------------------------------------------------------------

static int bid(const sf_source *source, sheaf_bytes head) {
  return source->file && sf_warc_begins(head) ? 90 : 0;
}

static int open_warc(void **out, const sf_source *source, sheaf_error *error) {
  warc_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return sf_no_memory(error);
  reader->source = source;
  reader->ordinal = 1;
  *out = reader;
  return SHEAF_OK;
}

static void close_warc(void *context) {
  warc_reader *reader = context;
  sf_buffer_clear(&reader->name);
  sf_buffer_clear(&reader->media_type);
  sf_buffer_clear(&reader->metadata);
  sf_buffer_clear(&reader->content);
  free(reader);
}

// --- Headers ---------------------------------------------------------------

// Finds the empty line behind a header; NULL where there is none.
static const char *find_empty_line(sheaf_bytes text, size_t *size) {
  const char *end = memmem(text.data, text.size, "\r\n\r\n", 4);
  *size = 4;
  if (end) return end;
  *size = 2;
  return memmem(text.data, text.size, "\n\n", 2);
}

// Views the header of the record at `from`, up to the empty line behind it.
static int view_header(const warc_reader *reader, uint64_t from,
                       sheaf_bytes *header, sheaf_error *error) {
  uint64_t left = sf_file_size(reader->source->file) - from;
  const char *end = NULL;
  size_t mark = 0;
  int code = SHEAF_OK;
  for (uint64_t most = HEADER_LEAST; !end && !code && most <= HEADER_MOST;
       most *= 4) {
    size_t size = (size_t)(left < most ? left : most);
    code = sf_file_view(reader->source->file, from, size, header, error);
    // A view that reaches into damage fails: the header may be before it.
    for (; code && size > 256; size /= 2)
      code = sf_file_view(reader->source->file, from, size / 2, header, error);
    if (!code) end = find_empty_line(*header, &mark);
    if (size == left) break;
  }
  if (code) return code;
  if (!end || !sf_warc_begins(*header))
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   end ? "expected a record" : "its header has no end");
  header->size = (size_t)(end - header->data) + mark;
  return SHEAF_OK;
}

static bool read_length(sheaf_bytes text, uint64_t *length) {
  *length = 0;
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9' || *length > INT64_MAX / 16)
      return false;
    *length = *length * 10 + (uint64_t)(text.data[i] - '0');
  }
  return text.size > 0;
}

static void set_text(sf_buffer *out, sheaf_bytes text) {
  out->size = 0;
  sf_buffer_append(out, text.data, text.size);
}

static sheaf_member_type type_of(sheaf_bytes type) {
  static const char *const documents[] = {"response", "resource", "conversion"};
  for (size_t i = 0; i < SF_COUNT(documents); i++)
    if (sf_bytes_equal(type, documents[i])) return SHEAF_MEMBER_FILE;
  return SHEAF_MEMBER_RECORD;
}

static void put_metadata(warc_reader *reader, const char *key,
                         sheaf_bytes value) {
  sf_buffer *out = &reader->metadata;
  sf_buffer_printf(out, "%s\"%s\":", out->size > 1 ? "," : "", key);
  sf_json_string(out, value);
}

static bool has_prefix(sheaf_bytes text, const char *prefix) {
  size_t size = strlen(prefix);
  return text.size >= size && !memcmp(text.data, prefix, size);
}

// Takes what a line of the header says. True for the length.
static bool take_line(warc_reader *reader, const sf_header_line *line,
                      sheaf_bytes *id) {
  static const struct {
    const char *name, *key;
  } kept[] = {{"WARC-Date", "date"},
              {"WARC-IP-Address", "ip_address"},
              {"WARC-Payload-Digest", "payload_digest"},
              {"WARC-Identified-Payload-Type", "identified_type"}};
  for (size_t i = 0; i < SF_COUNT(kept); i++)
    if (sf_header_is(line, kept[i].name))
      put_metadata(reader, kept[i].key, line->value);
  if (sf_header_is(line, "WARC-Type")) {
    reader->type = type_of(line->value);
    put_metadata(reader, "warc_type", line->value);
  } else if (sf_header_is(line, "WARC-Record-ID")) {
    *id = line->value;
    put_metadata(reader, "record_id", line->value);
  } else if (sf_header_is(line, "WARC-Target-URI")) {
    set_text(&reader->name, line->value);
    put_metadata(reader, "uri", line->value);
  } else if (sf_header_is(line, "Content-Type")) {
    set_text(&reader->media_type, line->value);
    reader->is_http = has_prefix(line->value, "application/http");
  }
  return sf_header_is(line, "Content-Length");
}

// Some crawlers write the address in angle brackets.
static void unwrap_name(sf_buffer *name) {
  bool wrapped = name->size > 2 && name->data[0] == '<' &&
                 name->data[name->size - 1] == '>';
  if (!wrapped) return;
  memmove(name->data, name->data + 1, name->size - 2);
  name->size -= 2;
}

static void forget_record(warc_reader *reader) {
  reader->name.size = reader->media_type.size = reader->metadata.size = 0;
  reader->type = SHEAF_MEMBER_FILE;
  reader->is_http = false;
  reader->length = 0;
}

static int read_header(warc_reader *reader, sheaf_error *error) {
  sheaf_bytes header, id = {"", 0};
  sf_header_line line;
  bool has_length = false;
  int code = view_header(reader, reader->from, &header, error);
  if (code) return code;
  reader->block = reader->from + header.size;
  sf_buffer_putc(&reader->metadata, '{');
  // The first line is the version.
  const char *feed = memchr(header.data, '\n', header.size);
  header.size -= (size_t)(feed + 1 - header.data);
  header.data = feed + 1;
  while ((code = sf_header_next(&header, &line)) != SHEAF_END) {
    if (code || !take_line(reader, &line, &id)) continue;
    has_length = read_length(line.value, &reader->length);
    if (!has_length)
      return sf_fail(
          error, SHEAF_EDAMAGED, NULL, "its Content-Length '%.*s' is no length",
          line.value.size < 40 ? (int)line.value.size : 40, line.value.data);
  }
  sf_buffer_putc(&reader->metadata, '}');
  if (!reader->name.size) set_text(&reader->name, id);
  unwrap_name(&reader->name);
  if (!has_length)
    return sf_fail(error, SHEAF_EDAMAGED, NULL, "it has no Content-Length");
  bool failed = reader->name.failed || reader->media_type.failed ||
                reader->metadata.failed;
  return failed ? sf_no_memory(error) : SHEAF_OK;
}

// --- Records ---------------------------------------------------------------

// Takes the record into the file's window, up to the beginning of the next one:
// whoever looks at its end and then at its block would go back in the stream.
static void gather(const warc_reader *reader) {
  sf_file *file = reader->source->file;
  uint64_t left = sf_file_size(file) - reader->from;
  uint64_t size = reader->block - reader->from + reader->length + SF_WARC_PEEK;
  sheaf_bytes record;
  if (size > left) size = left;
  if (size <= GATHER_MOST)
    sf_file_view(file, reader->from, (size_t)size, &record, NULL);
}

// Finds where the record ends. A length that leads to no other record is wrong:
// the next one is looked for.
static int find_end(warc_reader *reader, sheaf_error *error) {
  uint64_t all = sf_file_size(reader->source->file);
  bool within = reader->length <= all - reader->block;
  reader->end = within ? reader->block + reader->length : all;
  if (within && !reader->wary) gather(reader);
  if (reader->wary) reader->wary--;
  if (within && sf_warc_follows(reader->source->file, &reader->end))
    return SHEAF_OK;
  reader->wary = DISTRUST;
  reader->end = sf_warc_find(reader->source->file, reader->block);
  if (reader->end == all && !within)
    return sf_fail(error, SHEAF_ETRUNCATED, NULL,
                   "its block of %" PRIu64 " bytes is cut off at byte %" PRIu64,
                   reader->length, all);
  return sf_fail(error, SHEAF_EDAMAGED, NULL,
                 "no record follows its block of %" PRIu64
                 " bytes; the next one is at byte %" PRIu64,
                 reader->length, reader->end);
}

// What the head of a response says: its body's type, and its status.
static void look_into(warc_reader *reader) {
  sheaf_bytes head;
  sf_http_response response;
  size_t size =
      (size_t)(reader->length < HEADER_LEAST ? reader->length : HEADER_LEAST);
  reader->media_type.size = 0;
  if (sf_file_view(reader->source->file, reader->block, size, &head, NULL) ||
      !sf_http_read(head, &response))
    return;
  set_text(&reader->media_type, response.media_type);
  reader->metadata.size--;  // The brace that ends it.
  sf_buffer_printf(&reader->metadata, ",\"http_status\":%u}", response.status);
}

static void describe(warc_reader *reader, sheaf_member *member) {
  sf_buffer *name = &reader->name;
  if (!name->size) sf_buffer_printf(name, "record-%" PRIu64, reader->current);
  *member = (sheaf_member){.ordinal = reader->current,
                           .type = reader->type,
                           .name = sf_buffer_bytes(name),
                           .size = reader->length,
                           .packed_size = reader->end - reader->from,
                           .offset = reader->from,
                           .media_type = sf_buffer_bytes(&reader->media_type),
                           .metadata = sf_buffer_bytes(&reader->metadata)};
}

static int next(void *context, sheaf_member *member, sheaf_error *error) {
  warc_reader *reader = context;
  if (reader->at >= sf_file_size(reader->source->file)) return SHEAF_END;
  forget_record(reader);
  reader->from = reader->at;
  reader->current = reader->ordinal++;
  int code = read_header(reader, error);
  if (code) {
    reader->metadata.size = 0;
    reader->block = reader->from;
    reader->end = sf_warc_find(reader->source->file, reader->from + 1);
  } else {
    code = find_end(reader, error);
    if (!code && reader->is_http && reader->type == SHEAF_MEMBER_FILE)
      look_into(reader);
  }
  if (code) reader->type = SHEAF_MEMBER_FILE;
  reader->at = reader->end;
  describe(reader, member);
  return code ? sf_member_fail(reader->source, member, code, error) : SHEAF_OK;
}

static int seek(void *context, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  warc_reader *reader = context;
  sheaf_member ignored;
  sheaf_error failure;
  reader->at = near ? near->offset : 0;
  reader->ordinal = near ? near->ordinal : 1;
  while (reader->ordinal < ordinal)
    if (next(reader, &ignored, &failure) == SHEAF_END)
      return sf_member_missing(reader->source, ordinal, reader->ordinal - 1,
                               error);
  return SHEAF_OK;
}

static uint64_t end(void *context) {
  return ((const warc_reader *)context)->end;
}

// --- Content ---------------------------------------------------------------

static int fail_record(warc_reader *reader, int code, sheaf_error *error) {
  sheaf_member member;
  describe(reader, &member);
  return sf_member_fail(reader->source, &member, code, error);
}

// Finds out how the body of the record is encoded, and where in the block it
// begins: what is read and what is streamed must agree on that.
static int open_body(const warc_reader *reader, sheaf_sink sink, void *context,
                     sf_http_body **body, size_t *from, sheaf_error *error) {
  const sf_source *source = reader->source;
  uint64_t length = reader->length;
  sf_http_response response;
  sheaf_bytes head;
  size_t size = (size_t)(length < HEADER_MOST ? length : HEADER_MOST);
  int code = sf_file_view(source->file, reader->block, size, &head, error);
  if (code) return code;
  *from = 0;
  if (!sf_http_read(head, &response))
    response = (sf_http_response){0};
  else
    *from = size - response.body.size;
  if (*from == size && size < length)
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "the head of its response has no end");
  return sf_http_body_new(body, &response, source->options.max_ratio, sink,
                          context, error);
}

// --- Whole -----------------------------------------------------------------

static int keep(void *context, const char *data, size_t size) {
  warc_reader *reader = context;
  sf_buffer_append(&reader->content, data, size);
  if (reader->content.failed) return SHEAF_ENOMEM;
  uint64_t most = reader->source->options.max_document;
  return reader->content.size > most ? SHEAF_ETOOLARGE : SHEAF_OK;
}

static int decode(warc_reader *reader, sf_http_body *body, sheaf_bytes sent,
                  sheaf_error *error) {
  sf_buffer *content = &reader->content;
  if (content->capacity > KEPT) sf_buffer_clear(content);
  content->size = 0;
  content->failed = false;
  int code = sf_http_body_write(body, sent.data, sent.size);
  if (!code) code = sf_http_body_end(body);
  if (content->failed) return sf_no_memory(error);
  return content->size > reader->source->options.max_document
             ? sf_member_check_size(reader->source, content->size,
                                    "bytes or more", error)
             : code;
}

static int read_http(warc_reader *reader, sheaf_bytes *content,
                     sheaf_error *error) {
  sf_http_body *body = NULL;
  sheaf_bytes block;
  size_t from;
  int code = open_body(reader, keep, reader, &body, &from, error);
  if (!code)
    code = sf_file_view(reader->source->file, reader->block,
                        (size_t)reader->length, &block, error);
  if (!code) {
    *content = (sheaf_bytes){block.data + from, block.size - from};
    if (!sf_http_body_is_plain(body)) {
      code = decode(reader, body, *content, error);
      *content = sf_buffer_bytes(&reader->content);
    }
  }
  sf_http_body_free(body);
  return code;
}

static int read_content(warc_reader *reader, sheaf_bytes *content,
                        sheaf_error *error) {
  const sf_source *source = reader->source;
  uint64_t most = source->options.max_document, length = reader->length;
  int code = SHEAF_OK;
  if (length > most && length - most > BLOCK_ROOM)
    return sf_member_check_size(source, length, "bytes", error);
  code = reader->is_http ? read_http(reader, content, error)
                         : sf_file_view(source->file, reader->block,
                                        (size_t)length, content, error);
  if (code) return code;
  return sf_member_check_size(source, content->size, "bytes", error);
}

static int read_warc(void *context, sheaf_bytes *content, sheaf_error *error) {
  warc_reader *reader = context;
  int code = read_content(reader, content, error);
  return code ? fail_record(reader, code, error) : SHEAF_OK;
}

// --- Piece by piece --------------------------------------------------------

static int stream_http(const warc_reader *reader, sheaf_sink sink, void *to,
                       sheaf_error *error) {
  sf_http_body *body = NULL;
  size_t from;
  int code = open_body(reader, sink, to, &body, &from, error);
  if (!code)
    code =
        sf_member_copy(reader->source->file, reader->block + from,
                       reader->length - from, sf_http_body_write, body, error);
  if (!code) code = sf_http_body_end(body);
  sf_http_body_free(body);
  return code;
}

static int stream(void *context, sheaf_sink sink, void *to,
                  sheaf_error *error) {
  warc_reader *reader = context;
  int code = reader->is_http
                 ? stream_http(reader, sink, to, error)
                 : sf_member_copy(reader->source->file, reader->block,
                                  reader->length, sink, to, error);
  return code ? fail_record(reader, code, error) : SHEAF_OK;
}

const sf_format sf_format_warc = {
    .name = "warc",
    .bid = bid,
    .open = open_warc,
    .close = close_warc,
    .next = next,
    .end = end,
    .seek = seek,
    .read = read_warc,
    .stream = stream,
};
