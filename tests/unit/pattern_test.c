/// Lua patterns: results as Lua's own, errors, interrupts and limits.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "lua_patterns.h"

static int find(const char *text, size_t at, const char *pattern,
                sf_match *match) {
  sheaf_error error;

  return sf_pattern_find(sf_bytes(text), at, sf_bytes(pattern), NULL, NULL,
                         match, &error);
}

static void finds_ranges(void **state) {
  (void)state;
  sf_match match;
  assert_int_equal(find("resolution 57/270 B", 0, "(%d+)()/(%d+)", &match),
                   SHEAF_OK);
  assert_int_equal(match.whole.from, 11);
  assert_int_equal(match.whole.to, 17);
  assert_int_equal(match.count, 3);
  assert_int_equal(match.captures[0].to, 13);
  assert_int_equal(match.captures[1].from, 13);
  assert_true(match.captures[1].to == SF_POSITION);
  assert_int_equal(match.captures[2].from, 14);
}

static void anchors_at_the_start(void **state) {
  (void)state;
  sf_match match;
  assert_int_equal(find("a 1", 2, "^%d", &match), SHEAF_OK);
  assert_int_equal(find("a 1", 1, "^%d", &match), SHEAF_END);
  assert_int_equal(find("a 1", 4, "", &match), SHEAF_END);
}

static void frontier_sees_before(void **state) {
  (void)state;
  sf_match match;
  assert_int_equal(find("abc", 1, "%f[%a]", &match), SHEAF_END);
  assert_int_equal(find("a bc", 1, "%f[%a]", &match), SHEAF_OK);
  assert_int_equal(match.whole.from, 2);
}

static void sets_are_found_far_away(void **state) {
  (void)state;
  static const char *const patterns[] = {"%d", "[1;]", "([%d])", "[^x ]",
                                         "%d+"};
  char text[301];
  sf_match match;
  for (size_t at = 0; at < 300; at++) {
    memset(text, at % 2 ? 'x' : ' ', 300);
    text[at] = '1';
    text[300] = '\0';
    for (size_t i = 0; i < SF_COUNT(patterns); i++) {
      assert_int_equal(find(text, at / 3, patterns[i], &match), SHEAF_OK);
      assert_int_equal(match.whole.from, at);
      assert_int_equal(find(text, at + 1, patterns[i], &match), SHEAF_END);
    }
  }
}

static void explains_faults(void **state) {
  (void)state;
  sf_match match;
  sheaf_error error;
  assert_int_equal(sf_pattern_find(sf_bytes("abc"), 0, sf_bytes("a[b"), NULL,
                                   NULL, &match, &error),
                   SHEAF_ESYNTAX);
  assert_string_equal(error.why, "malformed pattern (missing ']')");
  assert_string_equal(error.hint, "see byte 2 of the pattern");
}

/// Parts of patterns, faults among them.
static const char *const parts[] = {
    "a",           "b",      "ab",      "c",      ".",       "%a",     "%d",
    "%s",          "%w",     "%p",      "%x",     "%c",      "%g",     "%l",
    "%u",          "%A",     "%D",      "%S",     "%W",      "%P",     "%X",
    "%C",          "%G",     "%L",      "%U",     "%.",      "%z",     "%Z",
    "%%",          "[ab]",   "[^a]",    "[a-c]",  "[%a_]",   "[]a]",   "[^]a]",
    "[a-]",        "[%]]",   "[%d-]",   "(",      ")",       "(",      ")",
    "()",          "(a)",    "(.-)",    "%1",     "%2",      "%b()",   "%baa",
    "%b",          "%f[%a]", "%f[^%w]", "%f",     "$",       "^",      "*",
    "+",           "-",      "?",       "*",      "+",       "-",      "?",
    "%",           "[",      "]",       "[^",     "[a-%]b]", "[%a-z]", "\xC3",
    "[\x80-\xFF]", "1",      " ",       "[%s%p]", "[^%s]"};

static size_t draw(uint32_t *seed, size_t below) {
  *seed = *seed * 1664525 + 1013904223;
  return (*seed >> 8) % below;
}

static void draw_pattern(uint32_t *seed, sf_buffer *out) {
  size_t count = draw(seed, 8);

  out->size = 0;
  if (draw(seed, 8) == 0) sf_buffer_putc(out, '^');
  for (size_t i = 0; i < count; i++)
    sf_buffer_puts(out, parts[draw(seed, SF_COUNT(parts))]);
  if (draw(seed, 8) == 0) sf_buffer_putc(out, '$');
}

