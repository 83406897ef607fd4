/// Small blocks without a look around: Lua says how large a block was when it
/// gives it back, so that none needs a header.
#include "lua/pool.h"

#include <stdint.h>
#include <stdlib.h>

/// Bytes of a pool. What is never used takes no memory, and what a state took
/// for one large document is given back.
#define POOL_SIZE ((size_t)1 << 20)

// AddressSanitizer sees more when every block is one of its own.
#if defined(__SANITIZE_ADDRESS__)
#define LARGEST 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LARGEST 0
#endif
#endif
#ifndef LARGEST
#define LARGEST SF_POOL_BLOCK
#endif

static size_t class_of(size_t size) {
  return (size - 1) / SF_POOL_STEP;
}

static void *cut_block(sf_pool *pool, size_t size) {
  size = (class_of(size) + 1) * SF_POOL_STEP;
  if (!pool->memory) pool->memory = malloc(POOL_SIZE);
  if (!pool->memory || POOL_SIZE - pool->used < size) return NULL;
  void *block = pool->memory + pool->used;
  pool->used += size;
  return block;
}

void *sf_pool_take(sf_pool *pool, size_t size) {
  if (size > LARGEST) return NULL;
  void **spare = pool->spare[class_of(size)];
  if (!spare) return cut_block(pool, size);
  pool->spare[class_of(size)] = *spare;
  return spare;
}

bool sf_pool_owns(const sf_pool *pool, const void *block) {
  return pool->memory &&
         (uintptr_t)block - (uintptr_t)pool->memory < pool->used;
}

void sf_pool_give(sf_pool *pool, void *block, size_t size) {
  *(void **)block = pool->spare[class_of(size)];
  pool->spare[class_of(size)] = block;
}

void sf_pool_clear(sf_pool *pool) {
  free(pool->memory);
  *pool = (sf_pool){.memory = NULL};
}
