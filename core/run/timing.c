/// Adding timings up, and carrying them from the workers.
#include "run/timing.h"

void sf_timing_add(sf_timing *total, const sf_timing *more) {
  total->calls += more->calls;
  total->microseconds += more->microseconds;
  if (more->longest > total->longest) total->longest = more->longest;
}

void sf_put_thousandths(sf_buffer *out, uint64_t number) {
  char decimals[] = {'.', (char)('0' + number / 100 % 10),
                     (char)('0' + number / 10 % 10), (char)('0' + number % 10)};
  sf_buffer_put_number(out, number / 1000);
  sf_buffer_append(out, decimals, sizeof decimals);
}

void sf_timing_pack(sf_buffer *out, const sf_timing *timings, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sf_put_u64(out, timings[i].calls);
    sf_put_u64(out, timings[i].microseconds);
    sf_put_u64(out, timings[i].longest);
  }
}

int sf_timing_unpack(sheaf_bytes packed, sf_timing *timings, size_t count) {
  if (packed.size != count * 3 * sizeof(uint64_t)) return SHEAF_EDAMAGED;
  sf_unpack from = {packed, false};
  for (size_t i = 0; i < count; i++) {
    sf_timing more;
    more.calls = sf_get_u64(&from);
    more.microseconds = sf_get_u64(&from);
    more.longest = sf_get_u64(&from);
    sf_timing_add(&timings[i], &more);
  }
  return SHEAF_OK;
}
