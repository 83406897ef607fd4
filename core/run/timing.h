/// Timings: how long the plugins took, and how much memory; one record a step
/// of the pipeline. They can be added up in any order.
#ifndef SF_RUN_TIMING_H
#define SF_RUN_TIMING_H

#include "run/wire.h"
#include "sheaf/value.h"

/// Buckets of a histogram: eight to each doubling, so that the calls in one
/// differ by an eighth at most. The last one is for all that is longer.
#define SF_TIMING_BUCKETS 312

typedef struct {
  uint64_t calls;
  uint64_t microseconds;  ///< Of all calls.
  uint64_t longest;       ///< Of one call, in microseconds.
  uint64_t memory;        ///< Bytes that it held at most; 0: not known.
  uint64_t finish;        ///< Microseconds that `finish` took, with its worker.
  uint64_t buckets[SF_TIMING_BUCKETS];  ///< Calls, by how long they took.
} sf_timing;

/// Counts a call that took so long.
void sf_timing_call(sf_timing *timing, uint64_t microseconds);

/// Adds `more` to `*total`.
void sf_timing_add(sf_timing *total, const sf_timing *more);

/// What so many thousandths of the calls did not exceed, in microseconds, up
/// to an eighth more.
uint64_t sf_timing_quantile(const sf_timing *timing, unsigned thousandths);

/// Appends a number of thousandths as a decimal: 1234 as "1.234". In every
/// locale with a point.
void sf_put_thousandths(sf_buffer *out, uint64_t number);

void sf_timing_pack(sf_buffer *out, const sf_timing *timings, size_t count);

/// Adds `count` packed timings to `timings`. SHEAF_EDAMAGED when there are
/// not so many, and nothing else.
int sf_timing_unpack(sheaf_bytes packed, sf_timing *timings, size_t count);

/// Appends the timing of `plugin` as JSON, as it is in run.json.
void sf_timing_write(sf_buffer *out, const char *plugin,
                     const sf_timing *timing);

/// Adds to `*total` what sf_timing_write() wrote; false when it is no such
/// thing.
bool sf_timing_read(const sheaf_value *from, sf_timing *total);

#endif
