/// Counting calls by their length, adding timings up, and carrying them from
/// the workers and between runs.
#include "run/timing.h"

#include <inttypes.h>

#include "json/json.h"

// --- The histogram ---------------------------------------------------------

enum {
  PARTS = 8,      ///< Of each doubling.
  PARTS_BITS = 3  ///< PARTS is two to that.
};

static size_t bucket_of(uint64_t microseconds) {
  if (microseconds < PARTS) return (size_t)microseconds;
  unsigned doubling = 63 - (unsigned)__builtin_clzll(microseconds) - PARTS_BITS;
  size_t part = (size_t)(microseconds >> doubling) % PARTS;
  size_t bucket = (doubling + 1) * PARTS + part;
  return bucket < SF_TIMING_BUCKETS ? bucket : SF_TIMING_BUCKETS - 1;
}

/// The shortest call that the bucket is for.
static uint64_t bucket_start(size_t bucket) {
  if (bucket < PARTS) return bucket;
  return (uint64_t)(PARTS + bucket % PARTS) << (bucket / PARTS - 1);
}

uint64_t sf_timing_quantile(const sf_timing *timing, unsigned thousandths) {
  // Rounded up: of one call each quantile is that call.
  uint64_t rank = timing->calls / 1000 * thousandths +
                  (timing->calls % 1000 * thousandths + 999) / 1000;
  uint64_t seen = 0;
  for (size_t i = 0; i + 1 < SF_TIMING_BUCKETS; i++) {
    seen += timing->buckets[i];
    if (seen < rank) continue;
    uint64_t most = bucket_start(i + 1) - 1;
    return most < timing->longest ? most : timing->longest;
  }
  return timing->longest;
}

// --- Adding up -------------------------------------------------------------

static uint64_t larger(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

void sf_timing_call(sf_timing *timing, uint64_t microseconds) {
  timing->calls++;
  timing->microseconds += microseconds;
  timing->longest = larger(timing->longest, microseconds);
  timing->buckets[bucket_of(microseconds)]++;
}

void sf_timing_add(sf_timing *total, const sf_timing *more) {
  total->calls += more->calls;
  total->microseconds += more->microseconds;
  total->longest = larger(total->longest, more->longest);
  total->memory = larger(total->memory, more->memory);
  total->finish += more->finish;
  for (size_t i = 0; i < SF_TIMING_BUCKETS; i++)
    total->buckets[i] += more->buckets[i];
}

// --- Packed ----------------------------------------------------------------

static void pack_buckets(sf_buffer *out, const sf_timing *timing) {
  size_t at = sf_bytes_begin(out);
  for (size_t i = 0; i < SF_TIMING_BUCKETS; i++) {
    if (!timing->buckets[i]) continue;
    sf_put_u32(out, (uint32_t)i);
    sf_put_u64(out, timing->buckets[i]);
  }
  sf_bytes_end(out, at);
}

// Workers that have documents finish nothing.
void sf_timing_pack(sf_buffer *out, const sf_timing *timings, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sf_put_u64(out, timings[i].calls);
    sf_put_u64(out, timings[i].microseconds);
    sf_put_u64(out, timings[i].longest);
    sf_put_u64(out, timings[i].memory);
    pack_buckets(out, &timings[i]);
  }
}

static bool unpack_buckets(sheaf_bytes packed, sf_timing *timing) {
  sf_unpack from = {packed, false};
  while (from.rest.size) {
    uint32_t bucket = sf_get_u32(&from);
    uint64_t calls = sf_get_u64(&from);
    if (from.failed || bucket >= SF_TIMING_BUCKETS) return false;
    timing->buckets[bucket] += calls;
  }
  return true;
}

int sf_timing_unpack(sheaf_bytes packed, sf_timing *timings, size_t count) {
  sf_unpack from = {packed, false};
  for (size_t i = 0; i < count; i++) {
    sf_timing more = {0};
    more.calls = sf_get_u64(&from);
    more.microseconds = sf_get_u64(&from);
    more.longest = sf_get_u64(&from);
    more.memory = sf_get_u64(&from);
    if (!unpack_buckets(sf_get_bytes(&from), &more)) return SHEAF_EDAMAGED;
    sf_timing_add(&timings[i], &more);
  }
  return sf_unpack_whole(&from) ? SHEAF_OK : SHEAF_EDAMAGED;
}

