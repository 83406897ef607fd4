/// HTTP: bodies on their way through what was done to them to be sent. Each
/// encoding is a stage, which takes pieces and gives others to the next one.
///
/// Crawlers often keep bodies that they have decoded, with the header that says
/// otherwise: a stage whose first bytes are not what it wants lets all pass.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/http.h"

#define STAGES_MOST 4
#define LINE_MOST   ((size_t)4 << 10)  // Of a line with a chunk's size.
#define PIECE       ((size_t)32 << 10)

typedef struct stage stage;

struct stage {
  /// Takes the next piece.
  int (*write)(sf_http_body *body, stage *at, sheaf_bytes piece);
  /// Tells what is missing where the body ends too early.
  int (*end)(sf_http_body *body, stage *at);
  bool begun;      ///< It is encoded: the first bytes were right,
  bool plain;      ///< or it is not,
  bool complete;   ///< or that was all of it.
  sf_buffer line;  ///< The first bytes; or the line that a chunk begins with.
  uint64_t given;  ///< Bytes that came out.

  // Of chunks.
  uint64_t taken;        ///< Bytes that were.
  uint64_t chunk, left;  ///< The size of the current one, and what is missing.
  bool gap;              ///< Behind its data: the end of a line comes.

  // Of compression.
  bool gzip;
  sf_inflater *inflater;
};

struct sf_http_body {
  stage stages[STAGES_MOST];
  size_t count;
  uint64_t sent;  ///< Bytes of it, as it was sent.
  unsigned max_ratio;
  sheaf_sink sink;
  void *context;
  sheaf_error *error;
};

// Hands a piece to the stage behind `at`.
static int pass_on(sf_http_body *body, stage *at, sheaf_bytes piece) {
  stage *next = at + 1;
  if (!piece.size) return SHEAF_OK;
  at->given += piece.size;
  if (next == body->stages + body->count)
    return body->sink(body->context, piece.data, piece.size);
  return next->plain ? pass_on(body, next, piece)
                     : next->write(body, next, piece);
}

// It is not encoded, and has all of what was held.
static int let_pass(sf_http_body *body, stage *at, sheaf_bytes piece) {
  at->plain = true;
  int code = pass_on(body, at, sf_buffer_bytes(&at->line));
  return code ? code : pass_on(body, at, piece);
}

static sheaf_bytes take_front(sheaf_bytes *piece, size_t size) {
  sheaf_bytes front = {piece->data, size};
  piece->data += size;
  piece->size -= size;
  return front;
}

// --- Chunks ----------------------------------------------------------------

// Reads the size at the beginning of a line; false where there is none.
static bool chunk_size(sheaf_bytes line, uint64_t *size) {
  size_t digits = 0;
  for (*size = 0; digits < line.size; digits++) {
    char c = line.data[digits];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) break;
    if (*size >> 56) return false;
    *size = *size << 4 | (unsigned)digit;
  }
  bool ends = digits == line.size || strchr("; \t\r\n", line.data[digits]);
  return digits > 0 && ends;
}

// Moves the rest of a line from `piece` to `at->line`. False when more of it
// must come.
static bool take_line(stage *at, sheaf_bytes *piece) {
  const char *feed = memchr(piece->data, '\n', piece->size);
  size_t size = feed ? (size_t)(feed - piece->data) + 1 : piece->size;
  size_t room = LINE_MOST - at->line.size;
  sheaf_bytes line = take_front(piece, size < room ? size : room);
  sf_buffer_append(&at->line, line.data, line.size);
  return feed || at->line.size == LINE_MOST;
}

static int no_chunk(sf_http_body *body, stage *at, sheaf_bytes *piece) {
  sheaf_bytes rest = take_front(piece, piece->size);
  if (!at->begun) return let_pass(body, at, rest);
  return sf_fail(body->error, SHEAF_EDAMAGED, NULL,
                 "its body is no sequence of chunks at byte %" PRIu64,
                 at->taken - rest.size - at->line.size);
}

