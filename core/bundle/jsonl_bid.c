/// What a line of JSON has in it, and whether a file is made of such lines.
#include <string.h>

#include "bundle/jsonl.h"
#include "json/json.h"

/// Bytes in which the end of the first line is looked for.
#define FIRST_BYTES ((size_t)1 << 20)

/// Lines of which one must be an object.
#define LINES_TRIED 8

/// In another bundle so many of them must be documents: there a file is one
/// document, unless it is clear that it is many.
#define DOCUMENTS_LEAST 2

/// Bytes in which they are looked for, where the first lines are long.
#define FIRST_DOCUMENTS ((size_t)16 << 20)

/// Bids.
enum { UNSURE = 10, SURE = 60 };

const char *const sf_jsonl_text_fields[] = {"text", "content", "body", NULL};

// --- Fields ----------------------------------------------------------------

bool sf_jsonl_field(sheaf_bytes object, const char *path, sheaf_bytes *value) {
  size_t size = strcspn(path, ".");
  sf_json_fields fields;
  sf_json_field field;
  bool found = false;
  if (!sf_json_fields_begin(&fields, object)) return false;
  while (!found && sf_json_fields_next(&fields, &field) == SHEAF_OK)
    found = field.key.size == size && !memcmp(field.key.data, path, size);
  if (!found) return false;
  if (path[size]) return sf_jsonl_field(field.value, path + size + 1, value);
  *value = field.value;
  return true;
}

const char *sf_jsonl_text(const sf_source *source, sheaf_bytes line,
                          sheaf_bytes *value) {
  const char *wanted = source->options.text_field;
  const char *const *field = sf_jsonl_text_fields;
  if (wanted) return sf_jsonl_field(line, wanted, value) ? wanted : NULL;
  while (*field && !sf_jsonl_field(line, *field, value)) field++;
  return *field;
}

// --- Lines -----------------------------------------------------------------

static bool is_object(sheaf_bytes line) {
  sf_json_fields fields;
  sf_json_field field;
  int code = SHEAF_OK;
  if (!sf_json_fields_begin(&fields, line)) return false;
  while (!code) code = sf_json_fields_next(&fields, &field);
  return code == SHEAF_END;
}

static sheaf_bytes take_line(sheaf_bytes *lines) {
  const char *end = memchr(lines->data, '\n', lines->size);
  sheaf_bytes line = {lines->data,
                      end ? (size_t)(end - lines->data) : lines->size};
  lines->data += line.size + (end != NULL);
  lines->size -= line.size + (end != NULL);
  return line;
}

// True when one of the first lines is an object: the very first may be damaged.
static bool has_object(sheaf_bytes lines) {
  bool found = false;
  for (int i = 0; i < LINES_TRIED && lines.size && !found; i++) {
    sheaf_bytes line = take_line(&lines);
    found = line.size && line.data[0] == '{' && is_object(line);
  }
  return found;
}

// --- Bidding ---------------------------------------------------------------

// Objects on lines of their own. One that is all of the file must have a text,
// or it is a file of JSON as others are.
static int bid_outer(const sf_source *source, sheaf_bytes lines, bool all) {
  sheaf_bytes text;
  if (memchr(lines.data, '\n', lines.size)) return has_object(lines) ? SURE : 0;
  if (!all) return UNSURE;  // The line is longer than all that was read.
  bool document = is_object(lines) && sf_jsonl_text(source, lines, &text);
  return document ? SURE : 0;
}

static bool is_document(const sf_source *source, sheaf_bytes line) {
  sheaf_bytes text;
  return is_object(line) && sf_jsonl_text(source, line, &text) && text.size &&
         text.data[0] == '"';
}

// Documents on lines of their own. Others are a text: settings, a log.
static int bid_inner(const sf_source *source, sheaf_bytes lines, bool all) {
  int found = 0, tried = 0;
  for (; tried < LINES_TRIED && lines.size && found < DOCUMENTS_LEAST; tried++)
    found += is_document(source, take_line(&lines));
  if (found == DOCUMENTS_LEAST) return SURE;
  return all || tried == LINES_TRIED ? 0 : UNSURE;
}

// Views so many bytes, from the first that is not blank on. True when that is
// all of the file.
static bool view(const sf_source *source, sheaf_bytes head, size_t most,
                 sheaf_bytes *lines) {
  uint64_t all = sf_file_size(source->file);
  size_t size = all < most ? (size_t)all : most;
  size_t start = sf_jsonl_skip_blank(head);
  int code = sf_file_view_some(source->file, 0, size, lines, NULL);
  if (code || lines->size < head.size) *lines = head;
  lines->data += start;
  lines->size -= start;
  return size == all && !source->cut;
}

int sf_jsonl_bid(const sf_source *source, sheaf_bytes head) {
  size_t start = sf_jsonl_skip_blank(head);
  sheaf_bytes lines;
  if (!source->file || start >= head.size || head.data[start] != '{') return 0;
  bool all = view(source, head, FIRST_BYTES, &lines);
  if (!source->inner) return bid_outer(source, lines, all);
  int bid = bid_inner(source, lines, all);
  if (bid != UNSURE || source->cut) return bid;
  all = view(source, head, FIRST_DOCUMENTS, &lines);
  return bid_inner(source, lines, all) == SURE ? SURE : 0;
}