// --- As JSON ---------------------------------------------------------------

void sf_put_thousandths(sf_buffer *out, uint64_t number) {
  char decimals[] = {'.', (char)('0' + number / 100 % 10),
                     (char)('0' + number / 10 % 10), (char)('0' + number % 10)};
  sf_buffer_put_number(out, number / 1000);
  sf_buffer_append(out, decimals, sizeof decimals);
}

static void write_ms(sf_buffer *out, const char *key, uint64_t microseconds) {
  sf_buffer_printf(out, ",\"%s\":", key);
  sf_put_thousandths(out, microseconds);
}

/// Where each bucket begins, in microseconds, and the calls in it, in turn.
static void write_buckets(sf_buffer *out, const sf_timing *timing) {
  const char *before = "";
  for (size_t i = 0; i < SF_TIMING_BUCKETS; i++) {
    if (!timing->buckets[i]) continue;
    sf_buffer_printf(out, "%s%" PRIu64 ",%" PRIu64, before, bucket_start(i),
                     timing->buckets[i]);
    before = ",";
  }
}

void sf_timing_write(sf_buffer *out, const char *plugin,
                     const sf_timing *timing) {
  sf_buffer_puts(out, "{\"plugin\":");
  sf_json_string(out, sf_bytes(plugin));
  sf_buffer_printf(out, ",\"calls\":%" PRIu64, timing->calls);
  write_ms(out, "ms", timing->microseconds);
  write_ms(out, "p50_ms", sf_timing_quantile(timing, 500));
  write_ms(out, "p99_ms", sf_timing_quantile(timing, 990));
  write_ms(out, "max_ms", timing->longest);
  if (timing->finish) write_ms(out, "finish_ms", timing->finish);
  sf_buffer_puts(out, ",\"memory_peak\":");
  if (timing->memory)
    sf_buffer_printf(out, "%" PRIu64, timing->memory);
  else
    sf_buffer_puts(out, "null");
  sf_buffer_puts(out, ",\"histogram_us\":[");
  write_buckets(out, timing);
  sf_buffer_puts(out, "]}");
}

static bool read_count(const sheaf_value *value, uint64_t *count) {
  if (!value || value->type != SHEAF_INT || value->as.integer < 0) return false;
  *count = (uint64_t)value->as.integer;
  return true;
}

static bool read_ms(const sheaf_value *from, const char *key,
                    uint64_t *microseconds) {
  const double most = 1e15;
  const sheaf_value *value = sheaf_value_get(from, key);
  if (!value || value->type != SHEAF_FLOAT) return false;
  double ms = value->as.number;
  if (!(ms >= 0 && ms <= most)) return false;
  *microseconds = (uint64_t)(ms * 1000 + 0.5);
  return true;
}

static bool read_memory(const sheaf_value *from, uint64_t *memory) {
  const sheaf_value *value = sheaf_value_get(from, "memory_peak");
  return value && (value->type == SHEAF_NULL || read_count(value, memory));
}

static bool read_buckets(const sheaf_value *from, sf_timing *timing) {
  const sheaf_value *list = sheaf_value_get(from, "histogram_us");
  if (!list || list->type != SHEAF_LIST) return false;
  for (size_t i = 0; i < sheaf_value_count(list); i += 2) {
    uint64_t start, calls;
    if (!read_count(sheaf_value_at(list, i), &start) ||
        !read_count(sheaf_value_at(list, i + 1), &calls))
      return false;
    timing->buckets[bucket_of(start)] += calls;
  }
  return true;
}

bool sf_timing_read(const sheaf_value *from, sf_timing *total) {
  sf_timing timing = {0};
  if (!read_count(sheaf_value_get(from, "calls"), &timing.calls) ||
      !read_ms(from, "ms", &timing.microseconds) ||
      !read_ms(from, "max_ms", &timing.longest) ||
      (sheaf_value_get(from, "finish_ms") &&
       !read_ms(from, "finish_ms", &timing.finish)) ||
      !read_memory(from, &timing.memory) || !read_buckets(from, &timing))
    return false;
  sf_timing_add(total, &timing);
  return true;
}
