/// What the files about charsets share.
#ifndef SF_TEXT_CHARSET_H
#define SF_TEXT_CHARSET_H

#include "text/text.h"

/// A charset other than UTF-8 that can be converted.
typedef struct {
  const char *name;   ///< In the WHATWG's "Encoding", in lower case.
  const char *iconv;  ///< What the C library calls it.
} sf_charset;

/// The charset with this label, in upper or lower case; NULL: none is known,
/// or it is UTF-8.
const sf_charset *sf_charset_find(sheaf_bytes label);

/// Appends the content in UTF-8, with U+FFFD for what is damaged. Returns the
/// number of those; SIZE_MAX when this system cannot convert it.
size_t sf_charset_convert(const sf_charset *charset, sheaf_bytes content,
                          sf_buffer *out);

/// The charset that libuchardet finds by how often bytes follow each other;
/// NULL when it is not installed, or cannot tell.
const sf_charset *sf_charset_guess(sheaf_bytes content);

#endif
