/// Lines of JSON that are too long to be held: they are read as others are.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "base/base.h"
#include "sheaf/bundle.h"

#define LONG ((size_t)5 << 20)

// A string as it is written, with all that can be in one, so that pieces end
// at every place of it.
static sf_buffer write_string(size_t size) {
  static const char *const parts[] = {"plain text ",
                                      "\\n",
                                      "\\\\",
                                      "caf\xc3\xa9 ",
                                      "\\u00e9",
                                      "\\ud83d\\ude00",
                                      "\xf0\x9f\x98\x80",
                                      "\\\"",
                                      "\\\\\\\"",
                                      "\xe2\x82\xac\xe2\x82\xac",
                                      "\\ud83d\\ude00\\ud83d\\ude00"};
  sf_buffer out = {0};
  unsigned seed = 1;
  while (out.size < size) {
    seed = seed * 1103515245 + 12345;
    sf_buffer_puts(&out, parts[(seed >> 16) % SF_COUNT(parts)]);
  }
  return out;
}

static sf_buffer write_line(const char *before, const sf_buffer *string,
                            const char *behind) {
  sf_buffer out = {0};
  sf_buffer_puts(&out, before);
  sf_buffer_append(&out, string->data, string->size);
  sf_buffer_puts(&out, behind);
  return out;
}

static int keep(void *context, const char *data, size_t size) {
  assert_true(size <= (size_t)128 << 10);
  sf_buffer_append(context, data, size);
  return 0;
}

// What the string stands for.
static sheaf_value value_of(const sf_buffer *string) {
  sf_buffer quoted = write_line("\"", string, "\"");
  sheaf_value value;
  assert_int_equal(sheaf_value_parse(&value, quoted.data, quoted.size, NULL),
                   SHEAF_OK);
  sf_buffer_clear(&quoted);
  return value;
}

static sheaf_bundle *open_lines(const sf_buffer *lines, uint64_t limit) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bundle *bundle;
  options.max_document = limit;
  options.format = "jsonl";
  assert_int_equal(
      sheaf_bundle_open_memory(&bundle, "test.jsonl", sf_buffer_bytes(lines),
                               &options, NULL),
      SHEAF_OK);
  return bundle;
}

static void expect_text(sheaf_bundle *bundle, sheaf_bytes text) {
  sheaf_bytes content;
  sf_buffer out = {0};
  assert_int_equal(sheaf_bundle_read(bundle, &content, NULL), SHEAF_OK);
  assert_int_equal(content.size, text.size);
  assert_memory_equal(content.data, text.data, text.size);
  assert_int_equal(sheaf_bundle_stream(bundle, keep, &out, NULL), SHEAF_OK);
  assert_int_equal(out.size, text.size);
  assert_memory_equal(out.data, text.data, text.size);
  sf_buffer_clear(&out);
}

static void a_long_text(void **state) {
  (void)state;
  sf_buffer string = write_string(LONG);
  sf_buffer line = write_line("{\"n\":\"a\\\"\",\"id\":\"it\",\"text\":\"",
                              &string, "\",\"x\":[1,{\"y\":\"\\\\\"}]}\n");
  sheaf_value value = value_of(&string);
  sheaf_member member;
  sf_buffer_puts(&line, "{\"id\":\"next\",\"text\":\"short\"}\n");
  sheaf_bundle *bundle = open_lines(&line, LONG);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_true(sf_bytes_equal(member.name, "it"));
  assert_int_equal(member.size, string.size);
  assert_true(sf_bytes_equal(member.metadata,
                             "{\"n\":\"a\\\"\",\"x\":[1,{\"y\":\"\\\\\"}]}"));
  expect_text(bundle,
              (sheaf_bytes){value.as.string.data, value.as.string.size});
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_true(sf_bytes_equal(member.name, "next"));
  sheaf_bundle_close(bundle);
  sheaf_value_clear(&value);
  sf_buffer_clear(&line);
  sf_buffer_clear(&string);
}

