/// The format "jsonl": a document a line, each a JSON object with a text and
/// perhaps a name. Every other field is the member's metadata.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/jsonl.h"
#include "json/json.h"

/// Bytes of a line of which all fields are metadata, however long they are.
#define WHOLE_MOST ((uint64_t)16 << 20)

/// What a line may have beside its text.
#define LINE_ROOM ((uint64_t)1 << 20)

typedef struct {
  const sf_source *source;
  sf_jsonl_lines lines;
  uint64_t ordinal;  // Of the line that comes next.
  uint64_t current;  // The member that `next` delivered last.
  sheaf_bytes text;  // The value of its text field, as it is written.
  bool is_long;      // Instead of its line there is an outline of it,
  sf_jsonl_outline outline;
  const sf_jsonl_gap *gap;  // and the text is left out there; NULL: it is not.
  sf_buffer name, metadata;
  sf_buffer content;  // The line or what was decoded of it.
  sheaf_value value;
} jsonl_reader;

// --- Fields ----------------------------------------------------------------

static const char *id_field(const jsonl_reader *reader) {
  const char *wanted = reader->source->options.id_field;
  return wanted ? wanted : "id";
}

static int open_jsonl(void **out, const sf_source *source, sheaf_error *error) {
  jsonl_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return sf_no_memory(error);
  reader->source = source;
  reader->lines.file = source->file;
  reader->ordinal = 1;
  *out = reader;
  return SHEAF_OK;
}

static void close_jsonl(void *context) {
  jsonl_reader *reader = context;
  sf_buffer_clear(&reader->name);
  sf_buffer_clear(&reader->metadata);
  sf_buffer_clear(&reader->content);
  sf_buffer_clear(&reader->outline.line);
  sheaf_value_clear(&reader->value);
  free(reader);
}

// --- Lines -----------------------------------------------------------------

static uint64_t line_limit(const jsonl_reader *reader) {
  uint64_t most = reader->source->options.max_document;
  return most > UINT64_MAX / 4 ? UINT64_MAX / 2 : 2 * most + LINE_ROOM;
}

// --- Members ---------------------------------------------------------------

static void use_ordinal(jsonl_reader *reader) {
  reader->name.size = 0;
  sf_buffer_printf(&reader->name, "record-%" PRIu64, reader->current);
}

// A name is the string of the id field, or what is written there.
static void take_name(jsonl_reader *reader, sheaf_bytes line) {
  sheaf_bytes id;
  sheaf_value value;
  use_ordinal(reader);
  if (!sf_jsonl_field(line, id_field(reader), &id) || id.size < 1) return;
  if (sheaf_value_parse(&value, id.data, id.size, NULL)) return;
  if (value.type == SHEAF_STRING && value.as.string.size) {
    reader->name.size = 0;
    sf_buffer_append(&reader->name, value.as.string.data, value.as.string.size);
  } else if (value.type == SHEAF_INT || value.type == SHEAF_FLOAT) {
    reader->name.size = 0;
    sf_buffer_append(&reader->name, id.data, id.size);
  }
  sheaf_value_clear(&value);
}

static void add_metadata(sf_buffer *out, const sf_json_field *field) {
  sf_buffer_puts(out, out->size > 1 ? ",\"" : "\"");
  sf_buffer_append(out, field->key.data, field->key.size);
  sf_buffer_puts(out, "\":");
  sf_buffer_append(out, field->value.data, field->value.size);
}

// Looks through the fields: the text, and metadata of all others but the name.
static int take_fields(jsonl_reader *reader, sheaf_bytes line) {
  sf_json_fields fields;
  sf_json_field field;
  const char *text = sf_jsonl_text(reader->source, line, &reader->text);
  reader->metadata.size = 0;
  sf_buffer_putc(&reader->metadata, '{');
  int code = sf_json_fields_begin(&fields, line) ? SHEAF_OK : SHEAF_ESYNTAX;
  while (!code) {
    code = sf_json_fields_next(&fields, &field);
    if (code || (text && sf_bytes_equal(field.key, text)) ||
        sf_bytes_equal(field.key, id_field(reader)))
      continue;
    add_metadata(&reader->metadata, &field);
  }
  sf_buffer_putc(&reader->metadata, '}');
  return code == SHEAF_END ? SHEAF_OK : code;
}

static void describe(const jsonl_reader *reader, sheaf_member *member) {
  *member = (sheaf_member){.ordinal = reader->current,
                           .type = SHEAF_MEMBER_FILE,
                           .name = sf_buffer_bytes(&reader->name),
                           .packed_size = reader->lines.to - reader->lines.from,
                           .offset = reader->lines.from,
                           .media_type = sf_bytes("text/plain"),
                           .metadata = sf_buffer_bytes(&reader->metadata)};
  member->size = reader->text.size > 2 ? reader->text.size - 2 : 0;
  if (reader->gap) member->size = reader->gap->size;
  member->flags = sf_member_name_flags(member->name);
}

