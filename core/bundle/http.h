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

/// Without the white space around it.
sheaf_bytes sf_header_trim(sheaf_bytes text);

/// True when `text` is that word, in any case.
bool sf_header_word(sheaf_bytes text, const char *word);

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

// --- Bodies (http_body.c) --------------------------------------------------

/// A body on its way through its encodings: chunks, gzip, deflate.
typedef struct sf_http_body sf_http_body;

/// Begins the body of `response`; what it is comes out at `sink`. Packed data
/// may grow `max_ratio` times (0: any). `error`, not NULL, is where all of them
/// go. SHEAF_EUNSUPPORTED for other encodings.
int sf_http_body_new(sf_http_body **out, const sf_http_response *response,
                     unsigned max_ratio, sheaf_sink sink, void *context,
                     sheaf_error *error);
void sf_http_body_free(sf_http_body *body);

/// True where the body is sent as it is.
bool sf_http_body_is_plain(const sf_http_body *body);

/// Takes the next piece of what was sent: a sink. SHEAF_EDAMAGED,
/// SHEAF_ETOOLARGE, or what the body's own sink returned.
int sf_http_body_write(void *body, const char *data, size_t size);

/// The body ends here. SHEAF_ETRUNCATED when it should not.
int sf_http_body_end(sf_http_body *body);

#endif
