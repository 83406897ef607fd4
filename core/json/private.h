/// What the files of this module share.
#ifndef SF_JSON_PRIVATE_H
#define SF_JSON_PRIVATE_H

#include "json/json.h"

/// Values nest at most so deep.
#define SF_JSON_DEPTH 512

/// Adds `key` (a string) and `element` to `map` without looking whether the
/// key is there. Takes both, on failure too.
int sf_value_add(sheaf_value *map, sheaf_value key, sheaf_value element);

// --- Scanning (scan.c) -----------------------------------------------------

/// The length of the valid UTF-8 character at `text`, which has `left` bytes;
/// 0 when there is none.
size_t sf_json_character(const char *text, size_t left);

/// True for a byte that stands for itself in a JSON string.
bool sf_json_is_plain(char byte);

/// Counts the plain bytes at the start of `text`.
size_t sf_json_plain(const char *text, size_t size);

/// The same, but stops at bytes that are not UTF-8, too.
size_t sf_json_plain_utf8(const char *text, size_t size);

// --- Numbers (number.c) ----------------------------------------------------

/// Reads the number in `text`; infinite when it is too large. As in all of
/// number.c, the program's locale does not matter.
double sf_json_read_float(const char *text);

/// Appends `number` in the shortest of the usual forms that reads back as the
/// same, with a mark that it is no integer; null when it is not finite.
void sf_json_write_float(sf_buffer *out, double number);

void sf_json_write_int(sf_buffer *out, int64_t number);

#endif
