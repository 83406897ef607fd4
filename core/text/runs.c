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

void sf_byte_class_init(sf_byte_class *class, const sf_byte_set *set) {
  *class = (sf_byte_class){.mask = sf_runs_x86()};
  if (!class->mask) class->mask = mask_any;
  for (unsigned i = 0; i < 256; i++) {
    if (!sf_set_has(set, (char)i)) continue;
    class->has[i] = 1;
    class->halves[i / 128][i % 16] |= (unsigned char)(1U << i / 16 % 8);
  }
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

static bool next_block(sf_runs *runs) {
  char padded[SF_BLOCK] = {0};
  const char *block = runs->text.data + runs->next;
  uint64_t within = UINT64_MAX;
  size_t left = runs->text.size - runs->next;

  if (left == 0) return false;
  if (left < SF_BLOCK) {
    block = memcpy(padded, block, left);
    within = (UINT64_C(1) << left) - 1;
  }
  runs->block = runs->next;
  runs->next += left < SF_BLOCK ? left : SF_BLOCK;
  runs->mask = runs->class->mask(runs->class, block) & within;
  runs->ascii = is_ascii(block);
  return true;
}

void sf_runs_init(sf_runs *runs, const sf_byte_class *class, sheaf_bytes text) {
  *runs = (sf_runs){.class = class, .text = text};
}

bool sf_runs_next(sf_runs *runs, sf_range *run, bool *ascii) {
  uint64_t filled;
  unsigned end;

  while (!runs->mask)
    if (!next_block(runs)) return false;
  run->from = runs->block + (size_t)__builtin_ctzll(runs->mask);
  *ascii = runs->ascii;
  // With ones below the run, its end is the first zero.
  filled = runs->mask | (runs->mask - 1);
  while (filled == UINT64_MAX) {
    runs->mask = 0;
    run->to = runs->next;
    if (!next_block(runs)) return true;
    filled = runs->mask;
    *ascii = *ascii && runs->ascii;
  }
  end = (unsigned)__builtin_ctzll(~filled);
  run->to = runs->block + end;
  runs->mask &= UINT64_MAX << end;
  return true;
}
