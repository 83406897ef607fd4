/// JSON: reading strictly, writing exactly.
#include <dirent.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "json/json.h"

static int parse(sheaf_value *out, const char *text, sheaf_error *error) {
  // A copy of just the right size lets the sanitizer see a byte too far.
  size_t size = strlen(text);
  char *copy = malloc(size ? size : 1);
  assert_non_null(copy);
  memcpy(copy, text, size);
  int code = sheaf_value_parse(out, copy, size, error);
  free(copy);
  return code;
}

static void assert_refused(const char *text, const char *why) {
  sheaf_value value;
  sheaf_error error = {0};
  assert_int_equal(parse(&value, text, &error), SHEAF_ESYNTAX);
  assert_int_equal(value.type, SHEAF_NULL);
  assert_string_equal(error.why, why);
}

// Reads `text`, writes it by `write` and compares.
static void assert_written(void (*write)(sf_buffer *, const sheaf_value *),
                           const char *text, const char *wanted) {
  sheaf_value value;
  sf_buffer out = {0};
  sheaf_error error = {0};
  if (parse(&value, text, &error) != SHEAF_OK) fail_msg("%s", error.why);
  write(&out, &value);
  assert_string_equal(sf_buffer_text(&out), wanted);
  sf_buffer_clear(&out);
  sheaf_value_clear(&value);
}

static void assert_same(const char *text) {
  assert_written(sf_json_value, text, text);
}

// --- Reading ---------------------------------------------------------------

static void check_suite_file(const char *name) {
  sheaf_value value;
  sheaf_error error = {0};
  char path[512];
  snprintf(path, sizeof path, "%s/json/%s", FIXTURES, name);
  int code = sf_json_file(&value, path, &error);
  if (name[0] == 'y' && code != SHEAF_OK) fail_msg("%s: %s", name, error.why);
  if (name[0] == 'n') {
    assert_int_equal(code, SHEAF_ESYNTAX);
    assert_string_equal(error.what, path);
  }
  sheaf_value_clear(&value);
}

static void suite_is_passed(void **state) {
  (void)state;
  int files = 0;
  DIR *folder = opendir(FIXTURES "/json");
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!strstr(entry->d_name, ".json")) continue;
    check_suite_file(entry->d_name);
    files++;
  }
  closedir(folder);
  assert_int_equal(files, 60);
}

static void integers_are_exact(void **state) {
  (void)state;
  assert_same("[9223372036854775807,-9223372036854775808,0]");
  assert_same("[9007199254740993]");
  assert_written(sf_json_value, "[9223372036854775808]",
                 "[9.223372036854776e+18]");
  assert_written(sf_json_value, "[-0]", "[0]");
}

static void floats_stay_floats(void **state) {
  (void)state;
  assert_same("[1.0,-0.0,0.1,1e+22,1.5,2.5e-300,1.7976931348623157e+308]");
  assert_same("[0.30000000000000004]");
  assert_written(sf_json_value, "[1E2,1e-400]", "[100.0,0.0]");
  assert_refused("[1e400]", "line 1, column 2: the number is too large");
}

static void locale_does_not_matter(void **state) {
  (void)state;
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) skip();
  assert_same("[1.5]");
  setlocale(LC_ALL, "C");
}

static void not_a_number_is_null(void **state) {
  (void)state;
  sf_buffer out = {0};
  sheaf_value number = sheaf_value_float((double)NAN);
  sf_json_value(&out, &number);
  number = sheaf_value_float((double)-INFINITY);
  sf_json_value(&out, &number);
  assert_string_equal(sf_buffer_text(&out), "nullnull");
  sf_buffer_clear(&out);
}

static void long_numbers_are_read(void **state) {
  (void)state;
  char text[200];
  memset(text, '1', sizeof text);
  text[1] = '.';
  sheaf_value value;
  assert_int_equal(sheaf_value_parse(&value, text, sizeof text, NULL),
                   SHEAF_OK);
  assert_true(fabs(value.as.number - 1.1111111111111112) < 1e-15);
}

