/// Values: the one data type that crosses every border of Sheaf.
///
/// Options, metadata and span attributes are values, whether they come from
/// C, from Lua, from another program or from a JSON file. Integers are exact
/// over the whole range of int64_t; strings are bytes with a length and may
/// hold NUL; maps keep the order in which their keys were first set.
///
/// A value owns what is in it. sheaf_value_clear() releases the contents and
/// leaves a null. Copying the struct moves it: use one of the two afterwards.
#ifndef SHEAF_VALUE_H
#define SHEAF_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sheaf/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Borrowed bytes. Not ended by a NUL; `data` may be NULL when `size` is 0.
typedef struct {
  const char *data;
  size_t size;
} sheaf_bytes;

typedef enum {
  SHEAF_NULL,
  SHEAF_BOOL,
  SHEAF_INT,
  SHEAF_FLOAT,
  SHEAF_STRING,
  SHEAF_LIST,
  SHEAF_MAP
} sheaf_type;

typedef struct sheaf_value sheaf_value;

/// The elements of a list, or the keys and elements of a map.
typedef struct {
  size_t count;
  size_t capacity;
  sheaf_value *values;
  sheaf_value *keys;  ///< Strings, one a value; NULL in a list.
} sheaf_items;

struct sheaf_value {
  sheaf_type type;
  union {
    bool boolean;
    int64_t integer;
    double number;
    struct {
      char *data;  ///< Owned; followed by a NUL that `size` does not count.
      size_t size;
    } string;
    sheaf_items *items;  ///< Of a list or a map. Owned.
  } as;
};

/// A null, for initialisation.
#define SHEAF_VALUE_NULL \
  {                      \
    SHEAF_NULL, {        \
      0                  \
    }                    \
  }

SHEAF_API sheaf_value sheaf_value_bool(bool boolean);
SHEAF_API sheaf_value sheaf_value_int(int64_t integer);
SHEAF_API sheaf_value sheaf_value_float(double number);

/// These make a value that owns memory. SHEAF_ENOMEM leaves `*out` null.
SHEAF_API int sheaf_value_string(sheaf_value *out, const char *data,
                                 size_t size);
SHEAF_API int sheaf_value_list(sheaf_value *out);
SHEAF_API int sheaf_value_map(sheaf_value *out);

/// Makes `*out` a deep copy of `value`.
SHEAF_API int sheaf_value_copy(sheaf_value *out, const sheaf_value *value);

/// Releases what `value` holds and makes it null. NULL is allowed.
SHEAF_API void sheaf_value_clear(sheaf_value *value);

/// Compares deeply. Maps are equal whatever the order of their keys; an int
/// never equals a float.
SHEAF_API bool sheaf_value_equal(const sheaf_value *a, const sheaf_value *b);

/// Returns the name of a type: "null", "bool", "int", "float", "string",
/// "list" or "map".
SHEAF_API const char *sheaf_type_name(sheaf_type type);

/// The number of elements of a list or map; 0 for every other type.
SHEAF_API size_t sheaf_value_count(const sheaf_value *value);

/// Borrows element `index` (from 0) of a list or map; NULL past its end.
SHEAF_API const sheaf_value *sheaf_value_at(const sheaf_value *value,
                                            size_t index);

/// Borrows the key of element `index` of a map; empty past its end.
SHEAF_API sheaf_bytes sheaf_value_key(const sheaf_value *map, size_t index);

/// Borrows the element that `map` has under `key`; NULL when there is none or
/// `map` is no map. Of a key that stands twice, the last one counts.
SHEAF_API const sheaf_value *sheaf_value_get(const sheaf_value *map,
                                             const char *key);

/// The string that `map` has under `key`, or `otherwise`. Borrowed.
SHEAF_API const char *sheaf_value_get_string(const sheaf_value *map,
                                             const char *key,
                                             const char *otherwise);

/// The integer that `map` has under `key`, or `otherwise`.
SHEAF_API int64_t sheaf_value_get_int(const sheaf_value *map, const char *key,
                                      int64_t otherwise);

/// The boolean that `map` has under `key`, or `otherwise`.
SHEAF_API bool sheaf_value_get_bool(const sheaf_value *map, const char *key,
                                    bool otherwise);

/// Appends `element` to `list` and takes it, on failure too.
SHEAF_API int sheaf_value_append(sheaf_value *list, sheaf_value element);

/// Sets `key` in `map` to `element`, replacing what was there, and takes
/// `element`, on failure too.
SHEAF_API int sheaf_value_set(sheaf_value *map, const char *key,
                              sheaf_value element);

/// The same for a string that ends in a NUL.
SHEAF_API int sheaf_value_set_string(sheaf_value *map, const char *key,
                                     const char *text);

/// Reads one JSON text (RFC 8259, UTF-8, nothing but white space behind it).
///
/// Integers that fit in int64_t become SHEAF_INT, every other number
/// SHEAF_FLOAT. A lone surrogate escape, invalid UTF-8, a number that is too
/// large for a float or nesting deeper than 512 is SHEAF_ESYNTAX; the error's
/// `why` gives line and column (in bytes). `*out` is null on failure.
SHEAF_API int sheaf_value_parse(sheaf_value *out, const char *data, size_t size,
                                sheaf_error *error);

/// Writes `value` as compact JSON into `*out`, ended by a NUL, which the
/// caller releases with free(). Bytes that are not UTF-8 become U+FFFD, a
/// float that is no number becomes null.
SHEAF_API int sheaf_value_write(const sheaf_value *value, char **out,
                                size_t *size);

#ifdef __cplusplus
}
#endif
#endif
