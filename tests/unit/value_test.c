/// Values: making, looking up, copying and comparing them.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "sheaf/value.h"

// {"title": "Peace", "year": 1946, "pages": [1, 2.5, true, null]}
static sheaf_value make_sample(void) {
  sheaf_value map, pages;
  assert_int_equal(sheaf_value_map(&map), SHEAF_OK);
  assert_int_equal(sheaf_value_list(&pages), SHEAF_OK);
  sheaf_value_append(&pages, sheaf_value_int(1));
  sheaf_value_append(&pages, sheaf_value_float(2.5));
  sheaf_value_append(&pages, sheaf_value_bool(true));
  sheaf_value_append(&pages, (sheaf_value)SHEAF_VALUE_NULL);
  sheaf_value_set_string(&map, "title", "Peace");
  sheaf_value_set(&map, "year", sheaf_value_int(1946));
  sheaf_value_set(&map, "pages", pages);
  return map;
}

static sheaf_value parse(const char *text) {
  sheaf_value value;
  assert_int_equal(sheaf_value_parse(&value, text, strlen(text), NULL),
                   SHEAF_OK);
  return value;
}

static void map_keeps_order(void **state) {
  (void)state;
  sheaf_value map = make_sample();
  sheaf_value_set(&map, "title", sheaf_value_int(7));
  static const char *const keys[] = {"title", "year", "pages"};
  assert_int_equal(sheaf_value_count(&map), 3);
  for (size_t i = 0; i < 3; i++)
    assert_string_equal(sheaf_value_key(&map, i).data, keys[i]);
  assert_int_equal(sheaf_value_get_int(&map, "title", 0), 7);
  sheaf_value_clear(&map);
}

static void getters_fall_back(void **state) {
  (void)state;
  sheaf_value map = make_sample();
  assert_string_equal(sheaf_value_get_string(&map, "title", "x"), "Peace");
  assert_string_equal(sheaf_value_get_string(&map, "year", "x"), "x");
  assert_int_equal(sheaf_value_get_int(&map, "year", -1), 1946);
  assert_int_equal(sheaf_value_get_int(&map, "pages", -1), -1);
  assert_true(sheaf_value_get_bool(&map, "nothing", true));
  assert_null(sheaf_value_get(NULL, "title"));
  assert_null(sheaf_value_get(sheaf_value_get(&map, "year"), "title"));
  sheaf_value_clear(&map);
}

static void past_the_end_is_nothing(void **state) {
  (void)state;
  sheaf_value map = make_sample();
  const sheaf_value *pages = sheaf_value_get(&map, "pages");
  assert_int_equal(sheaf_value_count(pages), 4);
  assert_int_equal(sheaf_value_at(pages, 3)->type, SHEAF_NULL);
  assert_null(sheaf_value_at(pages, 4));
  assert_int_equal(sheaf_value_key(pages, 0).size, 0);
  assert_int_equal(sheaf_value_key(&map, 3).size, 0);
  assert_int_equal(sheaf_value_count(sheaf_value_at(pages, 0)), 0);
  sheaf_value_clear(&map);
}

static void wrong_container_is_refused(void **state) {
  (void)state;
  sheaf_value list, map, text;
  assert_int_equal(sheaf_value_list(&list), SHEAF_OK);
  assert_int_equal(sheaf_value_map(&map), SHEAF_OK);
  assert_int_equal(sheaf_value_string(&text, "taken all the same", 18),
                   SHEAF_OK);
  assert_int_equal(sheaf_value_set(&list, "key", text), SHEAF_EINVAL);
  assert_int_equal(sheaf_value_string(&text, "and this", 8), SHEAF_OK);
  assert_int_equal(sheaf_value_append(&map, text), SHEAF_EINVAL);
  sheaf_value_clear(&list);
  sheaf_value_clear(&map);
}

static void strings_hold_nul(void **state) {
  (void)state;
  sheaf_value text;
  assert_int_equal(sheaf_value_string(&text, "a\0b", 3), SHEAF_OK);
  assert_int_equal(text.as.string.size, 3);
  assert_memory_equal(text.as.string.data, "a\0b", 4);
  sheaf_value_clear(&text);
  assert_int_equal(text.type, SHEAF_NULL);
}

static void copy_is_deep(void **state) {
  (void)state;
  sheaf_value map = make_sample(), copy;
  assert_int_equal(sheaf_value_copy(&copy, &map), SHEAF_OK);
  assert_true(sheaf_value_equal(&map, &copy));
  sheaf_value_set(&map, "year", sheaf_value_int(1947));
  assert_false(sheaf_value_equal(&map, &copy));
  assert_int_equal(sheaf_value_get_int(&copy, "year", 0), 1946);
  sheaf_value_clear(&map);
  sheaf_value_clear(&copy);
}

static void assert_compare(const char *left, const char *right, bool equal) {
  sheaf_value a = parse(left), b = parse(right);
  if (sheaf_value_equal(&a, &b) != equal || sheaf_value_equal(&b, &a) != equal)
    fail_msg("%s and %s are%s equal", left, right, equal ? " not" : "");
  sheaf_value_clear(&a);
  sheaf_value_clear(&b);
}

static void comparison_is_deep(void **state) {
  (void)state;
  assert_compare("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", true);
  assert_compare("[1,2]", "[2,1]", false);
  assert_compare("[1,2]", "[1,2,3]", false);
  assert_compare("[]", "{}", false);
  assert_compare("1", "1.0", false);
  assert_compare("\"a\"", "\"a\\u0000\"", false);
  assert_compare("{\"a\\u0000b\":1}", "{\"a\\u0000c\":1}", false);
  assert_compare("{\"a\\u0000b\":1}", "{\"a\\u0000b\":1}", true);
}

static void last_of_two_keys_counts(void **state) {
  (void)state;
  sheaf_value map = parse("{\"a\":1,\"a\":2}");
  assert_int_equal(sheaf_value_get_int(&map, "a", 0), 2);
  sheaf_value_clear(&map);
  assert_compare("{\"a\":1,\"a\":2}", "{\"a\":2}", true);
  assert_compare("{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":1}", false);
}

static void types_have_names(void **state) {
  (void)state;
  assert_string_equal(sheaf_type_name(SHEAF_NULL), "null");
  assert_string_equal(sheaf_type_name(SHEAF_MAP), "map");
  assert_string_equal(sheaf_type_name((sheaf_type)99), "unknown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"value: a map keeps the order of its keys", map_keeps_order, 0, 0, 0},
      {"value: getters fall back on a wrong type", getters_fall_back, 0, 0, 0},
      {"value: past the end is nothing", past_the_end_is_nothing, 0, 0, 0},
      {"value: a refused element is released", wrong_container_is_refused, 0, 0,
       0},
      {"value: strings hold NUL", strings_hold_nul, 0, 0, 0},
      {"value: a copy shares nothing", copy_is_deep, 0, 0, 0},
      {"value: comparison is deep", comparison_is_deep, 0, 0, 0},
      {"value: the last of two keys counts", last_of_two_keys_counts, 0, 0, 0},
      {"value: types have names", types_have_names, 0, 0, 0},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
