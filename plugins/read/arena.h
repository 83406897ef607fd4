/// An arena: memory that is given out in pieces and released all at once, for a
/// library that neither checks its allocations nor ends by itself.
///
/// When the limit of memory or of CPU time is reached, arena_take() does not
/// return but jumps to `limit_hit`, which the caller has set, with the code.
#ifndef ARENA_H
#define ARENA_H

#include <setjmp.h>
#include <stddef.h>

typedef struct {
  struct arena_chunk *chunks;
  size_t used;       ///< Of the newest chunk.
  size_t total;      ///< Bytes of all chunks.
  size_t limit;      ///< Bytes; 0: none.
  unsigned cpu_ms;   ///< 0: none.
  double started;    ///< CPU time at the beginning, in milliseconds.
  unsigned counter;  ///< Of calls, since the clock was looked at.
  jmp_buf limit_hit;
} arena;

void arena_begin(arena *of, size_t limit, unsigned cpu_ms);
void *arena_take(void *of, size_t size);
void arena_clear(arena *of);

#endif
