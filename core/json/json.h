/// JSON: reading and writing values, and writing JSON piece by piece.
///
/// The value functions themselves are public, in sheaf/value.h.
#ifndef SF_JSON_H
#define SF_JSON_H

#include "base/base.h"

/// Appends `bytes` as a JSON string with its quotes. Escapes `"`, `\` and
/// bytes under 0x20; everything else stays as it is. Bytes that are not UTF-8
/// become U+FFFD.
void sf_json_string(sf_buffer *out, sheaf_bytes bytes);

/// The same without the quotes: a part of a string.
void sf_json_part(sf_buffer *out, sheaf_bytes bytes);

/// As sf_json_string() for bytes that are known to be UTF-8, with no check. The
/// fast path for the text of documents.
void sf_json_utf8(sf_buffer *out, sheaf_bytes bytes);

/// Appends `value` as compact JSON. Maps keep their order.
void sf_json_value(sf_buffer *out, const sheaf_value *value);

/// Appends `value` as compact JSON with the keys of every map sorted by their
/// bytes, so that equal values give equal bytes.
void sf_json_canonical(sf_buffer *out, const sheaf_value *value);

/// Appends `value` as indented JSON, two spaces a level, for people; a list of
/// numbers stays on one line.
void sf_json_pretty(sf_buffer *out, const sheaf_value *value);

/// The number of bytes that `value` takes, with all that it holds.
size_t sf_value_memory(const sheaf_value *value);

/// Reads the file at `path` as one JSON text. Errors name the file, the line
/// and the column.
int sf_json_file(sheaf_value *out, const char *path, sheaf_error *error);

// --- Fields (fields.c) -----------------------------------------------------

/// Steps over the fields of a JSON object, without making values of them.
typedef struct {
  sheaf_bytes text;
  size_t at;
  bool first;
} sf_json_fields;

/// A field as it is written: the key without its quotes, the value with all
/// that belongs to it. Borrowed from the text.
typedef struct {
  sheaf_bytes key;
  sheaf_bytes value;
} sf_json_field;

/// Begins with the object that `text` is. False when it is none.
bool sf_json_fields_begin(sf_json_fields *fields, sheaf_bytes text);

/// Steps to the next field. SHEAF_END: there is none, and nothing behind the
/// object. SHEAF_ESYNTAX: it is malformed; what it passes over is not looked at
/// closely, and may be so, too.
int sf_json_fields_next(sf_json_fields *fields, sf_json_field *field);

#endif
