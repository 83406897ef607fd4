/// How SHA-256 is computed. Seen within this module only.
#ifndef SF_SHA256_H
#define SF_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SF_SHA256_BLOCK 64  ///< Bytes.

/// The first 32 bits of the fractional parts of the cube roots of the first 64
/// primes (FIPS 180-4, 4.2.2).
extern const uint32_t sf_sha256_k[64];

/// Hashes `count` blocks into `state`, on any machine.
void sf_sha256_portable(uint32_t state[8], const unsigned char *blocks,
                        size_t count);

/// True where the processor has instructions for SHA-256. Takes no time.
bool sf_sha256_x86_works(void);

/// The same as sf_sha256_portable() with these instructions.
void sf_sha256_x86(uint32_t state[8], const unsigned char *blocks,
                   size_t count);

#endif
