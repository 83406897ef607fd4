/// Sixteen bytes at once against any set of bytes, by two look-ups of their
/// halves (Muła, "SIMD-ized check which bytes are in a set").
#include "text/runs.h"

#if defined(__x86_64__)

#include <tmmintrin.h>

#define WITH_SSSE3 static __attribute__((target("ssse3")))

WITH_SSSE3 __m128i load(const void *bytes) {
  return _mm_loadu_si128((const __m128i *)bytes);
}

WITH_SSSE3 uint64_t mask_part(const sf_byte_class *class, __m128i bytes) {
  const __m128i bits = _mm_set1_epi64x((long long)0x8040201008040201);
  const __m128i half = _mm_set1_epi8(15);
  __m128i lower = _mm_and_si128(bytes, half);
  __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), half);
  __m128i bit = _mm_shuffle_epi8(bits, upper);
  __m128i is_high = _mm_cmpgt_epi8(_mm_setzero_si128(), bytes);
  __m128i low_row = _mm_shuffle_epi8(load(class->halves[0]), lower);
  __m128i high_row = _mm_shuffle_epi8(load(class->halves[1]), lower);
  __m128i row = _mm_or_si128(_mm_andnot_si128(is_high, low_row),
                             _mm_and_si128(is_high, high_row));
  __m128i hits = _mm_cmpeq_epi8(_mm_and_si128(row, bit), bit);
  return (uint64_t)(unsigned)_mm_movemask_epi8(hits);
}

WITH_SSSE3 uint64_t mask_block(const sf_byte_class *class, const char *block) {
  return mask_part(class, load(block)) |
         mask_part(class, load(block + 16)) << 16 |
         mask_part(class, load(block + 32)) << 32 |
         mask_part(class, load(block + 48)) << 48;
}

uint64_t (*sf_runs_x86(void))(const sf_byte_class *class, const char *block) {
  return __builtin_cpu_supports("ssse3") ? mask_block : NULL;
}

#else

uint64_t (*sf_runs_x86(void))(const sf_byte_class *class, const char *block) {
  return NULL;
}

#endif
