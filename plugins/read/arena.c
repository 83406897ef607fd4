#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

#define CHUNK       ((size_t)256 << 10)
#define CLOCK_EVERY 256

/// Before each piece stands its size in units, or 0: it is a large one. A piece
/// that was given back holds the next of its size. Nothing that is kept here
/// takes more alignment than this.
union arena_piece {
  uint64_t units;
  union arena_piece *next;
};

#define UNIT sizeof(union arena_piece)

struct arena_chunk {
  struct arena_chunk *next;
  union arena_piece pieces[CHUNK / UNIT];
};

struct arena_large {
  struct arena_large *next, **link;
  size_t size;
  union arena_piece head, data[];
};

void arena_begin(arena *of, size_t limit, unsigned cpu_ms) {
  *of = (arena){.limit = limit, .cpu_ms = cpu_ms, .started = cpu_now()};
}

// --- Limits ----------------------------------------------------------------

static void check_clock(arena *of) {
  if (!of->cpu_ms || ++of->counter < CLOCK_EVERY) return;
  of->counter = 0;
  if (cpu_now() - of->started > of->cpu_ms)
    longjmp(of->limit_hit, SHEAF_ETIMEOUT);
}

static void *take_memory(arena *of, size_t size) {
  if (of->limit && size > of->limit - of->total)
    longjmp(of->limit_hit, SHEAF_ELIMIT);
  void *memory = malloc(size);
  if (!memory) longjmp(of->limit_hit, SHEAF_ENOMEM);
  of->total += size;
  return memory;
}

// --- Pieces ----------------------------------------------------------------

static void *take_large(arena *of, size_t units) {
  size_t size = sizeof(struct arena_large) + units * UNIT;
  struct arena_large *large = take_memory(of, size);
  *large = (struct arena_large){of->large, &of->large, size, {.units = 0}};
  if (of->large) of->large->link = &large->next;
  of->large = large;
  return large->data;
}

static void give_large(arena *of, union arena_piece *data) {
  struct arena_large *large =
      (void *)((char *)data - offsetof(struct arena_large, data));
  *large->link = large->next;
  if (large->next) large->next->link = large->link;
  of->total -= large->size;
  free(large);
}

static void *take_small(arena *of, size_t units) {
  union arena_piece *piece = of->free[units];
  if (piece) {
    of->free[units] = piece->next;
    return piece;
  }
  if (!of->chunks || CHUNK / UNIT - of->used < units + 1) {
    struct arena_chunk *chunk = take_memory(of, sizeof *chunk);
    chunk->next = of->chunks;
    of->chunks = chunk;
    of->used = 0;
  }
  piece = of->chunks->pieces + of->used;
  of->used += units + 1;
  piece->units = units;
  return piece + 1;
}

void *arena_take(void *context, size_t size) {
  arena *of = context;
  check_clock(of);
  if (size > SIZE_MAX / 2) longjmp(of->limit_hit, SHEAF_ELIMIT);
  size_t units = size ? (size + UNIT - 1) / UNIT : 1;
  return units <= ARENA_SIZES ? take_small(of, units) : take_large(of, units);
}

void arena_give(void *context, void *memory) {
  arena *of = context;
  union arena_piece *piece = memory;
  if (!piece) return;
  uint64_t units = piece[-1].units;
  if (!units) {
    give_large(of, piece);
  } else {
    piece->next = of->free[units];
    of->free[units] = piece;
  }
}

void arena_clear(arena *of) {
  while (of->chunks) {
    struct arena_chunk *next = of->chunks->next;
    free(of->chunks);
    of->chunks = next;
  }
  while (of->large) give_large(of, of->large->data);
}
