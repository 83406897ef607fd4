#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "limit.h"

#define CHUNK       ((size_t)256 << 10)
#define CLOCK_EVERY 256

struct arena_chunk {
  struct arena_chunk *next;
  size_t size;
  alignas(max_align_t) char data[];
};

void arena_begin(arena *of, size_t limit, unsigned cpu_ms) {
  *of = (arena){.limit = limit, .cpu_ms = cpu_ms, .started = cpu_now()};
}

static void check_clock(arena *of) {
  if (!of->cpu_ms || ++of->counter < CLOCK_EVERY) return;
  of->counter = 0;
  if (cpu_now() - of->started > of->cpu_ms)
    longjmp(of->limit_hit, SHEAF_ETIMEOUT);
}

static void add_chunk(arena *of, size_t least) {
  size_t size = least > CHUNK ? least : CHUNK;
  if (of->limit && size > of->limit - of->total)
    longjmp(of->limit_hit, SHEAF_ELIMIT);
  struct arena_chunk *chunk = malloc(sizeof *chunk + size);
  if (!chunk) longjmp(of->limit_hit, SHEAF_ENOMEM);
  chunk->next = of->chunks;
  chunk->size = size;
  of->chunks = chunk;
  of->total += size;
  of->used = 0;
}

void *arena_take(void *context, size_t size) {
  arena *of = context;
  size_t grain = alignof(max_align_t);
  check_clock(of);
  if (size > SIZE_MAX / 2) longjmp(of->limit_hit, SHEAF_ELIMIT);
  size = (size + grain - 1) / grain * grain;
  if (!of->chunks || size > of->chunks->size - of->used) add_chunk(of, size);
  void *piece = of->chunks->data + of->used;
  of->used += size;
  return piece;
}

void arena_clear(arena *of) {
  while (of->chunks) {
    struct arena_chunk *next = of->chunks->next;
    free(of->chunks);
    of->chunks = next;
  }
}