static void escapes_are_resolved(void **state) {
  (void)state;
  assert_written(sf_json_value,
                 "\"\\u0041\\/\\b\\f\\n\\r\\t\\\"\\\\\\u001f\\ud834\\udd1e\"",
                 "\"A/\\b\\f\\n\\r\\t\\\"\\\\\\u001f\xf0\x9d\x84\x9e\"");
  assert_same("\"\\u0000 and on\"");
}

static void errors_say_where(void **state) {
  (void)state;
  assert_refused("", "line 1, column 1: the text ends too early");
  assert_refused("{\n  \"a\": tru\n}",
                 "line 2, column 8: expected a value, found 't'");
  assert_refused("[1 2]", "line 1, column 4: expected ',' or ']', found '2'");
  assert_refused("{\"a\" 1}", "line 1, column 6: expected ':', found '1'");
  assert_refused("{a:1}", "line 1, column 2: expected a string, found 'a'");
  assert_refused("1 1",
                 "line 1, column 3: expected the end of the text,"
                 " found '1'");
  assert_refused("\xef\xbb\xbf{}",
                 "line 1, column 1: expected a value, found byte 0xef");
  assert_refused("[\"\\ud834\"]", "line 1, column 5: a lone surrogate");
  assert_refused("[\"\\ud834\\u0041\"]", "line 1, column 5: a lone surrogate");
  assert_refused("[\"a\tb\"]",
                 "line 1, column 4: a control character in a string");
  assert_refused("\"\xc0\x80\"", "line 1, column 2: not UTF-8");
  assert_refused("\"\\u12\"",
                 "line 1, column 6: expected four hexadecimal"
                 " digits, found '\"'");
}

static void depth_is_bounded(void **state) {
  (void)state;
  enum { LIMIT = 512 };
  char text[2 * LIMIT + 3];
  sheaf_value value;
  sheaf_error error = {0};
  memset(text, '[', LIMIT + 1);
  memset(text + LIMIT + 1, ']', LIMIT + 1);
  assert_int_equal(sheaf_value_parse(&value, text + 1, 2 * LIMIT, NULL),
                   SHEAF_OK);
  sheaf_value_clear(&value);
  assert_int_equal(sheaf_value_parse(&value, text, 2 * LIMIT + 2, &error),
                   SHEAF_ESYNTAX);
  assert_string_equal(error.why, "line 1, column 513: nested too deep");
}

// Every byte at every place of a word, so that looking at eight at a time
// finds what looking at one finds.
static void special_bytes_are_found_anywhere(void **state) {
  (void)state;
  for (int byte = 0; byte < 256; byte++) {
    for (size_t place = 0; place < 20; place++) {
      char text[22] = "\"abcdefghijklmnopqrst\"";
      text[1 + place] = (char)byte;
      sheaf_value value;
      int code = sheaf_value_parse(&value, text, sizeof text, NULL);
      bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
      // An escape may happen to be one: `\b`, `\f`, `\n`, `\r`, `\t`.
      bool escape =
          byte == '\\' && place < 19 && strchr("bfnrt", text[2 + place]);
      assert_int_equal(code, plain || escape ? SHEAF_OK : SHEAF_ESYNTAX);
      sheaf_value_clear(&value);
    }
  }
}

static void missing_file_is_named(void **state) {
  (void)state;
  sheaf_value value;
  sheaf_error error = {0};
  assert_int_equal(sf_json_file(&value, "/nowhere/a.json", &error),
                   SHEAF_EOPEN);
  assert_string_equal(error.what, "/nowhere/a.json");
  assert_int_equal(sf_json_file(&value, "/", &error), SHEAF_EREAD);
}

// --- Writing ---------------------------------------------------------------

static void assert_string_written(const char *data, size_t size,
                                  const char *wanted) {
  sf_buffer out = {0};
  sf_json_string(&out, (sheaf_bytes){data, size});
  assert_string_equal(sf_buffer_text(&out), wanted);
  sf_buffer_clear(&out);
}

