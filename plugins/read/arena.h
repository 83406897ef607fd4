/// An arena: memory that is given out in pieces, for a library that does not
/// check its allocations, and that is to be stopped when it does not end.
/// Pieces that are given back are used again; at the end all is released at
/// once.
///
/// When the limit of memory or of CPU time is reached, arena_take() does not
/// return but jumps to `limit_hit`, which the caller has set, with the code.
#ifndef ARENA_H
#define ARENA_H

#include <setjmp.h>
#include <stddef.h>

/// Small pieces are of so many sizes.
#define ARENA_SIZES 64

typedef struct {
  struct arena_chunk *chunks;  ///< Of small pieces,
  size_t used;                 ///< of which so much of the newest is in use;
  struct arena_large *large;   ///< and pieces that are a chunk of their own.
  union arena_piece *free[ARENA_SIZES + 1];
  size_t total;      ///< Bytes of all chunks.
  size_t limit;      ///< Bytes; 0: none.
  unsigned cpu_ms;   ///< 0: none.
  double started;    ///< CPU time at the beginning, in milliseconds.
  unsigned counter;  ///< Of calls, since the clock was looked at.
  jmp_buf limit_hit;
} arena;

void arena_begin(arena *of, size_t limit, unsigned cpu_ms);
void *arena_take(void *of, size_t size);

/// `piece` may be NULL.
void arena_give(void *of, void *piece);

void arena_clear(arena *of);

#endif
