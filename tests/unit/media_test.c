/// Media types: what tells them, and what does not.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

static void check(const char *type, const char *expected) {
  if (expected)
    assert_string_equal(type ? type : "none", expected);
  else
    assert_null(type);
}

#define SIGNATURE(literal, expected)                                    \
  check(sf_media_signature((sheaf_bytes){literal, sizeof literal - 1}), \
        expected)

static void signatures_tell(void **state) {
  (void)state;
  SIGNATURE("%PDF-1.7\n", "application/pdf");
  SIGNATURE("\x89PNG\r\n\x1A\n", "image/png");
  SIGNATURE("\x1F\x8B\x08\0", "application/gzip");
  SIGNATURE("\xFD\x37zXZ\0\0", "application/x-xz");
  SIGNATURE("\x28\xB5\x2F\xFD\x04", "application/zstd");
  SIGNATURE("BZh91AY&SY\0", "application/x-bzip2");
  SIGNATURE("PK\3\4 and not much behind it", "application/zip");
}

static void words_that_begin_like_one_do_not(void **state) {
  (void)state;
  SIGNATURE("", NULL);
  SIGNATURE("%PDF", NULL);
  SIGNATURE("BZh is not said of bees, 1AY&SY", NULL);
  SIGNATURE("BZh9", NULL);
  SIGNATURE("ustar is what tar files say", NULL);
}

static void tar_is_told_behind_its_first_name(void **state) {
  (void)state;
  char block[512] = "name.txt";
  memcpy(block + 257, "ustar", 6);
  check(sf_media_signature((sheaf_bytes){block, sizeof block}),
        "application/x-tar");
  check(sf_media_signature((sheaf_bytes){block, 261}), NULL);
  memcpy(block + 257, "ustar  ", 8);
  check(sf_media_signature((sheaf_bytes){block, sizeof block}),
        "application/x-tar");
  memcpy(block + 257, "ustard is hot", 14);
  check(sf_media_signature((sheaf_bytes){block, sizeof block}), NULL);
}

static void endings_tell_in_any_case(void **state) {
  (void)state;
  check(sf_media_ending(sf_bytes("a/b.TXT")), "text/plain");
  check(sf_media_ending(sf_bytes("page.html")), "text/html");
  check(sf_media_ending(sf_bytes(".txt")), NULL);
  check(sf_media_ending(sf_bytes("txt")), NULL);
  check(sf_media_ending(sf_bytes("a.bin")), NULL);
}

static void markup_tells_behind_white_space(void **state) {
  (void)state;
  check(sf_media_markup(sf_bytes(" \n<!DOCTYPE HTML>")), "text/html");
  check(sf_media_markup(sf_bytes("\xEF\xBB\xBF<html lang='en'>")), "text/html");
  check(sf_media_markup(sf_bytes("<?xml version='1.0'?><a/>")),
        "application/xml");
  check(sf_media_markup(sf_bytes("<?xml version='1.0'?><html/>")),
        "application/xhtml+xml");
  check(sf_media_markup(sf_bytes("<htmlish>")), NULL);
}

static void kinds_of_types(void **state) {
  (void)state;
  assert_true(sf_media_is_text("text/x-anything"));
  assert_true(sf_media_is_text("image/svg+xml"));
  assert_true(sf_media_is_text("application/json"));
  assert_false(sf_media_is_text("application/pdf"));
  assert_false(sf_media_is_text("application/x-tar"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signatures_tell),
      cmocka_unit_test(words_that_begin_like_one_do_not),
      cmocka_unit_test(tar_is_told_behind_its_first_name),
      cmocka_unit_test(endings_tell_in_any_case),
      cmocka_unit_test(markup_tells_behind_white_space),
      cmocka_unit_test(kinds_of_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
