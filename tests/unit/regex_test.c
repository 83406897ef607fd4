/// Regular expressions: ranges, flags, Unicode, faults and limits.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

static sf_regex *compile(const char *pattern, const char *flags) {
  sf_regex *regex;
  sheaf_error error = {0};
  int code = sf_regex_new(&regex, sf_bytes(pattern), flags, &error);

  assert_string_equal(error.why, "");
  assert_int_equal(code, SHEAF_OK);
  return regex;
}

/// Asserts that the first match of `pattern` in `text` is `expected`; NULL
/// when there must be none.
static void check_match(const char *pattern, const char *flags,
                        const char *text, const char *expected) {
  sf_regex *regex = compile(pattern, flags);
  sf_match match;
  int code = sf_regex_find(regex, sf_bytes(text), 0, &match, NULL);

  if (expected) {
    size_t size = match.whole.to - match.whole.from;
    assert_int_equal(code, SHEAF_OK);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(text + match.whole.from, expected, size);
  } else {
    assert_int_equal(code, SHEAF_END);
  }
  sf_regex_free(regex);
}

static void finds_groups(void **state) {
  (void)state;
  const char *text = "see resolution 57/270 B";
  sf_regex *regex = compile("(\\d+)/(\\d+)(X)?(?: ([A-Z]))?", "");
  sf_match match;
  assert_int_equal(sf_regex_groups(regex), 4);
  assert_int_equal(sf_regex_find(regex, sf_bytes(text), 0, &match, NULL),
                   SHEAF_OK);
  assert_int_equal(match.whole.from, 15);
  assert_int_equal(match.whole.to, 23);
  assert_int_equal(match.count, 4);
  assert_int_equal(match.captures[1].from, 18);
  assert_true(match.captures[2].from == SF_UNMATCHED);
  assert_true(match.captures[2].to == SF_UNMATCHED);
  assert_int_equal(match.captures[3].from, 22);
  assert_int_equal(sf_regex_find(regex, sf_bytes(text), 16, &match, NULL),
                   SHEAF_OK);
  assert_int_equal(match.whole.from, 16);
  assert_int_equal(sf_regex_find(regex, sf_bytes(text), 24, &match, NULL),
                   SHEAF_END);
  sf_regex_free(regex);
}

static void omits_trailing_groups(void **state) {
  (void)state;
  sf_regex *regex = compile("a(b)?(c)?", NULL);
  sf_match match;
  assert_int_equal(sf_regex_find(regex, sf_bytes("ab"), 0, &match, NULL),
                   SHEAF_OK);
  assert_int_equal(match.count, 2);
  assert_int_equal(match.captures[0].to, 2);
  assert_true(match.captures[1].from == SF_UNMATCHED);
  sf_regex_free(regex);
}

static void knows_flags(void **state) {
  (void)state;
  check_match("GENERAL", "i", "the general", "general");
  check_match("^b$", "m", "a\nb\nc", "b");
  check_match("^b$", "", "a\nb\nc", NULL);
  check_match("a.b", "s", "a\nb", "a\nb");
  check_match("a.b", "", "a\nb", NULL);
  check_match("a b # c", "x", "ab", "ab");
}

static void knows_unicode(void **state) {
  (void)state;
  check_match("\\w+", "", "— Décide", "Décide");
  check_match("\\w+", "a", "Décide", "D");
  check_match("ÉTATS", "i", "les états", "états");
  check_match("\\bЗаявляет\\b", "", "Совет Заявляет,", "Заявляет");
  check_match("^.$", "", "安", "安");
}

static void survives_broken_text(void **state) {
  (void)state;
  const char *text = "\xA9 r\xC3\xA9solution \xE5\xAE";
  sf_regex *regex = compile("r.solution .?", "");
  sf_match match;
  assert_int_equal(sf_regex_find(regex, sf_bytes(text), 0, &match, NULL),
                   SHEAF_OK);
  assert_int_equal(match.whole.from, 2);
  assert_int_equal(match.whole.to, 14);
  // A start within a character moves to the next one.
  assert_int_equal(sf_regex_find(regex, sf_bytes(text), 4, &match, NULL),
                   SHEAF_END);
  sf_regex_free(regex);
}

static void explains_faults(void **state) {
  (void)state;
  sf_regex *regex;
  sheaf_error error;
  assert_int_equal(sf_regex_new(&regex, sf_bytes("ab(c"), "", &error),
                   SHEAF_ESYNTAX);
  assert_null(regex);
  assert_non_null(strstr(error.why, "closing parenthesis"));
  assert_non_null(strstr(error.why, "at byte 5"));
  assert_int_equal(sf_regex_new(&regex, sf_bytes("a"), "q", &error),
                   SHEAF_EINVAL);
  assert_non_null(strstr(error.why, "\"q\""));
  assert_int_equal(sf_regex_new(&regex, sf_bytes("\\C"), "", &error),
                   SHEAF_ESYNTAX);
}

static void refuses_many_groups(void **state) {
  (void)state;
  sf_buffer pattern = {0};
  sf_regex *regex;
  sheaf_error error;
  for (int i = 0; i < 33; i++) sf_buffer_puts(&pattern, "(a)");
  assert_int_equal(sf_regex_new(&regex, sf_buffer_bytes(&pattern), "", &error),
                   SHEAF_ESYNTAX);
  assert_non_null(strstr(error.why, "33 groups"));
  sf_buffer_clear(&pattern);
}

static void bounds_work(void **state) {
  (void)state;
  char text[64];
  sf_regex *regex = compile("(a+)+$", "");
  sf_match match;
  sheaf_error error;
  memset(text, 'a', sizeof text);
  text[sizeof text - 1] = 'b';
  assert_int_equal(
      sf_regex_find(regex, (sheaf_bytes){text, sizeof text}, 0, &match, &error),
      SHEAF_ELIMIT);
  assert_non_null(strstr(error.why, "limit"));
  sf_regex_free(regex);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"regex: a match gives the ranges of its groups", finds_groups, NULL,
       NULL, NULL},
      {"regex: groups behind the last one that took part are unmatched",
       omits_trailing_groups, NULL, NULL, NULL},
      {"regex: the flags i, m, s and x do what Perl's do", knows_flags, NULL,
       NULL, NULL},
      {"regex: classes and case know Unicode", knows_unicode, NULL, NULL, NULL},
      {"regex: characters cut in two never match", survives_broken_text, NULL,
       NULL, NULL},
      {"regex: a fault is explained with its place", explains_faults, NULL,
       NULL, NULL},
      {"regex: more groups than a match can hold are refused",
       refuses_many_groups, NULL, NULL, NULL},
      {"regex: a match that backtracks for ever ends at a limit", bounds_work,
       NULL, NULL, NULL},
  };
  return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
