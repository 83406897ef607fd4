/// UTF-8: what is valid, decoding, encoding and counting.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

static size_t valid(const char *data, size_t size) {
  return sf_utf8_valid((sheaf_bytes){data, size});
}

#define VALID(literal) valid(literal, sizeof literal - 1)

static void accepts_well_formed(void **state) {
  (void)state;
  assert_int_equal(VALID(""), 0);
  assert_int_equal(VALID("plain ASCII that is longer than a word\0"), 39);
  assert_int_equal(VALID("\x7F\xC2\x80\xDF\xBF"), 5);
  assert_int_equal(VALID("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"), 9);
  assert_int_equal(VALID("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), 8);
  assert_int_equal(VALID("the State\u2019s \u5b89\u5168 \u0411"), 23);
}

static void refuses_ill_formed(void **state) {
  (void)state;
  assert_int_equal(VALID("12345678\x80"), 8);
  assert_int_equal(VALID("a\xC0\xAF"), 1);
  assert_int_equal(VALID("a\xC1\xBF"), 1);
  assert_int_equal(VALID("a\xE0\x9F\xBF"), 1);
  assert_int_equal(VALID("a\xED\xA0\x80"), 1);
  assert_int_equal(VALID("a\xF0\x8F\xBF\xBF"), 1);
  assert_int_equal(VALID("a\xF4\x90\x80\x80"), 1);
  assert_int_equal(VALID("a\xF5\x80\x80\x80"), 1);
  assert_int_equal(VALID("a\xE2\x82"), 1);
  assert_int_equal(VALID("a\xE2\x28\xA1"), 1);
  assert_int_equal(VALID("a\xF0\x90\x80\x28"), 1);
}

/// The plain definition, to compare with: decode, encode, see the same.
static void agrees_with_round_trips(void **state) {
  (void)state;
  sf_buffer out = {0};
  for (uint32_t c = 0; c <= 0x10FFFF; c++) {
    size_t length;
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    out.size = 0;
    sf_utf8_encode(&out, c);
    assert_int_equal(sf_utf8_valid(sf_buffer_bytes(&out)), out.size);
    assert_int_equal(sf_utf8_decode(sf_buffer_bytes(&out), 0, &length), c);
    assert_int_equal(length, out.size);
    assert_int_equal(sf_utf8_count(sf_buffer_bytes(&out)), 1);
  }
  sf_buffer_clear(&out);
}

static void replaces_what_is_no_character(void **state) {
  (void)state;
  sf_buffer out = {0};
  sf_utf8_encode(&out, 0xD800);
  sf_utf8_encode(&out, 0x110000);
  assert_string_equal(sf_buffer_text(&out), "\uFFFD\uFFFD");
  sf_buffer_clear(&out);
}

static void decodes_broken_bytes(void **state) {
  (void)state;
  sheaf_bytes text = sf_bytes("a\xC3");
  size_t length;
  assert_int_equal(sf_utf8_decode(text, 1, &length), 0xFFFD);
  assert_int_equal(length, 1);
  assert_int_equal(sf_utf8_decode(text, 2, &length), 0);
  assert_int_equal(length, 0);
}

static void counts_and_cuts(void **state) {
  (void)state;
  sheaf_bytes text = sf_bytes("d\u00e9cide \u5b89\u5168\u7406\u4e8b\u4f1a");
  assert_int_equal(sf_utf8_count(text), 12);
  assert_true(sf_utf8_boundary(text, 1));
  assert_false(sf_utf8_boundary(text, 2));
  assert_true(sf_utf8_boundary(text, 3));
  assert_true(sf_utf8_boundary(text, text.size));
  assert_false(sf_utf8_boundary(text, text.size + 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"utf8: well-formed texts are valid", accepts_well_formed, NULL, NULL,
       NULL},
      {"utf8: overlong, surrogate and cut sequences are refused",
       refuses_ill_formed, NULL, NULL, NULL},
      {"utf8: every character survives a round trip", agrees_with_round_trips,
       NULL, NULL, NULL},
      {"utf8: no ill-formed sequence is ever written",
       replaces_what_is_no_character, NULL, NULL, NULL},
      {"utf8: a broken byte decodes as U+FFFD", decodes_broken_bytes, NULL,
       NULL, NULL},
      {"utf8: characters are counted and never cut", counts_and_cuts, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