static int begin_chunk(sf_http_body *body, stage *at, sheaf_bytes *piece) {
  if (!take_line(at, piece)) return SHEAF_OK;
  if (at->line.failed) return sf_no_memory(body->error);
  if (!chunk_size(sf_buffer_bytes(&at->line), &at->chunk))
    return no_chunk(body, at, piece);
  at->begun = true;
  at->line.size = 0;
  at->left = at->chunk;
  at->complete = at->chunk == 0;
  return SHEAF_OK;
}

static int take_data(sf_http_body *body, stage *at, sheaf_bytes *piece) {
  size_t size = piece->size < at->left ? piece->size : (size_t)at->left;
  at->left -= size;
  at->gap = at->left == 0;
  return pass_on(body, at, take_front(piece, size));
}

static int write_chunked(sf_http_body *body, stage *at, sheaf_bytes piece) {
  int code = SHEAF_OK;
  at->taken += piece.size;
  // Trailers behind the last chunk are passed over.
  while (!code && piece.size && !at->complete) {
    if (at->left) {
      code = take_data(body, at, &piece);
    } else if (!at->gap) {
      code = begin_chunk(body, at, &piece);
    } else if (take_line(at, &piece)) {
      at->line.size = 0;
      at->gap = false;
    }
  }
  return code;
}

static int end_chunked(sf_http_body *body, stage *at) {
  if (at->left)
    return sf_fail(body->error, SHEAF_ETRUNCATED, NULL,
                   "a chunk of %" PRIu64 " bytes is cut off after %" PRIu64,
                   at->chunk, at->chunk - at->left);
  return sf_fail(body->error, SHEAF_ETRUNCATED, NULL,
                 "its last chunk is missing");
}

// --- Compression -----------------------------------------------------------

// "deflate" means zlib's format, but many send the bare data.
static bool is_zlib(sheaf_bytes head) {
  unsigned first = (unsigned char)head.data[0];
  unsigned both = first << 8 | (unsigned char)head.data[1];
  return (first & 15) == 8 && both % 31 == 0;
}

static int begin_packed(sf_http_body *body, stage *at) {
  sheaf_bytes head = sf_buffer_bytes(&at->line);
  sf_inflate_kind kind = at->gzip        ? SF_INFLATE_GZIP
                         : is_zlib(head) ? SF_INFLATE_ZLIB
                                         : SF_INFLATE_RAW;
  int code = SHEAF_OK;
  if (!at->inflater) code = sf_inflater_new(&at->inflater, body->error);
  if (!code) code = sf_inflate_start(at->inflater, kind, body->error);
  at->begun = true;
  at->complete = false;
  return code;
}

// Of all stages together, which multiply.
static int check_ratio(const sf_http_body *body, const stage *at) {
  unsigned most = body->max_ratio;
  if (!most || at->given <= SF_RATIO_FREE || at->given / most < body->sent)
    return SHEAF_OK;
  sf_fail(body->error, SHEAF_ETOOLARGE, NULL,
          "its body unpacks to more than %u times its size", most);
  return sf_hint(body->error, "--max-ratio raises the limit");
}

// Behind a gzip member another one may come, or zeros.
static int follow_member(sf_http_body *body, stage *at, sheaf_bytes *piece) {
  while (piece->size && !piece->data[0]) take_front(piece, 1);
  if (!piece->size) return SHEAF_OK;
  if (piece->data[0] == 0x1f) return begin_packed(body, at);
  return sf_fail(body->error, SHEAF_EDAMAGED, NULL,
                 "what follows its body's gzip data are none");
}

static int unpack(sf_http_body *body, stage *at, sheaf_bytes piece) {
  char out[PIECE];
  size_t made = sizeof out;
  int code = SHEAF_OK;
  while (!code && (piece.size || made == sizeof out)) {
    if (at->complete) {
      made = 0;
      if (!at->gzip) break;
      code = follow_member(body, at, &piece);
      continue;
    }
    code = sf_inflate_some(at->inflater, &piece, out, sizeof out, &made,
                           body->error);
    if (code < 0) return code;
    at->complete = code == SHEAF_END;
    code = pass_on(body, at, (sheaf_bytes){out, made});
    if (!code) code = check_ratio(body, at);
  }
  return code;
}

