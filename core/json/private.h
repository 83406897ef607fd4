/// What the files of this module share.
#ifndef SF_JSON_PRIVATE_H
#define SF_JSON_PRIVATE_H

#include "json/json.h"

/// Values nest at most so deep.
#define SF_JSON_DEPTH 512

/// Adds `key` (a string) and `element` to `map` without looking whether the
/// key is there. Takes both, on failure too.
int sf_value_add(sheaf_value *map, sheaf_value key, sheaf_value element);

/// The length of the valid UTF-8 character at `text`, which has `left` bytes;
/// 0 when there is none.
size_t sf_json_character(const unsigned char *text, size_t left);

#endif
