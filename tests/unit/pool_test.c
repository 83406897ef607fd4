/// Small blocks of memory.
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "lua/pool.h"

static void skip_under_sanitizer(void) {
  sf_pool pool = {.memory = NULL};
  bool pooled = sf_pool_take(&pool, 1) != NULL;
  sf_pool_clear(&pool);
  if (!pooled) skip();
}

static void blocks_do_not_overlap(void **state) {
  (void)state;
  skip_under_sanitizer();
  sf_pool pool = {.memory = NULL};
  unsigned char *blocks[2000];
  for (size_t i = 0; i < 2000; i++) {
    size_t size = 1 + i % SF_POOL_BLOCK;
    blocks[i] = sf_pool_take(&pool, size);
    assert_non_null(blocks[i]);
    assert_true(sf_pool_owns(&pool, blocks[i]));
    assert_int_equal((uintptr_t)blocks[i] % SF_POOL_STEP, 0);
    memset(blocks[i], (int)(i % 251), size);
  }
  for (size_t i = 0; i < 2000; i++)
    for (size_t k = 0; k < 1 + i % SF_POOL_BLOCK; k++)
      assert_int_equal(blocks[i][k], i % 251);
  sf_pool_clear(&pool);
}

static void blocks_are_used_again(void **state) {
  (void)state;
  skip_under_sanitizer();
  sf_pool pool = {.memory = NULL};
  void *first = sf_pool_take(&pool, 100);
  void *second = sf_pool_take(&pool, 97);
  sf_pool_give(&pool, first, 100);
  sf_pool_give(&pool, second, 97);
  assert_ptr_equal(sf_pool_take(&pool, 112), second);
  assert_ptr_not_equal(sf_pool_take(&pool, 96), first);
  assert_ptr_equal(sf_pool_take(&pool, 98), first);
  sf_pool_clear(&pool);
}

static void a_pool_does_not_grow(void **state) {
  (void)state;
  skip_under_sanitizer();
  sf_pool pool = {.memory = NULL};
  char other;
  size_t count = 0;
  assert_null(sf_pool_take(&pool, SF_POOL_BLOCK + 1));
  void *last = NULL, *block;
  for (; (block = sf_pool_take(&pool, 64)); count++) last = block;
  assert_true(count > 1000);
  assert_false(sf_pool_owns(&pool, &other));
  assert_null(sf_pool_take(&pool, 1));
  sf_pool_give(&pool, last, 64);
  assert_ptr_equal(sf_pool_take(&pool, 60), last);
  sf_pool_clear(&pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"pool: blocks do not overlap", blocks_do_not_overlap, 0, 0, 0},
      {"pool: blocks are used again for others of their size",
       blocks_are_used_again, 0, 0, 0},
      {"pool: it does not grow", a_pool_does_not_grow, 0, 0, 0},
  };
  return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
