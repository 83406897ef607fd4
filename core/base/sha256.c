/// SHA-256, as FIPS 180-4 describes it.
#include "base/sha256.h"

#include <endian.h>
#include <string.h>

#include "base/base.h"

const uint32_t sf_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned n) {
  return x >> n | x << (32 - n);
}

static uint32_t big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[2] << 8 | bytes[3];
}

static void expand(const unsigned char *block, uint32_t w[64]) {
  for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    uint32_t a = w[t - 15], b = w[t - 2];
    uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
    uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
}

// One round; the caller turns the names of the eight words instead of moving
// them.
static inline void mix(uint32_t a, uint32_t b, uint32_t c, uint32_t *d,
                       uint32_t e, uint32_t f, uint32_t g, uint32_t *h,
                       uint32_t word) {
  uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
  uint32_t choice = (e & f) ^ (~e & g);
  uint32_t t1 = *h + s1 + choice + word;
  uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
  uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
  *d += t1;
  *h = t1 + s0 + majority;
}

static void hash_block(uint32_t state[8], const unsigned char *block) {
  uint32_t w[64], v[8];
  expand(block, w);
  memcpy(v, state, sizeof v);
  for (int t = 0; t < 64; t += 8)
    for (unsigned i = 0; i < 8; i++)
      mix(v[-i % 8], v[(1 - i) % 8], v[(2 - i) % 8], &v[(3 - i) % 8],
          v[(4 - i) % 8], v[(5 - i) % 8], v[(6 - i) % 8], &v[(7 - i) % 8],
          sf_sha256_k[t + (int)i] + w[t + (int)i]);
  for (int i = 0; i < 8; i++) state[i] += v[i];
}

void sf_sha256_portable(uint32_t state[8], const unsigned char *blocks,
                        size_t count) {
  for (; count > 0; count--, blocks += SF_SHA256_BLOCK)
    hash_block(state, blocks);
}

static void hash_blocks(uint32_t state[8], const unsigned char *blocks,
                        size_t count) {
  if (sf_sha256_x86_works())
    sf_sha256_x86(state, blocks, count);
  else
    sf_sha256_portable(state, blocks, count);
}

void sf_sha256_init(sf_sha256 *sha) {
  *sha = (sf_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sf_sha256_update(sf_sha256 *sha, const void *data, size_t size) {
  const unsigned char *bytes = data;
  size_t filled = sha->size % SF_SHA256_BLOCK;
  sha->size += size;
  if (filled && size) {
    size_t room = SF_SHA256_BLOCK - filled;
    size_t part = size < room ? size : room;
    memcpy(sha->block + filled, bytes, part);
    if (part < room) return;
    hash_blocks(sha->state, sha->block, 1);
    bytes += part;
    size -= part;
  }
  size_t rest = size % SF_SHA256_BLOCK;
  if (size > rest) hash_blocks(sha->state, bytes, size / SF_SHA256_BLOCK);
  if (rest) memcpy(sha->block, bytes + size - rest, rest);
}

// The message ends in a 1 bit, zeros, and its length in bits (5.1.1).
static void pad(sf_sha256 *sha) {
  uint64_t bits = sha->size * 8;
  size_t filled = sha->size % SF_SHA256_BLOCK;
  size_t zeros = (filled < 56 ? 56 : 120) - filled;
  unsigned char tail[72] = {0x80};
  for (int i = 0; i < 8; i++)
    tail[zeros + (size_t)i] = (unsigned char)(bits >> (56 - 8 * i));
  sf_sha256_update(sha, tail, zeros + 8);
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

// The halves of `word` are spread, and theirs, until each byte has one digit.
static void put_hex(char digits[8], uint32_t word) {
  uint64_t spread = word;
  spread = (spread | spread << 16) & UINT64_C(0x0000FFFF0000FFFF);
  spread = (spread | spread << 8) & UINT64_C(0x00FF00FF00FF00FF);
  spread = (spread | spread << 4) & EACH(0x0F);
  uint64_t letters = (spread + EACH(6)) >> 4 & EACH(1);
  spread = htobe64(spread + EACH('0') + letters * ('a' - '0' - 10));
  memcpy(digits, &spread, sizeof spread);
}

void sf_sha256_hex(sf_sha256 *sha, char hex[SF_SHA256_HEX]) {
  pad(sha);
  for (size_t i = 0; i < 8; i++) put_hex(hex + 8 * i, sha->state[i]);
  hex[SF_SHA256_HEX - 1] = '\0';
}
