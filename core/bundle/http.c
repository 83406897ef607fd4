#include "bundle/http.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

// --- Lines -----------------------------------------------------------------

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static sheaf_bytes trim(sheaf_bytes text) {
  while (text.size && is_blank(text.data[0])) {
    text.data++;
    text.size--;
  }
  while (text.size && is_blank(text.data[text.size - 1])) text.size--;
  return text;
}

// Takes a line off the front, with its end.
static sheaf_bytes take_line(sheaf_bytes *text) {
  const char *feed = text->size ? memchr(text->data, '\n', text->size) : NULL;
  size_t size = feed ? (size_t)(feed - text->data) + 1 : text->size;
  sheaf_bytes line = {text->data, size};
  text->data += size;
  text->size -= size;
  return line;
}

int sf_header_next(sheaf_bytes *header, sf_header_line *found) {
  sheaf_bytes line = take_line(header);
  if (!trim(line).size) return SHEAF_END;
  // What begins with white space goes on with the line before.
  while (header->size && (header->data[0] == ' ' || header->data[0] == '\t'))
    line.size += take_line(header).size;
  const char *colon = memchr(line.data, ':', line.size);
  if (!colon) return SHEAF_ESYNTAX;
  size_t size = (size_t)(colon - line.data);
  found->name = trim((sheaf_bytes){line.data, size});
  found->value = trim((sheaf_bytes){colon + 1, line.size - size - 1});
  return SHEAF_OK;
}

static bool is_word(sheaf_bytes text, const char *word) {
  return text.size == strlen(word) && !strncasecmp(text.data, word, text.size);
}

bool sf_header_is(const sf_header_line *line, const char *name) {
  return is_word(line->name, name);
}

// --- The head --------------------------------------------------------------

static unsigned read_status(sheaf_bytes line) {
  const char *space = memchr(line.data, ' ', line.size);
  unsigned status = 0;
  if (!space) return 0;
  for (const char *at = space + 1; at < line.data + line.size; at++) {
    if (*at < '0' || *at > '9' || status > 999) break;
    status = status * 10 + (unsigned)(*at - '0');
  }
  return status;
}

bool sf_http_read(sheaf_bytes message, sf_http_response *response) {
  static const sheaf_bytes nothing = {"", 0};
  *response = (sf_http_response){0, nothing, nothing, nothing, nothing};
  if (message.size < 5 || memcmp(message.data, "HTTP/", 5) != 0) return false;
  response->status = read_status(take_line(&message));
  sf_header_line line;
  int code;
  while ((code = sf_header_next(&message, &line)) != SHEAF_END) {
    if (code) continue;
    if (sf_header_is(&line, "Content-Type"))
      response->media_type = trim(line.value);
    else if (sf_header_is(&line, "Transfer-Encoding"))
      response->transfer_encoding = line.value;
    else if (sf_header_is(&line, "Content-Encoding"))
      response->content_encoding = line.value;
  }
  response->body = message;
  return true;
}

// --- Chunks ----------------------------------------------------------------

// The size at the beginning of a chunk; false where there is none.
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
  return digits > 0;
}

// Puts the chunks together. Trailers behind the last one are passed over.
static int join_chunks(sheaf_bytes body, sf_buffer *out, sheaf_error *error) {
  const char *start = body.data;
  while (body.size) {
    uint64_t size;
    long at = (long)(body.data - start);
    if (!chunk_size(take_line(&body), &size))
      return sf_fail(error, SHEAF_EDAMAGED, NULL,
                     "its body is no sequence of chunks at byte %ld", at);
    if (size == 0) return SHEAF_OK;
    if (size > body.size)
      return sf_fail(error, SHEAF_ETRUNCATED, NULL,
                     "a chunk of %" PRIu64 " bytes is cut off after %zu", size,
                     body.size);
    sf_buffer_append(out, body.data, (size_t)size);
    body.data += size;
    body.size -= (size_t)size;
    take_line(&body);
  }
  return sf_fail(error, SHEAF_ETRUNCATED, NULL, "its last chunk is missing");
}

// --- Compression -----------------------------------------------------------