// Makes an error of the current line, which `inner` explains.
static int fail_line(const jsonl_reader *reader, int code, const char *inner,
                     sheaf_error *error) {
  return sf_fail(error, code, reader->source->path,
                 "record %" PRIu64 " at byte %" PRIu64 ": %s", reader->current,
                 reader->lines.from, inner);
}

static int malformed(const jsonl_reader *reader, sheaf_bytes line,
                     sheaf_error *error) {
  sheaf_value value;
  sheaf_error inner = {0};
  const char *why = "it is no JSON object";
  if (sheaf_value_parse(&value, line.data, line.size, &inner))
    why = inner.why;
  else
    sheaf_value_clear(&value);
  // The place is in the line: "line 1, column 7: …".
  static const char first[] = "line 1, ";
  if (!strncmp(why, first, strlen(first))) why += strlen(first);
  return fail_line(reader, SHEAF_ESYNTAX, why, error);
}

static int fail_length(const jsonl_reader *reader, sheaf_error *error) {
  char why[128];
  snprintf(why, sizeof why,
           "its line has %" PRIu64 " bytes, more than the limit of %" PRIu64,
           reader->lines.to - reader->lines.from, line_limit(reader));
  fail_line(reader, SHEAF_ETOOLARGE, why, error);
  return sf_hint(error, "--max-document raises the limit");
}

static int view_line(const jsonl_reader *reader, sheaf_bytes *line,
                     sheaf_error *error) {
  if (reader->is_long) {
    *line = sf_buffer_bytes(&reader->outline.line);
    return SHEAF_OK;
  }
  uint64_t size = reader->lines.to - reader->lines.from;
  if (size > line_limit(reader)) return fail_length(reader, error);
  return sf_file_view(reader->source->file, reader->lines.from, (size_t)size,
                      line, error);
}

// Makes an outline of a long line.
static bool outline_line(jsonl_reader *reader) {
  sheaf_error ignored;
  const sf_jsonl_lines *lines = &reader->lines;
  return !sf_jsonl_outline_read(lines->file, lines->from, lines->to,
                                SF_JSONL_HELD, &reader->outline, &ignored) &&
         reader->outline.gap_count;
}

// The gap that is the text, if it is one.
static const sf_jsonl_gap *text_gap(const jsonl_reader *reader) {
  const sf_jsonl_outline *outline = &reader->outline;
  sheaf_bytes text;
  if (!sf_jsonl_text(reader->source, sf_buffer_bytes(&outline->line), &text))
    return NULL;
  for (size_t i = 0; i < outline->gap_count; i++)
    if (text.data == outline->line.data + outline->gaps[i].at)
      return &outline->gaps[i];
  return NULL;
}

static uint64_t whole_limit(const jsonl_reader *reader) {
  uint64_t most = line_limit(reader);
  return most < WHOLE_MOST ? most : WHOLE_MOST;
}

// What else is left out of the line is left out of the metadata.
static void doubt_metadata(const jsonl_reader *reader) {
  for (size_t i = 0; i < reader->outline.gap_count; i++) {
    const sf_jsonl_gap *gap = &reader->outline.gaps[i];
    if (gap == reader->gap) continue;
    sf_fail(reader->source->doubt, SHEAF_ELIMIT, reader->source->path,
            "record %" PRIu64 ": a string of %" PRIu64
            " bytes, which is not its text, is left out: its line is longer "
            "than %" PRIu64 " bytes",
            reader->current, gap->size, whole_limit(reader));
    return;
  }
}

// Sees whether the line is held or an outline of it. Beside the text nothing is
// left out of a line that is not very long.
static void choose_outline(jsonl_reader *reader) {
  uint64_t size = reader->lines.to - reader->lines.from;
  reader->gap = NULL;
  reader->is_long = size > SF_JSONL_HELD && outline_line(reader);
  if (!reader->is_long) return;
  reader->gap = text_gap(reader);
  bool more = reader->outline.gap_count > (reader->gap != NULL);
  if (more && size <= whole_limit(reader)) {
    reader->is_long = false;
    reader->gap = NULL;
  } else if (more) {
    doubt_metadata(reader);
  }
}

static int take_line(jsonl_reader *reader, sheaf_error *error) {
  sheaf_bytes line;
  reader->text = (sheaf_bytes){"", 0};
  reader->metadata.size = 0;
  use_ordinal(reader);
  choose_outline(reader);
  int code = view_line(reader, &line, error);
  if (code) return code;
  take_name(reader, line);
  if (take_fields(reader, line)) return malformed(reader, line, error);
  bool failed = reader->name.failed || reader->metadata.failed;
  return failed ? sf_no_memory(error) : SHEAF_OK;
}

static int next(void *context, sheaf_member *member, sheaf_error *error) {
  jsonl_reader *reader = context;
  int code = sf_jsonl_lines_next(&reader->lines, error);
  if (code == SHEAF_END) return code;
  reader->current = reader->ordinal++;
  if (code) {
    use_ordinal(reader);
    reader->is_long = false;
    reader->gap = NULL;
    reader->metadata.size = 0;
    reader->text = (sheaf_bytes){"", 0};
  } else {
    code = take_line(reader, error);
  }
  describe(reader, member);
  return code;
}

