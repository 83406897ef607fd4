/// The ground that every module stands on: errors, bytes, buffers, digests.
#ifndef SF_BASE_H
#define SF_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/// Makes room for `extra` more bytes and returns where they begin; NULL when
/// there is no memory. The caller adds what it wrote to `size`.
char *sf_buffer_reserve(sf_buffer *buffer, size_t extra);

void sf_buffer_append(sf_buffer *buffer, const char *data, size_t size);
void sf_buffer_puts(sf_buffer *buffer, const char *text);
void sf_buffer_putc(sf_buffer *buffer, char byte);
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
char *sf_strndup(const char *data, size_t size);

/// Formats into new memory, which the caller frees. NULL when there is none.
char *sf_sprintf(const char *format, ...) SHEAF_PRINTF(1, 2);

/// Joins `folder` and `name` with one slash. The caller frees it.
char *sf_path_join(const char *folder, const char *name);

/// Finds the candidate nearest to `word` by edit distance, for "did you
/// mean"; NULL when none is near. `candidates` ends with a NULL.
const char *sf_nearest(const char *word, const char *const *candidates);

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

/// Stores the address of `symbol` in the function pointer at `function`.
bool sf_library_symbol(void *library, const char *symbol, void *function);

#endif
