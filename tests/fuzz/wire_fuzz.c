/// Whatever a worker sends: frames, and what is in them.
#include <stdlib.h>

#include "run/row.h"
#include "run/timing.h"
#include "run/wire.h"

enum { OUTPUTS = 2, STEPS = 3 };

static void read_entry(sheaf_bytes payload) {
  sf_entry entry;
  if (sf_entry_read(&entry, payload, OUTPUTS)) return;
  if (entry.status >= SHEAF_STATUS_COUNT || !entry.line.size) abort();
  sf_unpack from = {entry.records, false};
  for (size_t i = 0; i < OUTPUTS && from.rest.size; i++) sf_get_bytes(&from);
  if (!sf_unpack_whole(&from)) abort();
}

static void read_error(sheaf_bytes payload) {
  sf_unpack from = {payload, false};
  sheaf_error error;
  sf_get_error(&from, &error);
  sf_get_bytes(&from);
}

static void read_timings(sheaf_bytes payload) {
  sf_timing timings[STEPS] = {{0}};
  sf_timing_unpack(payload, timings, STEPS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sheaf_bytes stream = {(const char *)data, size};
  sf_frame frame;
  while (!sf_frame_next(&stream, &frame)) {
    if (frame.payload.size > size) abort();
    read_entry(frame.payload);
    read_error(frame.payload);
    read_timings(frame.payload);
  }
  return 0;
}
