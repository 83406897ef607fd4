/// What Unicode says of single characters, from tables of our own, so that
/// results do not depend on what a machine has installed.
#include "text/unicode.h"

#include "base/base.h"
#include "text/unicode_tables.h"

static bool in_ranges(const uint32_t (*ranges)[2], size_t count, uint32_t c) {
  while (count > 0) {
    size_t middle = count / 2;
    if (c < ranges[middle][0]) {
      count = middle;
    } else if (c > ranges[middle][1]) {
      ranges += middle + 1;
      count -= middle + 1;
    } else {
      return true;
    }
  }
  return false;
}

bool sf_unicode_word(uint32_t c) {
  if (c < SMALL_CODE_POINTS) return word_bits[c / 32] >> c % 32 & 1;
  return in_ranges(word_ranges, SF_COUNT(word_ranges), c);
}

bool sf_unicode_ideograph(uint32_t c) {
  static const uint32_t ranges[][2] = {
      {0x3005, 0x3007}, {0x3021, 0x3029},   {0x3031, 0x3035},  {0x303B, 0x303C},
      {0x3041, 0x3096}, {0x309D, 0x309F},   {0x30A1, 0x30FA},  {0x30FC, 0x30FF},
      {0x31F0, 0x31FF}, {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},  {0xF900, 0xFAFF},
      {0xFF66, 0xFF9F}, {0x1AFF0, 0x1B16F}, {0x20000, 0x3FFFD}};

  return c >= ranges[0][0] && in_ranges(ranges, SF_COUNT(ranges), c);
}

bool sf_unicode_space(uint32_t c) {
  if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
  if (c < 0x1680) return c == 0x85 || c == 0xA0;
  return (c >= 0x2000 && c <= 0x200A) || c == 0x1680 || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
         c == 0xFEFF;
}

static uint32_t map_case(const case_run *runs, size_t count, uint32_t c) {
  while (count > 0) {
    size_t middle = count / 2;
    const case_run *run = &runs[middle];
    if (c < run->first) {
      count = middle;
    } else if (c > run->last) {
      runs += middle + 1;
      count -= middle + 1;
    } else {
      bool mapped = (c - run->first) % run->step == 0;
      return mapped ? (uint32_t)((int32_t)c + run->delta) : c;
    }
  }
  return c;
}

uint32_t sf_unicode_lower(uint32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  return map_case(lower_runs, SF_COUNT(lower_runs), c);
}

uint32_t sf_unicode_upper(uint32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  return map_case(upper_runs, SF_COUNT(upper_runs), c);
}
