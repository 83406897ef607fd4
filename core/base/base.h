/// The ground that every module stands on: errors, bytes, buffers, digests.
#ifndef SF_BASE_H
#define SF_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sheaf/error.h"
#include "sheaf/value.h"

#define SF_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/// Makes the bytes of a C string; its NUL is not counted.
sheaf_bytes sf_bytes(const char *text);

/// True when `bytes` are the same as the C string `text`.
bool sf_bytes_equal(sheaf_bytes bytes, const char *text);

// --- Errors ----------------------------------------------------------------

/// Fills `*error` (NULL is allowed) and returns `code`, so that a failing
/// function can end with `return sf_fail(...)`. `what` may be NULL.
int sf_fail(sheaf_error *error, int code, const char *what, const char *why,
            ...) SHEAF_PRINTF(4, 5);

/// The same with the reason that errno gives; `why` says what was tried.
int sf_fail_errno(sheaf_error *error, int code, const char *what,
                  const char *why);

/// Adds a hint to an error that was filled. Returns its code.
int sf_hint(sheaf_error *error, const char *hint, ...) SHEAF_PRINTF(2, 3);

/// Fails with SHEAF_ENOMEM.
int sf_no_memory(sheaf_error *error);

// --- Buffers ---------------------------------------------------------------

/// Bytes that grow. Start from a zeroed struct. An append that finds no
/// memory sets `failed` and makes every later one do nothing, so that it is
/// enough to look once, at the end.
typedef struct {
  char *data;  ///< Owned. Not ended by a NUL, unless sf_buffer_text() is used.
  size_t size;
  size_t capacity;
  bool failed;
} sf_buffer;

/// As sf_buffer_reserve(), for a buffer that has no room left.
char *sf_buffer_grow(sf_buffer *buffer, size_t extra);

/// Makes room for `extra` more bytes and returns where they begin; NULL when
/// there is no memory. The caller adds what it wrote to `size`.
static inline char *sf_buffer_reserve(sf_buffer *buffer, size_t extra) {
  if (!buffer->data || extra > buffer->capacity - buffer->size)
    return sf_buffer_grow(buffer, extra);
  return buffer->failed ? NULL : buffer->data + buffer->size;
}

static inline void sf_buffer_append(sf_buffer *buffer, const char *data,
                                    size_t size) {
  char *end = sf_buffer_reserve(buffer, size);
  if (!end || size == 0) return;
  memcpy(end, data, size);
  buffer->size += size;
}

static inline void sf_buffer_puts(sf_buffer *buffer, const char *text) {
  sf_buffer_append(buffer, text, strlen(text));
}

static inline void sf_buffer_putc(sf_buffer *buffer, char byte) {
  sf_buffer_append(buffer, &byte, 1);
}

/// Appends `number` in decimal digits.
void sf_buffer_put_number(sf_buffer *buffer, uint64_t number);

void sf_buffer_printf(sf_buffer *buffer, const char *format, ...)
    SHEAF_PRINTF(2, 3);

/// The content as a C string, borrowed; NULL when an append failed.
const char *sf_buffer_text(sf_buffer *buffer);

/// Releases the memory and starts anew.
void sf_buffer_clear(sf_buffer *buffer);

/// The content, borrowed.
sheaf_bytes sf_buffer_bytes(const sf_buffer *buffer);

// --- Text ------------------------------------------------------------------

/// Copies `size` bytes and adds a NUL. NULL when there is no memory.
bool sf_has_ending(const char *text, const char *ending);
char *sf_strndup(const char *data, size_t size);

/// Formats into new memory, which the caller frees. NULL when there is none.
char *sf_sprintf(const char *format, ...) SHEAF_PRINTF(1, 2);

/// Joins `folder` and `name` with one slash. The caller frees it.
char *sf_path_join(const char *folder, const char *name);

/// Finds the candidate nearest to `word` by edit distance, for "did you
/// mean"; NULL when none is near. `candidates` ends with a NULL.
const char *sf_nearest(const char *word, const char *const *candidates);

// --- Memory that is accounted ----------------------------------------------

/// Where memory comes from: as realloc(), with the size that the block had and
/// free() for a new size of 0. Has the shape of Lua's allocators.
typedef struct {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} sf_memory;

// --- Bags of strings (bag.c) -----------------------------------------------

/// A string in a bag.
typedef struct {
  uint64_t head[2];  ///< Its bytes and zeros; of a long one a hash.
  uint64_t count;    ///< For the owner of the bag; 0 at first.
  uint32_t size;
  uint32_t place;  ///< Of a long one.
} sf_bag_item;

/// Different strings of bytes, numbered in the order in which they came.
typedef struct {
  sf_memory memory;
  sf_bag_item *items;
  size_t count;
  size_t capacity;
  uint32_t *slots;  ///< A hash table: 1 + the number of an item, or 0.
  size_t mask;      ///< The slots in use - 1.
  size_t slot_capacity;
  char *text;  ///< Of the long strings.
  size_t text_size;
  size_t text_capacity;
} sf_bag;

/// A string as a bag knows it again.
typedef struct {
  uint64_t head[2];
  sheaf_bytes string;  ///< Borrowed.
} sf_bag_key;