// The long string is another field, or there are two: then the line is held.
// Where it is too long for that, all but the text is left out, and in doubt.
static void another_long_field(void **state) {
  (void)state;
  sf_buffer string = write_string(LONG), line = {0};
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  for (int twice = 0; twice < 2; twice++) {
    line = write_line("{\"page\":\"", &string, "\",\"text\":\"");
    if (twice) sf_buffer_append(&line, string.data, string.size);
    sf_buffer_puts(&line, "short\"}\n");
    sheaf_bundle *bundle = open_lines(&line, 2 * LONG);
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    assert_int_equal(member.metadata.size,
                     string.size + strlen("{\"page\":\"\"}"));
    sheaf_bundle_close(bundle);
    bundle = open_lines(&line, LONG / 4);
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    assert_true(sf_bytes_equal(member.metadata, "{\"page\":\"\"}"));
    assert_int_equal(sheaf_bundle_read(bundle, &content, NULL),
                     twice ? SHEAF_ETOOLARGE : SHEAF_OK);
    if (!twice) assert_true(sf_bytes_equal(content, "short"));
    assert_int_equal(sheaf_bundle_doubt(bundle, &error), SHEAF_ELIMIT);
    assert_non_null(strstr(error.why, "which is not its text, is left out"));
    sheaf_bundle_close(bundle);
    sf_buffer_clear(&line);
  }
  sf_buffer_clear(&string);
}

static void too_large_a_text(void **state) {
  (void)state;
  sf_buffer string = write_string(LONG);
  sf_buffer line = write_line("{\"text\":\"", &string, "\"}");
  static const uint64_t limits[] = {LONG / 2, 1000};
  for (size_t i = 0; i < SF_COUNT(limits); i++) {
    sheaf_bundle *bundle = open_lines(&line, limits[i]);
    sheaf_member member;
    sheaf_bytes content;
    sf_buffer out = {0};
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    assert_int_equal(sheaf_bundle_read(bundle, &content, NULL),
                     SHEAF_ETOOLARGE);
    assert_int_equal(sheaf_bundle_stream(bundle, keep, &out, NULL), SHEAF_OK);
    sf_buffer_clear(&out);
    sheaf_bundle_close(bundle);
  }
  sf_buffer_clear(&line);
  sf_buffer_clear(&string);
}

static void damage_in_a_long_text(void **state) {
  (void)state;
  static const char *const faults[] = {"\\x", "\\ud83d", "\xff", "\x01",
                                       "\\ud83d\\n"};
  sf_buffer string = write_string(LONG);
  for (size_t i = 0; i < SF_COUNT(faults); i++) {
    sf_buffer line = write_line("{\"text\":\"", &string, faults[i]);
    sf_buffer_append(&line, string.data, string.size);
    sf_buffer_puts(&line, "\"}\n{\"text\":\"x\"}\n");
    sheaf_bundle *bundle = open_lines(&line, 4 * LONG);
    sheaf_member member;
    sheaf_bytes content;
    sheaf_error error;
    sf_buffer out = {0};
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    assert_int_equal(sheaf_bundle_read(bundle, &content, &error),
                     SHEAF_ESYNTAX);
    assert_non_null(strstr(error.why, "record 1 at byte 0: its text"));
    assert_int_equal(sheaf_bundle_stream(bundle, keep, &out, NULL),
                     SHEAF_ESYNTAX);
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    sf_buffer_clear(&out);
    sheaf_bundle_close(bundle);
    sf_buffer_clear(&line);
  }
  sf_buffer_clear(&string);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"jsonl: a long text is read piece by piece", a_long_text, NULL, NULL,
       NULL},
      {"jsonl: a long line with other long fields is held", another_long_field,
       NULL, NULL, NULL},
      {"jsonl: a long text over the limit is streamed, not read",
       too_large_a_text, NULL, NULL, NULL},
      {"jsonl: damage in a long text is found", damage_in_a_long_text, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
