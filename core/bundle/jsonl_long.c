/// Jsonl: lines that are too long to be held. As a rule that is so because of
/// one long string, the text: the line without such strings is looked at like
/// any other, and the text is decoded piece by piece where it stands.
#include "bundle/jsonl.h"

#include <inttypes.h>
#include <string.h>

#include "text/text.h"

#define PIECE       ((size_t)64 << 10)
#define STRING_MOST ((uint64_t)1 << 20)  // A longer string is left out.

// --- The outline -----------------------------------------------------------

/// How far a line has been looked through.
typedef struct {
  sf_jsonl_outline *to;
  uint64_t at;        // In the file.
  bool inside;        // In a string:
  uint64_t start;     // where that begins in the file,
  size_t mark;        // and in the outline;
  bool leaving;       // it is too long;
  bool odd;           // an odd number of backslashes stands before `at`.
  sheaf_bytes piece;  // What is left of the piece.
} outliner;

static void take_front(outliner *on, size_t size, bool kept) {
  if (kept) sf_buffer_append(&on->to->line, on->piece.data, size);
  on->piece.data += size;
  on->piece.size -= size;
  on->at += size;
}

// Outside of strings nothing but the next quote matters.
static void pass_outside(outliner *on) {
  const char *quote = memchr(on->piece.data, '"', on->piece.size);
  size_t size = quote ? (size_t)(quote - on->piece.data) + 1 : on->piece.size;
  take_front(on, size, true);
  if (!quote) return;
  on->inside = true;
  on->leaving = on->odd = false;
  on->start = on->at;
  on->mark = on->to->line.size;
}

// True when an odd number of backslashes ends these bytes, with those before
// them: what follows is escaped.
static bool ends_odd(const char *data, size_t size, bool odd_before) {
  size_t count = 0;
  while (count < size && data[size - 1 - count] == '\\') count++;
  bool odd = count & 1;
  return count == size ? odd != odd_before : odd;
}

// The string is longer than what may be kept of one.
static int leave_out(outliner *on, sheaf_error *error) {
  if (on->to->gap_count == SF_JSONL_GAPS)
    return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                   "its line has more than %d strings of more than %" PRIu64
                   " bytes",
                   SF_JSONL_GAPS, STRING_MOST);
  on->leaving = true;
  on->to->line.size = on->mark;
  return SHEAF_OK;
}

static void end_string(outliner *on) {
  sf_jsonl_outline *to = on->to;
  if (on->leaving)
    to->gaps[to->gap_count++] =
        (sf_jsonl_gap){on->mark - 1, on->start, on->at - on->start};
  take_front(on, 1, true);
  on->inside = false;
}

static int pass_inside(outliner *on, sheaf_error *error) {
  const char *data = on->piece.data;
  const char *quote = memchr(data, '"', on->piece.size);
  size_t size = quote ? (size_t)(quote - data) : on->piece.size;
  on->odd = ends_odd(data, size, on->odd);
  take_front(on, size, !on->leaving);
  if (!on->leaving && on->at - on->start > STRING_MOST) {
    int code = leave_out(on, error);
    if (code) return code;
  }
  if (!quote) return SHEAF_OK;
  if (!on->odd) {
    end_string(on);
    return SHEAF_OK;
  }
  take_front(on, 1, !on->leaving);
  on->odd = false;
  return SHEAF_OK;
}

static int pass_piece(outliner *on, uint64_t most, sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code && on->piece.size) {
    if (on->inside)
      code = pass_inside(on, error);
    else
      pass_outside(on);
  }
  if (code) return code;
  if (on->to->line.failed) return sf_no_memory(error);
  if (on->to->line.size <= most) return SHEAF_OK;
  return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                 "its line has more than %" PRIu64 " bytes beside long strings",
                 most);
}

int sf_jsonl_outline_read(sf_file *file, uint64_t from, uint64_t to,
                          uint64_t most, sf_jsonl_outline *outline,
                          sheaf_error *error) {
  outliner on = {.to = outline, .at = from};
  outline->line.size = 0;
  outline->gap_count = 0;
  int code = SHEAF_OK;
  while (!code && on.at < to) {
    size_t size = to - on.at < PIECE ? (size_t)(to - on.at) : PIECE;
    code = sf_file_view(file, on.at, size, &on.piece, error);
    if (!code) code = pass_piece(&on, most, error);
  }
  return code;
}

// --- The string ------------------------------------------------------------

// The bytes of an escape: with both halves of a character that has two.
static size_t escape_size(sheaf_bytes text, size_t at) {
  if (at + 1 >= text.size || text.data[at + 1] != 'u') return 2;
  bool high = at + 3 < text.size && strchr("dD", text.data[at + 2]) &&
              strchr("89abAB", text.data[at + 3]);
  return high ? 12 : 6;
}

// How much of `text`, behind which more follows, is whole characters and
// escapes.
static size_t whole_part(sheaf_bytes text) {
  size_t at = 0, last = text.size - 1;
  const char *slash;
  while ((slash = memchr(text.data + at, '\\', last - at))) {
    size_t escape = (size_t)(slash - text.data);
    at = escape + escape_size(text, escape);
    if (at > last) return escape;
  }
  size_t cut = last;
  while (cut > at && !sf_utf8_boundary(text, cut)) cut--;
  return cut;
}

// A part of a string that is whole characters is a string itself.
static int send_part(sheaf_bytes part, sf_buffer *quoted, sheaf_sink sink,
                     void *context, sheaf_error *error) {
  sheaf_value value;
  sheaf_error inner = {0};
  quoted->size = 0;
  sf_buffer_putc(quoted, '"');
  sf_buffer_append(quoted, part.data, part.size);
  sf_buffer_putc(quoted, '"');
  if (quoted->failed) return sf_no_memory(error);
  int code = sheaf_value_parse(&value, quoted->data, quoted->size, &inner);
  if (code == SHEAF_ENOMEM) return sf_no_memory(error);
  if (code) {
    const char *why = strstr(inner.why, ": ");
    return sf_fail(error, SHEAF_ESYNTAX, NULL, "its text is malformed: %s",
                   why ? why + 2 : inner.why);
  }
  code = sink(context, value.as.string.data, value.as.string.size);
  sheaf_value_clear(&value);
  return code;
}

int sf_jsonl_gap_send(const sf_jsonl_gap *gap, sf_file *file, sheaf_sink sink,
                      void *context, sheaf_error *error) {
  uint64_t at = gap->from, end = at + gap->size;
  sf_buffer quoted = {0};
  int code = SHEAF_OK;
  while (!code && at < end) {
    bool last = end - at <= PIECE;
    sheaf_bytes part;
    code =
        sf_file_view(file, at, last ? (size_t)(end - at) : PIECE, &part, error);
    if (code) break;
    if (!last) part.size = whole_part(part);
    code = send_part(part, &quoted, sink, context, error);
    at += part.size;
  }
  sf_buffer_clear(&quoted);
  return code;
}
