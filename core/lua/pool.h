/// Small blocks of memory. Private to this module.
#ifndef SF_POOL_H
#define SF_POOL_H

#include <stdbool.h>
#include <stddef.h>

#define SF_POOL_BLOCK 256  ///< Bytes of the largest block.
#define SF_POOL_STEP  16   ///< Blocks have multiples of this as size.

/// Blocks by size, in a piece of memory that does not grow: most of what a Lua
/// state asks for is small, and soon given back. Start from a zeroed struct.
typedef struct {
  void *spare[SF_POOL_BLOCK / SF_POOL_STEP];  ///< Each has the next in it.
  char *memory;                               ///< NULL before the first block.
  size_t used;  ///< Bytes that blocks were made of.
} sf_pool;

/// A block for `size` bytes; NULL when there is none in the pool, or none so
/// large.
void *sf_pool_take(sf_pool *pool, size_t size);

/// True for a block that came from the pool.
bool sf_pool_owns(const sf_pool *pool, const void *block);

/// Gives back a block that was taken for `size` bytes.
void sf_pool_give(sf_pool *pool, void *block, size_t size);

/// Frees all blocks.
void sf_pool_clear(sf_pool *pool);

#endif
