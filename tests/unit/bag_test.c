/// Bags of strings, and sorting what comes first.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "base/base.h"

// Memory that counts what is in use and refuses to go over a limit.
typedef struct {
  size_t used;
  size_t limit;
} account;

static void *resize(void *context, void *block, size_t old_size,
                    size_t new_size) {
  account *a = context;
  if (a->used - old_size + new_size > a->limit) return NULL;
  void *moved = NULL;
  if (new_size)
    moved = realloc(block, new_size);
  else
    free(block);
  a->used += new_size - old_size;
  return moved;
}

static size_t add(sf_bag *bag, const char *text) {
  size_t number;
  sf_bag_key key = sf_bag_key_of(sf_bytes(text), strlen(text));
  assert_int_equal(sf_bag_add(bag, &key, &number), SHEAF_OK);
  return number;
}

static size_t find(const sf_bag *bag, const char *text) {
  sf_bag_key key = sf_bag_key_of(sf_bytes(text), strlen(text));
  return sf_bag_find(bag, &key);
}

static void strings_are_numbered(void **state) {
  (void)state;
  account a = {0, SIZE_MAX / 2};
  sf_bag bag;
  sf_bag_init(&bag, (sf_memory){resize, &a});
  assert_int_equal(find(&bag, "one"), SF_BAG_NONE);
  assert_int_equal(add(&bag, "one"), 0);
  assert_int_equal(add(&bag, "a string that is longer than its head"), 1);
  assert_int_equal(add(&bag, ""), 2);
  assert_int_equal(add(&bag, "a string that is longer than its head"), 1);
  assert_int_equal(add(&bag, "one"), 0);
  assert_int_equal(find(&bag, "a string that is longer than its tail"),
                   SF_BAG_NONE);
  sheaf_bytes string = sf_bag_string(&bag, &bag.items[1]);
  assert_true(sf_bytes_equal(string, "a string that is longer than its head"));
  sf_bag_clear(&bag);
  assert_int_equal(a.used, 0);
}

static void what_stands_behind_a_string_does_not_matter(void **state) {
  (void)state;
  account a = {0, SIZE_MAX / 2};
  sf_bag bag;
  size_t number;
  sf_bag_init(&bag, (sf_memory){resize, &a});
  add(&bag, "peace");
  sheaf_bytes word = {"peace and security", 5};
  sf_bag_key key = sf_bag_key_of(word, 18);
  assert_int_equal(sf_bag_add(&bag, &key, &number), SHEAF_OK);
  assert_int_equal(number, 0);
  word.size = 16;
  key = sf_bag_key_of(word, 18);
  assert_int_equal(sf_bag_find(&bag, &key), SF_BAG_NONE);
  sf_bag_clear(&bag);
}

static void many_strings_are_counted(void **state) {
  (void)state;
  account a = {0, SIZE_MAX / 2};
  sf_bag bag;
  const char *words[] = {"a", "b", "a", "a word of more than a head", "b", "a"};
  const size_t expected[] = {0, 1, 0, 2, 1, 0};
  sf_bag_key keys[SF_COUNT(words)];
  size_t numbers[SF_COUNT(words)];
  sf_bag_init(&bag, (sf_memory){resize, &a});
  for (size_t i = 0; i < SF_COUNT(words); i++)
    keys[i] = sf_bag_key_of(sf_bytes(words[i]), strlen(words[i]));
  sf_bag_find_all(&bag, keys, SF_COUNT(words), numbers);
  assert_int_equal(numbers[3], SF_BAG_NONE);
  assert_int_equal(sf_bag_count(&bag, keys, SF_COUNT(words), numbers), 0);
  assert_memory_equal(numbers, expected, sizeof numbers);
  assert_int_equal(bag.items[0].count, 3);
  sf_bag_find_all(&bag, keys, SF_COUNT(words), numbers);
  assert_memory_equal(numbers, expected, sizeof numbers);
  sf_bag_clear(&bag);
}

static void a_bag_grows_and_is_cut(void **state) {
  (void)state;
  account a = {0, SIZE_MAX / 2};
  sf_bag bag;
  char text[40];
  sf_bag_init(&bag, (sf_memory){resize, &a});
  for (int round = 0; round < 3; round++) {
    for (size_t i = 0; i < 5000; i++) {
      snprintf(text, sizeof text, i % 2 ? "%zu" : "a long string, %zu", i);
      assert_int_equal(add(&bag, text), i);
    }
    assert_int_equal(bag.count, 5000);
    sf_bag_cut(&bag, 10);
    assert_int_equal(bag.count, 10);
    assert_int_equal(find(&bag, "a long string, 8"), 8);
    assert_int_equal(find(&bag, "a long string, 10"), SF_BAG_NONE);
  }
  sf_bag_clear(&bag);
  assert_int_equal(a.used, 0);
}

static void no_memory_leaves_a_bag_as_it_was(void **state) {
  (void)state;
  account a = {0, 20000};
  sf_bag bag;
  char text[40];
  size_t count = 0, number;
  int code = SHEAF_OK;
  sf_bag_init(&bag, (sf_memory){resize, &a});
  while (code == SHEAF_OK) {
    snprintf(text, sizeof text, "the string with number %zu", count);
    sf_bag_key key = sf_bag_key_of(sf_bytes(text), sizeof text);
    code = sf_bag_add(&bag, &key, &number);
    if (code == SHEAF_OK) count++;
  }
  assert_int_equal(code, SHEAF_ENOMEM);
  assert_int_equal(bag.count, count);
  assert_int_equal(find(&bag, "the string with number 7"), 7);
  assert_int_equal(find(&bag, text), SF_BAG_NONE);
  sf_bag_clear(&bag);
  assert_int_equal(a.used, 0);
}

static int compare_numbers(const void *a, const void *b, const void *context) {
  (void)context;
  int left = *(const int *)a, right = *(const int *)b;
  return (left > right) - (left < right);
}

static void the_first_come_first(void **state) {
  (void)state;
  int numbers[257];
  const void *items[257];
  for (size_t most = 0; most <= 260; most += most < 9 ? 1 : 31) {
    for (size_t i = 0; i < 257; i++) {
      numbers[i] = (int)(i * 101 % 257);
      items[i] = &numbers[i];
    }
    sf_sort_first(items, 257, most, compare_numbers, NULL);
    for (size_t i = 0; i < most && i < 257; i++)
      assert_int_equal(*(const int *)items[i], i);
  }
  sf_sort_first(items, 0, 3, compare_numbers, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"bag: strings are numbered as they come", strings_are_numbered, 0, 0, 0},
      {"bag: what stands behind a string does not matter",
       what_stands_behind_a_string_does_not_matter, 0, 0, 0},
      {"bag: many strings are counted at once", many_strings_are_counted, 0, 0,
       0},
      {"bag: it grows, and can be cut", a_bag_grows_and_is_cut, 0, 0, 0},
      {"bag: no memory leaves it as it was", no_memory_leaves_a_bag_as_it_was,
       0, 0, 0},
      {"sort: the first come first, however many are wanted",
       the_first_come_first, 0, 0, 0},
  };
  return cmocka_run_group_tests_name("bag", tests, NULL, NULL);
}