static void strings_are_escaped(void **state) {
  (void)state;
  assert_string_written(NULL, 0, "\"\"");
  assert_string_written("say \"hi\"\\\n\x01\x7f", 12,
                        "\"say \\\"hi\\\"\\\\\\n\\u0001\x7f\"");
  assert_string_written("\0", 1, "\"\\u0000\"");
}

static void wrong_utf8_is_replaced(void **state) {
  (void)state;
  assert_string_written("a\xff\"b", 4, "\"a\xef\xbf\xbd\\\"b\"");
  assert_string_written("\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  assert_string_written("\xed\xa0\x80", 3,
                        "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  assert_string_written("\xe2\x82\xac", 3, "\"\xe2\x82\xac\"");
}

static void long_texts_are_escaped(void **state) {
  (void)state;
  enum { SIZE = 100000 };
  char *text = malloc(SIZE);
  assert_non_null(text);
  for (size_t i = 0; i < SIZE; i++) text[i] = i % 100 == 99 ? '\n' : 'x';
  sf_buffer out = {0};
  sf_json_utf8(&out, (sheaf_bytes){text, SIZE});
  assert_int_equal(out.size, SIZE + SIZE / 100 + 2);
  sheaf_value value;
  assert_int_equal(sheaf_value_parse(&value, out.data, out.size, NULL),
                   SHEAF_OK);
  assert_int_equal(value.as.string.size, SIZE);
  assert_memory_equal(value.as.string.data, text, SIZE);
  sheaf_value_clear(&value);
  sf_buffer_clear(&out);
  free(text);
}

static void canonical_sorts_keys(void **state) {
  (void)state;
  assert_written(sf_json_canonical,
                 "{\"b\":1,\"a\":{\"z\":[],\"y\":{}},\"ab\":0,\"\":2}",
                 "{\"\":2,\"a\":{\"y\":{},\"z\":[]},\"ab\":0,\"b\":1}");
}

static void pretty_indents(void **state) {
  (void)state;
  assert_written(sf_json_pretty, "{\"a\":[1,{}],\"b\":[]}",
                 "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

static void public_writer_ends_in_nul(void **state) {
  (void)state;
  sheaf_value number = sheaf_value_int(42);
  char *text;
  size_t size;
  assert_int_equal(sheaf_value_write(&number, &text, &size), SHEAF_OK);
  assert_int_equal(size, 2);
  assert_string_equal(text, "42");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"json: passes the JSON test suite", suite_is_passed, 0, 0, 0},
      {"json: integers are exact", integers_are_exact, 0, 0, 0},
      {"json: floats stay floats", floats_stay_floats, 0, 0, 0},
      {"json: the locale does not matter", locale_does_not_matter, 0, 0, 0},
      {"json: what is no number is null", not_a_number_is_null, 0, 0, 0},
      {"json: long numbers are read", long_numbers_are_read, 0, 0, 0},
      {"json: escapes are resolved", escapes_are_resolved, 0, 0, 0},
      {"json: errors say where", errors_say_where, 0, 0, 0},
      {"json: depth is bounded", depth_is_bounded, 0, 0, 0},
      {"json: special bytes are found anywhere",
       special_bytes_are_found_anywhere, 0, 0, 0},
      {"json: a missing file is named", missing_file_is_named, 0, 0, 0},
      {"json: strings are escaped", strings_are_escaped, 0, 0, 0},
      {"json: what is not UTF-8 is replaced", wrong_utf8_is_replaced, 0, 0, 0},
      {"json: long texts are escaped", long_texts_are_escaped, 0, 0, 0},
      {"json: canonical text has sorted keys", canonical_sorts_keys, 0, 0, 0},
      {"json: pretty text is indented", pretty_indents, 0, 0, 0},
      {"json: written text ends in NUL", public_writer_ends_in_nul, 0, 0, 0},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