static void draw_text(uint32_t *seed, sf_buffer *out) {
  static const char letters[] = "aaabbc1 A()._\0\t\xC3\xA9\x7F";
  size_t count = draw(seed, 16);

  out->size = 0;
  for (size_t i = 0; i < count; i++)
    sf_buffer_putc(out, letters[draw(seed, sizeof letters - 1)]);
}

static void agrees_on_many(void **state) {
  (void)state;
  lua_State *L = luaL_newstate();
  sf_buffer pattern = {0};
  sf_buffer text = {0};
  uint32_t seed = 20031223;
  luaL_openlibs(L);
  for (int i = 0; i < 30000; i++) {
    draw_pattern(&seed, &pattern);
    draw_text(&seed, &text);
    assert_true(agrees_with_lua(L, sf_buffer_bytes(&text),
                                sf_buffer_bytes(&pattern),
                                draw(&seed, text.size + 2)));
  }
  sf_buffer_clear(&pattern);
  sf_buffer_clear(&text);
  lua_close(L);
}

static void agrees_on_long_patterns(void **state) {
  (void)state;
  lua_State *L = luaL_newstate();
  char text[300];
  sf_buffer pattern = {0};
  luaL_openlibs(L);
  memset(text, 'a', sizeof text);
  for (int i = 0; i < 150; i++) sf_buffer_puts(&pattern, "[ab]a?");
  sf_buffer_puts(&pattern, "$");
  assert_true(agrees_with_lua(L, (sheaf_bytes){text, sizeof text},
                              sf_buffer_bytes(&pattern), 0));
  sf_buffer_clear(&pattern);
  for (int i = 0; i < 33; i++) sf_buffer_puts(&pattern, "()");
  assert_true(agrees_with_lua(L, (sheaf_bytes){text, sizeof text},
                              sf_buffer_bytes(&pattern), 0));
  sf_buffer_clear(&pattern);
  lua_close(L);
}

static void limits_choices(void **state) {
  (void)state;
  sf_match match;
  sheaf_error error;
  char text[300];
  sf_buffer pattern = {0};
  memset(text, 'a', sizeof text);
  for (int i = 0; i < 201; i++) sf_buffer_puts(&pattern, "a?");
  assert_int_equal(
      sf_pattern_find((sheaf_bytes){text, sizeof text}, 0,
                      sf_buffer_bytes(&pattern), NULL, NULL, &match, &error),
      SHEAF_ELIMIT);
  assert_string_equal(error.why, "pattern too complex");
  sf_buffer_clear(&pattern);
}

static int stop_third_time(void *context) {
  int *calls = context;

  return ++*calls == 3 ? SHEAF_ETIMEOUT : SHEAF_OK;
}

static void can_be_interrupted(void **state) {
  (void)state;
  static const char *const patterns[] = {
      ".-.-.-.-.-b", "a*a*a*a*a*b", "%b()", ".-%f[b]b", "^(.-)%1%1b", "[a(]+b"};
  char text[100000];
  memset(text, 'a', sizeof text);
  memset(text + sizeof text / 2, '(', sizeof text / 2);
  for (size_t i = 0; i < SF_COUNT(patterns); i++) {
    sf_match match;
    int calls = 0;
    assert_int_equal(sf_pattern_find((sheaf_bytes){text, sizeof text}, 0,
                                     sf_bytes(patterns[i]), stop_third_time,
                                     &calls, &match, NULL),
                     SHEAF_ETIMEOUT);
    assert_int_equal(calls, 3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"pattern: a match gives ranges and places", finds_ranges, NULL, NULL,
       NULL},
      {"pattern: ^ anchors where the search starts", anchors_at_the_start, NULL,
       NULL, NULL},
      {"pattern: %f sees what stands before the start", frontier_sees_before,
       NULL, NULL, NULL},
      {"pattern: a set is found however far away", sets_are_found_far_away,
       NULL, NULL, NULL},
      {"pattern: a fault is explained with its place", explains_faults, NULL,
       NULL, NULL},
      {"pattern: 30000 drawn cases end as Lua's own do", agrees_on_many, NULL,
       NULL, NULL},
      {"pattern: long patterns end as Lua's own do", agrees_on_long_patterns,
       NULL, NULL, NULL},
      {"pattern: too many open choices are refused", limits_choices, NULL, NULL,
       NULL},
      {"pattern: a long match can be interrupted", can_be_interrupted, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
