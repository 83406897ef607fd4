/// Patterns that are kept decoded.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "lua/patterns.h"

static const char *const texts[] = {
    "", "a", "resolution 57/270 B", "(a(b)c) 12", "key = value", "aaa bbb aaa"};

static const char *const sources[] = {
    "a",       "^a",          "%d+",
    "^%d",     "(%a+) (%d+)", "()%f[%d]",
    "%b()",    "(a+).-%1",    "^(%w+)%s*=%s*(%w+)$",
    "[^%s]-$", "x*",          ""};

static void same_as_without(sf_patterns *patterns, const char *source) {
  sheaf_error error;
  for (size_t i = 0; i < SF_COUNT(texts); i++)
    for (size_t at = 0; at <= strlen(texts[i]); at++) {
      sf_match kept, fresh;
      memset(&kept, 0, sizeof kept);
      memset(&fresh, 0, sizeof fresh);
      int code = sf_patterns_find(patterns, sf_bytes(texts[i]), at,
                                  sf_bytes(source), NULL, NULL, &kept, &error);
      assert_int_equal(sf_pattern_find(sf_bytes(texts[i]), at, sf_bytes(source),
                                       NULL, NULL, &fresh, &error),
                       code);
      if (code != SHEAF_OK) continue;
      assert_int_equal(kept.count, fresh.count);
      assert_memory_equal(&kept.whole, &fresh.whole, sizeof kept.whole);
      assert_memory_equal(kept.captures, fresh.captures,
                          kept.count * sizeof kept.captures[0]);
    }
}

static void kept_patterns_find_the_same(void **state) {
  (void)state;
  sf_patterns patterns = {{NULL}};
  for (int round = 0; round < 3; round++)
    for (size_t i = 0; i < SF_COUNT(sources); i++)
      same_as_without(&patterns, sources[i]);
  sf_patterns_clear(&patterns);
}

static void a_place_may_hold_another_pattern(void **state) {
  (void)state;
  sf_patterns patterns = {{NULL}};
  char source[16];
  for (size_t i = 0; i < SF_COUNT(sources); i++) {
    if (strlen(sources[i]) >= sizeof source) continue;
    strcpy(source, sources[i]);
    same_as_without(&patterns, source);
  }
  sf_patterns_clear(&patterns);
}

static void a_fault_is_told_each_time(void **state) {
  (void)state;
  sf_patterns patterns = {{NULL}};
  sf_match match;
  sheaf_error error;
  for (int i = 0; i < 3; i++) {
    error.why[0] = '\0';
    assert_int_equal(
        sf_patterns_find(&patterns, sf_bytes("ab"), 0, sf_bytes("a(b"), NULL,
                         NULL, &match, &error),
        SHEAF_ESYNTAX);
    assert_string_equal(error.why, "unfinished capture");
    // What is never reached goes unnoticed.
    assert_int_equal(
        sf_patterns_find(&patterns, sf_bytes("xx"), 0, sf_bytes("a(b"), NULL,
                         NULL, &match, &error),
        SHEAF_END);
  }
  sf_patterns_clear(&patterns);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"patterns: kept ones find the same", kept_patterns_find_the_same, 0, 0,
       0},
      {"patterns: a place may hold another pattern later",
       a_place_may_hold_another_pattern, 0, 0, 0},
      {"patterns: a fault is told each time", a_fault_is_told_each_time, 0, 0,
       0},
  };
  return cmocka_run_group_tests_name("patterns", tests, NULL, NULL);
}
