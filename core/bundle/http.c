#include "bundle/http.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

// --- Lines -----------------------------------------------------------------

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

sheaf_bytes sf_header_trim(sheaf_bytes text) {
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
  if (!sf_header_trim(line).size) return SHEAF_END;
  // What begins with white space goes on with the line before.
  while (header->size && (header->data[0] == ' ' || header->data[0] == '\t'))
    line.size += take_line(header).size;
  const char *colon = memchr(line.data, ':', line.size);
  if (!colon) return SHEAF_ESYNTAX;
  size_t size = (size_t)(colon - line.data);
  found->name = sf_header_trim((sheaf_bytes){line.data, size});
  found->value = sf_header_trim((sheaf_bytes){colon + 1, line.size - size - 1});
  return SHEAF_OK;
}

bool sf_header_word(sheaf_bytes text, const char *word) {
  return text.size == strlen(word) && !strncasecmp(text.data, word, text.size);
}

bool sf_header_is(const sf_header_line *line, const char *name) {
  return sf_header_word(line->name, name);
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
      response->media_type = sf_header_trim(line.value);
    else if (sf_header_is(&line, "Transfer-Encoding"))
      response->transfer_encoding = line.value;
    else if (sf_header_is(&line, "Content-Encoding"))
      response->content_encoding = line.value;
  }
  response->body = message;
  return true;
}