/// Strings up to this size are known by their head alone.
#define SF_BAG_SHORT 16

#define SF_BAG_NONE SIZE_MAX

/// Starts an empty bag, which takes no memory before its first string.
void sf_bag_init(sf_bag *bag, sf_memory memory);
void sf_bag_clear(sf_bag *bag);

/// The key of a string that is longer than SF_BAG_SHORT.
sf_bag_key sf_bag_long_key(sheaf_bytes string);

/// SF_BAG_SHORT bytes of ones, and as many of zeros.
extern const unsigned char sf_bag_ones[2 * SF_BAG_SHORT];

/// Makes the key of `string`, of which `readable` bytes, at least its size,
/// may be read: where that is SF_BAG_SHORT or more it takes less time.
static inline sf_bag_key sf_bag_key_of(sheaf_bytes string, size_t readable) {
  sf_bag_key key = {{0, 0}, string};
  uint64_t mask[2];
  if (string.size > SF_BAG_SHORT) return sf_bag_long_key(string);
  if (readable >= SF_BAG_SHORT) {
    memcpy(key.head, string.data, SF_BAG_SHORT);
    memcpy(mask, sf_bag_ones + SF_BAG_SHORT - string.size, SF_BAG_SHORT);
    key.head[0] &= mask[0];
    key.head[1] &= mask[1];
  } else if (string.size > 0) {
    memcpy(key.head, string.data, string.size);
  }
  return key;
}

/// Stores the number of the string's item, which is made where it is missing.
/// SHEAF_ENOMEM or SHEAF_OK.
int sf_bag_add(sf_bag *bag, const sf_bag_key *key, size_t *number);

/// Adds many strings, and to the count of each item how often it is among them.
/// Stores the numbers of the items.
int sf_bag_count(sf_bag *bag, const sf_bag_key *keys, size_t count,
                 size_t *numbers);

/// The number of the string's item, or SF_BAG_NONE.
size_t sf_bag_find(const sf_bag *bag, const sf_bag_key *key);

/// Stores the numbers of many strings.
void sf_bag_find_all(const sf_bag *bag, const sf_bag_key *keys, size_t count,
                     size_t *numbers);

/// The string of an item, borrowed until the next one is added.
sheaf_bytes sf_bag_string(const sf_bag *bag, const sf_bag_item *item);

/// Takes out all items from number `count` on. Keeps the memory.
void sf_bag_cut(sf_bag *bag, size_t count);

// --- Sorting (sort.c) ------------------------------------------------------

/// Below 0 when `a` comes before `b`, above 0 when behind.
typedef int (*sf_order)(const void *a, const void *b, const void *context);

/// Puts those `most` of the `count` items that come first to the front, in
/// their order. What stands behind them has none. Takes count * log(most)
/// steps.
void sf_sort_first(const void **items, size_t count, size_t most,
                   sf_order order, const void *context);

// --- Base64 (base64.c) -----------------------------------------------------

/// Appends the bytes that `text` stands for; it is padded. False when it is no
/// base64.
bool sf_base64_decode(sheaf_bytes text, sf_buffer *out);

/// Appends `bytes` in base64, with padding.
void sf_base64_encode(sheaf_bytes bytes, sf_buffer *out);

// --- Messages that hand over descriptors (message.c) -----------------------

/// The most descriptors of a message.
#define SF_MESSAGE_FDS 8

/// Sends `bytes`, at least one, as one packet of a Unix socket, with copies of
/// `count` descriptors, at least one. False, with errno, when it does not go.
bool sf_message_send(int socket, sheaf_bytes bytes, const int fds[],
                     size_t count);

/// Receives a packet of up to `size` bytes with `count` descriptors, which a
/// program that is started does not inherit. Returns its size; 0 when the other
/// side has gone, and for any other packet, whose descriptors are closed.
size_t sf_message_receive(int socket, char *out, size_t size, int fds[],
                          size_t count);

// --- Digests ---------------------------------------------------------------

#define SF_SHA256_HEX 65  ///< Bytes of a digest in hex with its NUL.

/// A running SHA-256 (FIPS 180-4).
typedef struct {
  uint32_t state[8];
  uint64_t size;
  unsigned char block[64];
} sf_sha256;

void sf_sha256_init(sf_sha256 *sha);
void sf_sha256_update(sf_sha256 *sha, const void *data, size_t size);

/// Ends the digest and writes it in lower-case hex.
void sf_sha256_hex(sf_sha256 *sha, char hex[SF_SHA256_HEX]);

// --- Libraries that are opened when first needed ---------------------------

/// Opens the shared library `name`, such as "libpcre2-8.so.0". NULL when it
/// is not installed. Never closed: its functions are used until the end.
void *sf_library_open(const char *name);

/// The same for one that can be closed again; where there is none, `reason`,
/// of `size` bytes, says why.
void *sf_library_try(const char *name, char *reason, size_t size);
void sf_library_close(void *library);

/// Stores the address of `symbol` in the function pointer at `function`.
bool sf_library_symbol(void *library, const char *symbol, void *function);

#endif
