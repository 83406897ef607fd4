/// Finds runs of bytes block by block, as bits in a word: without a branch for
/// each byte, and without one that waits for the end of a run.
#include "text/runs.h"

#include <string.h>

static uint64_t mask_any(const sf_byte_class *class, const char *block) {
  uint64_t mask = 0;

  for (size_t i = 0; i < SF_BLOCK; i++)
    mask |= (uint64_t) class->has[(unsigned char)block[i]] << i;
  return mask;
}

static void add_byte(sf_byte_class *class, unsigned byte) {
  class->has[byte] = 1;
  class->halves[byte / 128][byte % 16] |= (unsigned char)(1U << byte / 16 % 8);
}

void sf_byte_class_init(sf_byte_class *class, const sf_byte_set *set) {
  *class = (sf_byte_class){.mask = sf_runs_x86()};
  if (!class->mask) class->mask = mask_any;
  for (unsigned i = 0; i < 4; i++)
    for (uint64_t bits = set->bits[i]; bits; bits &= bits - 1)
      add_byte(class, 64 * i + (unsigned)__builtin_ctzll(bits));
}

size_t sf_byte_class_find(const sf_byte_class *class, sheaf_bytes text,
                          size_t at) {
  for (; text.size - at >= SF_BLOCK; at += SF_BLOCK) {
    uint64_t mask = class->mask(class, text.data + at);
    if (mask) return at + (size_t)__builtin_ctzll(mask);
  }
  while (at < text.size && !class->has[(unsigned char)text.data[at]]) at++;
  return at;
}

static bool is_ascii(const char *block) {
  uint64_t all = 0;
  uint64_t part;

  for (size_t i = 0; i < SF_BLOCK; i += sizeof part) {
    memcpy(&part, block + i, sizeof part);
    all |= part;
  }
  return !(all & UINT64_C(0x8080808080808080));
}

/// The next block: which of its bytes are of the class, and whether all are
/// ASCII.
typedef struct {
  size_t from;
  uint64_t mask;
  bool ascii;
} block;

static bool next_block(sf_runs *runs, block *b) {
  char padded[SF_BLOCK];
  const char *bytes = runs->text.data + runs->next;
  uint64_t inside = UINT64_MAX;
  size_t left = runs->text.size - runs->next;

  if (left == 0) return false;
  if (left < SF_BLOCK) {
    memset(padded, 0, sizeof padded);
    bytes = memcpy(padded, bytes, left);
    inside = (UINT64_C(1) << left) - 1;
  }
  b->from = runs->next;
  b->mask = runs->class->mask(runs->class, bytes) & inside;
  b->ascii = is_ascii(bytes);
  runs->next += left < SF_BLOCK ? left : SF_BLOCK;
  return true;
}

void sf_runs_init(sf_runs *runs, const sf_byte_class *class, sheaf_bytes text) {
  *runs = (sf_runs){.class = class, .text = text};
}

/// Where the bits of `bits` are in the block, one after the other.
static bool next_bit(const block *b, uint64_t *bits, size_t *at) {
  if (!*bits) return false;
  *at = b->from + (size_t)__builtin_ctzll(*bits);
  *bits &= *bits - 1;
  return true;
}

size_t sf_runs_take(sf_runs *runs, sf_run found[SF_RUNS]) {
  size_t begun = 0;
  size_t ended = 0;
  size_t at;
  block b;

  if (runs->within) found[begun++] = runs->open;
  // A block begins and ends no more than half as many runs as it has bytes.
  while (begun < SF_RUNS - SF_BLOCK / 2 && next_block(runs, &b)) {
    uint64_t before = b.mask << 1 | runs->within;
    uint64_t begins = b.mask & ~before;
    uint64_t ends = before & ~b.mask;
    if (runs->within && !b.ascii) found[ended].ascii = false;
    while (next_bit(&b, &begins, &at))
      found[begun++] = (sf_run){at, 0, b.ascii};
    while (next_bit(&b, &ends, &at)) found[ended++].to = at;
    runs->within = b.mask >> (SF_BLOCK - 1);
  }
  if (ended < begun && runs->next == runs->text.size) {
    found[ended++].to = runs->text.size;
    runs->within = false;
  }
  if (ended < begun) runs->open = found[ended];
  return ended;
}
