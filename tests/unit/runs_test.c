/// Runs of bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/runs.h"

static sf_byte_class read_class(const char *letters) {
  sf_byte_set set;
  sf_byte_class class;
  assert_int_equal(sf_byte_set_read(&set, sf_bytes(letters), NULL), SHEAF_OK);
  sf_byte_class_init(&class, &set);
  return class;
}

// The next run, found byte by byte.
static bool next_run(const sf_byte_class *class, sheaf_bytes text, size_t *at,
                     sf_range *run) {
  while (*at < text.size && !class->has[(unsigned char)text.data[*at]]) ++*at;
  run->from = *at;
  while (*at < text.size && class->has[(unsigned char)text.data[*at]]) ++*at;
  run->to = *at;
  return run->from < run->to;
}

static void assert_runs(const sf_byte_class *class, sheaf_bytes text) {
  sf_runs runs;
  sf_run found[SF_RUNS];
  sf_range expected;
  size_t at = 0, count = 0, next = 0;
  sf_runs_init(&runs, class, text);
  while (next_run(class, text, &at, &expected)) {
    if (next == count) {
      count = sf_runs_take(&runs, found);
      next = 0;
    }
    assert_true(next < count);
    sf_run run = found[next++];
    assert_int_equal(run.from, expected.from);
    assert_int_equal(run.to, expected.to);
    for (size_t i = run.from; run.ascii && i < run.to; i++)
      assert_true((unsigned char)text.data[i] < 0x80);
  }
  assert_int_equal(next, count);
  assert_int_equal(sf_runs_take(&runs, found), 0);
}

static void assert_finds(const sf_byte_class *class, sheaf_bytes text) {
  sf_range expected;
  for (size_t from = 0; from <= text.size; from += 1 + from / 5) {
    size_t at = from;
    bool found = next_run(class, text, &at, &expected);
    assert_int_equal(sf_byte_class_find(class, text, from),
                     found ? expected.from : text.size);
  }
}

// Letters in runs of about `length`, now and then any other byte.
static void fill(char *text, size_t size, unsigned length) {
  unsigned seed = length;
  for (size_t i = 0; i < size; i++) {
    seed = seed * 1103515245 + 12345;
    unsigned number = seed >> 16;
    text[i] = (char)(number % length ? 'a' + number % 26 : number >> 7);
  }
}

static void runs_are_found_wherever_they_lie(void **state) {
  (void)state;
  const char *classes[] = {"%a", "[%w\x80-\xff]", "[^%s]", "%z"};
  char text[700];
  for (size_t i = 0; i < SF_COUNT(classes); i++) {
    sf_byte_class class = read_class(classes[i]);
    for (unsigned length = 1; length < 400; length += length) {
      fill(text, sizeof text, length);
      for (size_t size = 0; size <= sizeof text; size += 1 + size / 9) {
        sheaf_bytes part = {text + sizeof text - size, size};
        assert_runs(&class, part);
        assert_finds(&class, part);
      }
    }
  }
}

static void instructions_find_what_the_table_says(void **state) {
  (void)state;
  if (!sf_runs_x86()) skip();
  const char *classes[] = {"%a", "[%w\x80-\xff]", "[^%s]", "[\x7f-\x90z]"};
  char block[SF_BLOCK];
  for (size_t i = 0; i < SF_COUNT(classes); i++) {
    sf_byte_class class = read_class(classes[i]);
    for (unsigned first = 0; first < 256; first++) {
      for (unsigned k = 0; k < SF_BLOCK; k++) block[k] = (char)(first + 5 * k);
      uint64_t mask = sf_runs_x86()(&class, block);
      for (unsigned k = 0; k < SF_BLOCK; k++)
        assert_int_equal(mask >> k & 1, class.has[(unsigned char)block[k]]);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"runs: they are found wherever they lie in blocks",
       runs_are_found_wherever_they_lie, 0, 0, 0},
      {"runs: the processor's instructions find what the table says",
       instructions_find_what_the_table_says, 0, 0, 0},
  };
  return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