static int write_packed(sf_http_body *body, stage *at, sheaf_bytes piece) {
  const size_t head = at->gzip ? 4 : 2;
  if (at->begun) return unpack(body, at, piece);
  while (piece.size && at->line.size < head)
    sf_buffer_putc(&at->line, take_front(&piece, 1).data[0]);
  if (at->line.failed) return sf_no_memory(body->error);
  if (at->line.size < head) return SHEAF_OK;
  if (at->gzip && !sf_gzip_is(sf_buffer_bytes(&at->line)))
    return let_pass(body, at, piece);
  int code = begin_packed(body, at);
  if (!code) code = unpack(body, at, sf_buffer_bytes(&at->line));
  return code ? code : unpack(body, at, piece);
}

static int end_packed(sf_http_body *body, stage *at) {
  (void)at;
  return sf_fail(body->error, SHEAF_ETRUNCATED, NULL, "its body is cut off");
}

// --- The body --------------------------------------------------------------

// Takes the last of the encodings, the one that was applied last.
static sheaf_bytes take_last(sheaf_bytes *list) {
  size_t from = list->size;
  while (from > 0 && list->data[from - 1] != ',') from--;
  sheaf_bytes last = {list->data + from, list->size - from};
  list->size = from ? from - 1 : 0;
  return sf_header_trim(last);
}

static int add_stage(sf_http_body *body, sheaf_bytes coding,
                     sheaf_error *error) {
  stage *at = &body->stages[body->count];
  if (!coding.size || sf_header_word(coding, "identity")) return SHEAF_OK;
  if (body->count == STAGES_MOST)
    return sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
                   "its body is encoded more than %d times", STAGES_MOST);
  at->gzip = sf_header_word(coding, "gzip") || sf_header_word(coding, "x-gzip");
  if (sf_header_word(coding, "chunked")) {
    at->write = write_chunked;
    at->end = end_chunked;
  } else if (at->gzip || sf_header_word(coding, "deflate")) {
    at->write = write_packed;
    at->end = end_packed;
  } else {
    return sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
                   "its body is encoded as '%.*s', which is not read",
                   coding.size < 40 ? (int)coding.size : 40, coding.data);
  }
  body->count++;
  return SHEAF_OK;
}

static int add_stages(sf_http_body *body, sheaf_bytes list,
                      sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code && list.size) code = add_stage(body, take_last(&list), error);
  return code;
}

int sf_http_body_new(sf_http_body **out, const sf_http_response *response,
                     unsigned max_ratio, sheaf_sink sink, void *context,
                     sheaf_error *error) {
  sf_http_body *body = calloc(1, sizeof *body);
  if (!body) return sf_no_memory(error);
  body->max_ratio = max_ratio;
  body->sink = sink;
  body->context = context;
  body->error = error;
  int code = add_stages(body, response->transfer_encoding, error);
  if (!code) code = add_stages(body, response->content_encoding, error);
  if (code) {
    sf_http_body_free(body);
    return code;
  }
  *out = body;
  return SHEAF_OK;
}

void sf_http_body_free(sf_http_body *body) {
  if (!body) return;
  for (size_t i = 0; i < body->count; i++) {
    sf_buffer_clear(&body->stages[i].line);
    sf_inflater_free(body->stages[i].inflater);
  }
  free(body);
}

bool sf_http_body_is_plain(const sf_http_body *body) {
  return body->count == 0;
}

int sf_http_body_write(void *context, const char *data, size_t size) {
  sf_http_body *body = context;
  stage *first = body->stages;
  sheaf_bytes piece = {data, size};
  if (!size) return SHEAF_OK;
  body->sent += size;
  if (!body->count) return body->sink(body->context, data, size);
  return first->plain ? pass_on(body, first, piece)
                      : first->write(body, first, piece);
}

int sf_http_body_end(sf_http_body *body) {
  int code = SHEAF_OK;
  for (size_t i = 0; !code && i < body->count; i++) {
    stage *at = &body->stages[i];
    if (at->plain || at->complete) continue;
    code = at->begun ? at->end(body, at)
                     : let_pass(body, at, (sheaf_bytes){"", 0});
  }
  return code;
}
