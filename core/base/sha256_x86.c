/// SHA-256 with the instructions that x86 processors have for it (Intel SDM,
/// volume 2, SHA256RNDS2 and others), eight times as fast.
#include "base/sha256.h"

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)

#include <immintrin.h>
#include <sys/platform/x86.h>

#define WITH_SHA static __attribute__((target("sha,sse4.1")))

/// The eight words of the state, A to H, as the instructions want them.
typedef struct {
  __m128i abef;
  __m128i cdgh;
} words;

WITH_SHA words load_state(const uint32_t state[8]) {
  __m128i dcba = _mm_loadu_si128((const __m128i *)state);
  __m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
  __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
  __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  return (words){_mm_alignr_epi8(cdab, efgh, 8),
                 _mm_blend_epi16(efgh, cdab, 0xF0)};
}

WITH_SHA void store_state(uint32_t state[8], words w) {
  __m128i feba = _mm_shuffle_epi32(w.abef, 0x1B);
  __m128i dchg = _mm_shuffle_epi32(w.cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

WITH_SHA __m128i load_message(const unsigned char *bytes) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), swap);
}

/// Four rounds.
WITH_SHA words mix(words w, __m128i message, const uint32_t *k) {
  __m128i sum = _mm_add_epi32(message, _mm_loadu_si128((const __m128i *)k));
  w.cdgh = _mm_sha256rnds2_epu32(w.cdgh, w.abef, sum);
  w.abef = _mm_sha256rnds2_epu32(w.abef, w.cdgh, _mm_shuffle_epi32(sum, 0x0E));
  return w;
}

/// The four words of the message schedule that follow the sixteen given.
WITH_SHA __m128i expand(__m128i m0, __m128i m1, __m128i m2, __m128i m3) {
  __m128i sum =
      _mm_add_epi32(_mm_sha256msg1_epu32(m0, m1), _mm_alignr_epi8(m3, m2, 4));
  return _mm_sha256msg2_epu32(sum, m3);
}

WITH_SHA words hash_block(words w, const unsigned char *block) {
  __m128i m0 = load_message(block), m1 = load_message(block + 16);
  __m128i m2 = load_message(block + 32), m3 = load_message(block + 48);
  for (const uint32_t *k = sf_sha256_k;; k += 16) {
    w = mix(w, m0, k);
    w = mix(w, m1, k + 4);
    w = mix(w, m2, k + 8);
    w = mix(w, m3, k + 12);
    if (k == sf_sha256_k + 48) return w;
    m0 = expand(m0, m1, m2, m3);
    m1 = expand(m1, m2, m3, m0);
    m2 = expand(m2, m3, m0, m1);
    m3 = expand(m3, m0, m1, m2);
  }
}

__attribute__((target("sha,sse4.1"))) void sf_sha256_x86(
    uint32_t state[8], const unsigned char *blocks, size_t count) {
  words w = load_state(state);
  for (; count > 0; count--, blocks += SF_SHA256_BLOCK) {
    words next = hash_block(w, blocks);
    w.abef = _mm_add_epi32(w.abef, next.abef);
    w.cdgh = _mm_add_epi32(w.cdgh, next.cdgh);
  }
  store_state(state, w);
}

bool sf_sha256_x86_works(void) {
  return CPU_FEATURE_ACTIVE(SHA) && CPU_FEATURE_ACTIVE(SSE4_1);
}

#else

void sf_sha256_x86(uint32_t state[8], const unsigned char *blocks,
                   size_t count) {
  (void)state;
  (void)blocks;
  (void)count;
}

bool sf_sha256_x86_works(void) {
  return false;
}

#endif
