/// Documents, spans and their JSON line.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "doc/doc.h"

static sheaf_doc *make_doc(const char *text) {
  sheaf_doc *doc;
  sheaf_error error;
  assert_int_equal(sheaf_doc_new(&doc, "1/1/a", "b.zip", sf_bytes("a"),
                                 sf_bytes(text), &error),
                   SHEAF_OK);
  return doc;
}

static void add(sheaf_doc *doc, const char *kind, size_t from, size_t to) {
  assert_int_equal(sheaf_doc_add(doc, kind, from, to, NULL, NULL), SHEAF_OK);
}

static void refuses_other_bytes(void **state) {
  (void)state;
  sheaf_doc *doc;
  sheaf_error error;
  assert_int_equal(sheaf_doc_new(&doc, "1/1/a", "b", sf_bytes("a"),
                                 sf_bytes("ab\xff"), &error),
                   SHEAF_ENOTTEXT);
  assert_non_null(strstr(error.why, "byte 2"));
}

static void spans_in_text_order(void **state) {
  (void)state;
  sheaf_doc *doc = make_doc("one two three");
  add(doc, "word", 8, 13);
  add(doc, "word", 0, 3);
  add(doc, "word", 0, 7);
  const size_t expected[][2] = {{0, 7}, {0, 3}, {8, 13}};
  sheaf_span span;
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(sheaf_doc_span(doc, "word", i, &span), SHEAF_OK);
    assert_int_equal(span.from, expected[i][0]);
    assert_int_equal(span.to, expected[i][1]);
  }
  assert_int_equal(sheaf_doc_span(doc, "word", 3, &span), SHEAF_END);
  assert_int_equal(sheaf_doc_span(doc, "other", 0, &span), SHEAF_END);
  sheaf_doc_free(doc);
}

static void refuses_bad_ranges(void **state) {
  (void)state;
  sheaf_doc *doc = make_doc("h\xc3\xa9llo");
  assert_int_equal(sheaf_doc_add(doc, "x", 0, 7, NULL, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_doc_add(doc, "x", 3, 2, NULL, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_doc_add(doc, "x", 0, 2, NULL, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_doc_add(doc, "X y", 0, 1, NULL, NULL), SHEAF_EINVAL);
  add(doc, "x", 1, 3);
  assert_int_equal(sheaf_doc_span_count(doc, NULL), 1);
  sheaf_doc_free(doc);
}

static void refuses_reserved_names(void **state) {
  (void)state;
  sheaf_doc *doc = make_doc("text");
  sheaf_value attributes;
  sheaf_error error;
  assert_int_equal(sheaf_value_map(&attributes), SHEAF_OK);
  sheaf_value_set_string(&attributes, "start", "no");
  assert_int_equal(sheaf_doc_add(doc, "x", 0, 1, &attributes, &error),
                   SHEAF_EINVAL);
  assert_non_null(strstr(error.why, "'start'"));
  sheaf_value_clear(&attributes);
  sheaf_doc_free(doc);
}

static void rollback_takes_back(void **state) {
  (void)state;
  sheaf_doc *doc = make_doc("one two three");
  add(doc, "kept", 4, 7);
  sf_doc_mark mark = sf_doc_save(doc);
  add(doc, "kept", 0, 3);
  add(doc, "gone", 0, 3);
  sf_doc_rollback(doc, mark);
  assert_int_equal(sheaf_doc_span_count(doc, NULL), 1);
  assert_string_equal(sheaf_doc_kind(doc, 0), "kept");
  assert_null(sheaf_doc_kind(doc, 1));
  sheaf_doc_free(doc);
}

static void json_line(void **state) {
  (void)state;
  sheaf_doc *doc = make_doc("h\xc3\xa9llo \"you\"");
  sheaf_value attributes;
  assert_int_equal(sheaf_value_map(&attributes), SHEAF_OK);
  sheaf_value_set(&attributes, "b", sheaf_value_int(INT64_MAX));
  sheaf_value_set(&attributes, "a", sheaf_value_bool(true));
  assert_int_equal(sheaf_doc_add(doc, "x", 3, 6, &attributes, NULL), SHEAF_OK);
  sheaf_value_clear(&attributes);
  add(doc, "summary", 0, 6);
#define TEXT                                               \
  "\"text\":\"h\xc3\xa9llo \\\"you\\\"\",\"metadata\":{}," \
  "\"summary\":[\"h\xc3\xa9llo\"],"
  sf_buffer out = {0};
  sf_doc_json(doc, SF_OFFSETS_BYTES, &out);
  const char *line = sf_buffer_text(&out);
  assert_non_null(strstr(line, TEXT
                         "\"spans\":{\"summary\":[{\"start\":0,\"end\":6}],"
                         "\"x\":[{\"start\":3,\"end\":6,\"a\":true,"
                         "\"b\":9223372036854775807}]}}"));
  sf_buffer_clear(&out);
  sf_doc_json(doc, SF_OFFSETS_CODEPOINTS, &out);
  line = sf_buffer_text(&out);
  assert_non_null(strstr(line, TEXT
                         "\"offsets\":\"codepoints\","
                         "\"spans\":{\"summary\":[{\"start\":0,\"end\":5}],"
                         "\"x\":[{\"start\":2,\"end\":5,\"a\":true,"));
  sf_buffer_clear(&out);
  sheaf_doc_free(doc);
}

static void codepoints_far_into_a_text(void **state) {
  (void)state;
  sf_buffer text = {0};
  for (int i = 0; i < 3000; i++) sf_buffer_puts(&text, "\xc3\xa9x");
  sheaf_doc *doc = make_doc(sf_buffer_text(&text));
  add(doc, "x", 3 * 2999, 3 * 3000);
  sf_buffer out = {0};
  sf_doc_json(doc, SF_OFFSETS_CODEPOINTS, &out);
  assert_non_null(
      strstr(sf_buffer_text(&out), "{\"start\":5998,\"end\":6000}"));
  sf_buffer_clear(&out);
  sf_buffer_clear(&text);
  sheaf_doc_free(doc);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"doc: refuses text that is not UTF-8, with the place",
       refuses_other_bytes, 0, 0, 0},
      {"doc: spans come in text order, the longer one first",
       spans_in_text_order, 0, 0, 0},
      {"doc: a span lies in the text and cuts no character", refuses_bad_ranges,
       0, 0, 0},
      {"doc: no attribute is called start or end", refuses_reserved_names, 0, 0,
       0},
      {"doc: a rollback takes back what came since", rollback_takes_back, 0, 0,
       0},
      {"doc: its line has byte or code point offsets and sorted attributes",
       json_line, 0, 0, 0},
      {"doc: code points are right far into a text", codepoints_far_into_a_text,
       0, 0, 0},
  };
  return cmocka_run_group_tests_name("doc", tests, NULL, NULL);
}