static int seek(void *context, uint64_t ordinal, const sheaf_place *near,
                sheaf_error *error) {
  jsonl_reader *reader = context;
  sheaf_error ignored;
  reader->lines.at = near ? near->offset : 0;
  reader->ordinal = near ? near->ordinal : 1;
  while (reader->ordinal < ordinal) {
    if (sf_jsonl_lines_next(&reader->lines, &ignored) == SHEAF_END)
      return sf_member_missing(reader->source, ordinal, reader->ordinal - 1,
                               error);
    reader->ordinal++;
  }
  return SHEAF_OK;
}

// --- Content ---------------------------------------------------------------

static void list_fields(sheaf_bytes line, char *out, size_t room) {
  sf_json_fields fields;
  sf_json_field field;
  size_t size = 0;
  out[0] = '\0';
  if (!sf_json_fields_begin(&fields, line)) return;
  while (sf_json_fields_next(&fields, &field) == SHEAF_OK) {
    int added = snprintf(out + size, room - size, "%s'%.*s'", size ? ", " : "",
                         field.key.size < 40 ? (int)field.key.size : 40,
                         field.key.data);
    if (added < 0 || (size_t)added >= room - size) return;
    size += (size_t)added;
  }
}

static int no_text(const jsonl_reader *reader, sheaf_bytes line,
                   sheaf_error *error) {
  const char *wanted = reader->source->options.text_field;
  char fields[200], why[400];
  list_fields(line, fields, sizeof fields);
  snprintf(why, sizeof why, "there is no field '%s', only %s",
           wanted ? wanted : sf_jsonl_text_fields[0],
           fields[0] ? fields : "none");
  fail_line(reader, SHEAF_EUNREADABLE, why, error);
  return sf_hint(error, "--text-field names the one with the text");
}

static int fail_text(const jsonl_reader *reader, int code, sheaf_error *error) {
  sheaf_error inner = *error;
  if (code != SHEAF_ESYNTAX) return code;
  return fail_line(reader, code, inner.why, error);
}

static int stream_long(const jsonl_reader *reader, sheaf_sink sink, void *to,
                       sheaf_error *error) {
  int code =
      sf_jsonl_gap_send(reader->gap, reader->source->file, sink, to, error);
  return code < 0 ? fail_text(reader, code, error) : code;
}

static int keep(void *context, const char *data, size_t size) {
  jsonl_reader *reader = context;
  sf_buffer_append(&reader->content, data, size);
  return reader->content.failed ||
         reader->content.size > reader->source->options.max_document;
}

// An escape of six bytes may stand for one.
static int read_long(jsonl_reader *reader, sheaf_bytes *content,
                     sheaf_error *error) {
  const sf_source *source = reader->source;
  sf_buffer *kept = &reader->content;
  uint64_t written = reader->gap->size;
  if (written / 6 > source->options.max_document)
    return sf_member_check_size(source, written, "bytes as it is written",
                                error);
  sf_buffer_clear(kept);
  int code = stream_long(reader, keep, reader, error);
  if (kept->failed) return sf_no_memory(error);
  *content = sf_buffer_bytes(kept);
  return code < 0
             ? code
             : sf_member_check_size(source, kept->size, "bytes or more", error);
}

static int read_held(jsonl_reader *reader, sheaf_bytes *content,
                     sheaf_error *error) {
  sheaf_bytes line, text;
  int code = view_line(reader, &line, error);
  if (code) return code;
  if (!sf_jsonl_text(reader->source, line, &text))
    return no_text(reader, line, error);
  sheaf_value_clear(&reader->value);
  sheaf_error inner;
  if (sheaf_value_parse(&reader->value, text.data, text.size, &inner))
    return malformed(reader, line, error);
  if (reader->value.type != SHEAF_STRING) {
    char why[64];
    snprintf(why, sizeof why, "its text is of type %s",
             sheaf_type_name(reader->value.type));
    return fail_line(reader, SHEAF_EUNREADABLE, why, error);
  }
  *content =
      (sheaf_bytes){reader->value.as.string.data, reader->value.as.string.size};
  return sf_member_check_size(reader->source, content->size, "bytes", error);
}

static int read_jsonl(void *context, sheaf_bytes *content, sheaf_error *error) {
  jsonl_reader *reader = context;
  return reader->gap ? read_long(reader, content, error)
                     : read_held(reader, content, error);
}

static int stream(void *context, sheaf_sink sink, void *to,
                  sheaf_error *error) {
  jsonl_reader *reader = context;
  sheaf_bytes content;
  if (reader->gap) return stream_long(reader, sink, to, error);
  int code = read_held(reader, &content, error);
  return code ? code : sink(to, content.data, content.size);
}

static uint64_t end(void *context) {
  return ((const jsonl_reader *)context)->lines.to;
}

const sf_format sf_format_jsonl = {
    .name = "jsonl",
    .bid = sf_jsonl_bid,
    .open = open_jsonl,
    .close = close_jsonl,
    .next = next,
    .end = end,
    .seek = seek,
    .read = read_jsonl,
    .stream = stream,
};
