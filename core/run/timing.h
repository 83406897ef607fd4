/// Timings: how long the plugins took, one record a step of the pipeline.
#ifndef SF_RUN_TIMING_H
#define SF_RUN_TIMING_H

#include "run/wire.h"

typedef struct {
  uint64_t calls;
  uint64_t microseconds;  ///< Of all calls.
  uint64_t longest;       ///< Of one call, in microseconds.
} sf_timing;

/// Adds `more` to `*total`.
void sf_timing_add(sf_timing *total, const sf_timing *more);

/// Appends a number of thousandths as a decimal: 1234 as "1.234". In every
/// locale with a point.
void sf_put_thousandths(sf_buffer *out, uint64_t number);

void sf_timing_pack(sf_buffer *out, const sf_timing *timings, size_t count);

/// Adds `count` packed timings to `timings`. SHEAF_EDAMAGED when there are
/// not so many.
int sf_timing_unpack(sheaf_bytes packed, sf_timing *timings, size_t count);

#endif