static int unzip(sheaf_bytes packed, uint64_t limit, sf_buffer *out,
                 sheaf_error *error) {
  const sf_stream_limits limits = {limit, 0};
  sf_file *memory, *file;
  sheaf_bytes content;
  int code = sf_file_memory(&memory, "its body", packed, error);
  if (!code) code = sf_gunzip(&file, memory, &limits, "", error);
  if (code) return code;
  uint64_t size = sf_file_size(file);
  code = sf_file_doubt(file, 0, size, error);
  if (!code) code = sf_file_view(file, 0, (size_t)size, &content, error);
  if (!code) sf_buffer_append(out, content.data, content.size);
  sf_file_close(file);
  return code;
}

// "deflate" means zlib's format, but many send the bare data.
static sheaf_bytes skip_zlib_header(sheaf_bytes packed) {
  if (packed.size < 2) return packed;
  unsigned first = (unsigned char)packed.data[0];
  unsigned both = first << 8 | (unsigned char)packed.data[1];
  bool header = (first & 15) == 8 && both % 31 == 0;
  return header ? (sheaf_bytes){packed.data + 2, packed.size - 2} : packed;
}

static int inflate_body(sheaf_bytes packed, uint64_t limit, sf_buffer *out,
                        sheaf_error *error) {
  sf_inflater *inflater;
  int code = sf_inflater_new(&inflater, error);
  if (code) return code;
  packed = skip_zlib_header(packed);
  code = sf_inflate_start(inflater, error);
  while (!code) {
    size_t made, left = packed.size;
    char *room = sf_buffer_reserve(out, 64 << 10);
    code =
        room ? sf_inflate_some(inflater, &packed, room, 64 << 10, &made, error)
             : sf_no_memory(error);
    if (code && code != SHEAF_END) break;
    out->size += made;
    if (out->size > limit)
      code = sf_fail(error, SHEAF_ETOOLARGE, NULL,
                     "more than %" PRIu64 " bytes unpacked", limit);
    else if (!code && !made && packed.size == left)
      code = sf_fail(error, SHEAF_ETRUNCATED, NULL, "its body is cut off");
  }
  sf_inflater_free(inflater);
  return code == SHEAF_END ? SHEAF_OK : code;
}

// Takes the last of the encodings, the one that was applied last.
static sheaf_bytes take_last(sheaf_bytes *list) {
  size_t from = list->size;
  while (from > 0 && list->data[from - 1] != ',') from--;
  sheaf_bytes last = {list->data + from, list->size - from};
  list->size = from ? from - 1 : 0;
  return trim(last);
}

static int undo(sheaf_bytes coding, uint64_t limit, sheaf_bytes body,
                sf_buffer *out, sheaf_error *error) {
  if (is_word(coding, "chunked")) return join_chunks(body, out, error);
  if (is_word(coding, "gzip") || is_word(coding, "x-gzip"))
    return unzip(body, limit, out, error);
  if (is_word(coding, "deflate")) return inflate_body(body, limit, out, error);
  return sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
                 "its body is encoded as '%.*s', which is not read",
                 coding.size < 40 ? (int)coding.size : 40, coding.data);
}

// Undoes one list of encodings. Crawlers often keep bodies that they have
// decoded, with the header that says otherwise.
static int undo_all(sheaf_bytes list, uint64_t limit, sf_buffer *buffer,
                    sheaf_bytes *content, sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code && list.size) {
    sf_buffer out = {0};
    sheaf_bytes coding = take_last(&list);
    uint64_t size;
    bool gzip = is_word(coding, "gzip") || is_word(coding, "x-gzip");
    if (!coding.size || is_word(coding, "identity") ||
        (gzip && !sf_gzip_is(*content)) ||
        (is_word(coding, "chunked") && !chunk_size(*content, &size)))
      continue;
    code = undo(coding, limit, *content, &out, error);
    if (!code && out.failed) code = sf_no_memory(error);
    sf_buffer_clear(buffer);
    *buffer = out;
    *content = sf_buffer_bytes(buffer);
  }
  return code;
}

int sf_http_decode(const sf_http_response *response, uint64_t limit,
                   sf_buffer *buffer, sheaf_bytes *content,
                   sheaf_error *error) {
  *content = response->body;
  int code =
      undo_all(response->transfer_encoding, limit, buffer, content, error);
  if (code) return code;
  return undo_all(response->content_encoding, limit, buffer, content, error);
}
