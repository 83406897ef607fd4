/// Finding the records of a WARC, wherever they lie.
#include "bundle/warc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE ((size_t)150000)

// What is found in so many bytes with `mark` at one place.
static uint64_t find_marked(const char *mark, size_t place) {
  sf_file *file;
  char *text = malloc(SIZE);
  assert_non_null(text);
  memset(text, 'x', SIZE);
  memcpy(text + place, mark, strlen(mark));
  assert_int_equal(
      sf_file_memory(&file, "a.warc", (sheaf_bytes){text, SIZE}, NULL), 0);
  uint64_t found = sf_warc_find(file, 10);
  sf_file_close(file);
  free(text);
  return found;
}

// A file is looked through in pieces of 64 KiB.
static void near_ends_of_pieces(void **state) {
  (void)state;
  for (size_t place = 65500; place < 65600; place++) {
    assert_int_equal(find_marked("\nWARC/1.0", place), place + 1);
    assert_int_equal(find_marked(" WARC/1.0", place), SIZE);
    assert_int_equal(find_marked("\nWARC/one", place), SIZE);
  }
}

static void at_the_edges(void **state) {
  (void)state;
  assert_int_equal(find_marked("WARC/1.1", 10), 10);
  assert_int_equal(find_marked("WARC/1.1", 11), SIZE);
  assert_int_equal(find_marked("\nWARC/1.", SIZE - 8), SIZE - 7);
  assert_int_equal(find_marked("\nWARC/1", SIZE - 7), SIZE);
}

#define TEST(sentence, function) \
  { sentence, function, NULL, NULL, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST("warc: a record begins a line, wherever pieces end",
           near_ends_of_pieces),
      TEST("warc: a record may begin where the search does, and at the end",
           at_the_edges),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
