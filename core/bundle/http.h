/// HTTP messages as archives of the web keep them.
#ifndef SF_HTTP_H
#define SF_HTTP_H

#include "bundle/bundle.h"

/// A line of a header: its name and its value, without white space around.
/// Borrowed.
typedef struct {
  sheaf_bytes name;
  sheaf_bytes value;
} sf_header_line;

/// Takes the next line off the front of `header`, continuation lines and all.
/// SHEAF_END at the empty line that ends it, which is taken, too, or at the
/// end of the text; SHEAF_ESYNTAX for a line without a colon, which is taken.
int sf_header_next(sheaf_bytes *header, sf_header_line *line);

/// True when the line has that name, in any case.
bool sf_header_is(const sf_header_line *line, const char *name);

/// A response: what its head says, and its body as it was sent. Borrowed from
/// the message.
typedef struct {
  unsigned status;
  sheaf_bytes media_type;  ///< Without parameters; empty when not given.
  sheaf_bytes transfer_encoding;
  sheaf_bytes content_encoding;
  sheaf_bytes body;
} sf_http_response;

/// Reads a response, tolerantly. False when it does not begin like one.
bool sf_http_read(sheaf_bytes message, sf_http_response *response);

/// Undoes the encodings of the body: chunks, gzip, deflate. `*content` is
/// borrowed from the message or from `buffer`, which the caller clears.
/// SHEAF_EDAMAGED, SHEAF_ETRUNCATED, SHEAF_EUNSUPPORTED for other encodings,
/// SHEAF_ETOOLARGE beyond `limit` bytes.
int sf_http_decode(const sf_http_response *response, uint64_t limit,
                   sf_buffer *buffer, sheaf_bytes *content, sheaf_error *error);

#endif
