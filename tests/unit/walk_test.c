/// Walking through bundles that lie in each other.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundle/bundle.h"

// --- Tar files -------------------------------------------------------------

#define BLOCK 512

static void add_member(sf_buffer *tar, const char *name, sheaf_bytes content) {
  char header[BLOCK] = {0};
  unsigned sum = 0;
  snprintf(header, 100, "%s", name);
  snprintf(header + 100, 8, "%07o", 0644);
  snprintf(header + 124, 12, "%011o", (unsigned)content.size);
  memset(header + 148, ' ', 8);
  memcpy(header + 257, "ustar\00000", 8);
  for (int i = 0; i < BLOCK; i++) sum += (unsigned char)header[i];
  snprintf(header + 148, 8, "%06o", sum);
  sf_buffer_append(tar, header, BLOCK);
  sf_buffer_append(tar, content.data, content.size);
  while (tar->size % BLOCK) sf_buffer_putc(tar, '\0');
}

static void end_tar(sf_buffer *tar) {
  for (int i = 0; i < 2 * BLOCK; i++) sf_buffer_putc(tar, '\0');
}

// A tar of one member.
static sf_buffer pack(const char *name, sheaf_bytes content) {
  sf_buffer tar = {0};
  add_member(&tar, name, content);
  end_tar(&tar);
  return tar;
}

// A tar within `depth` others; the innermost has a text.
static sf_buffer pack_deep(int depth, sheaf_bytes text) {
  sf_buffer tar = pack("text.txt", text);
  for (; depth > 0; depth--) {
    sf_buffer outer = pack("inner.tar", sf_buffer_bytes(&tar));
    sf_buffer_clear(&tar);
    tar = outer;
  }
  return tar;
}

// --- Walking ---------------------------------------------------------------

typedef struct {
  sheaf_bundle *bundle;
  sheaf_walk *walk;
} tour;

static tour begin(const sf_buffer *tar, unsigned nested, unsigned ratio) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  tour way;
  options.max_ratio = ratio;
  assert_int_equal(
      sheaf_bundle_open_memory(&way.bundle, "outer.tar", sf_buffer_bytes(tar),
                               &options, NULL),
      SHEAF_OK);
  assert_int_equal(sheaf_walk_new(&way.walk, way.bundle, "1", nested, NULL),
                   SHEAF_OK);
  return way;
}

static void end(tour *way) {
  sheaf_walk_free(way->walk);
  sheaf_bundle_close(way->bundle);
}

// The ids of all members, with "+" for one that is entered and the code of what
// is refused.
static void list(const sf_buffer *tar, unsigned nested, unsigned ratio,
                 sf_buffer *out) {
  tour way = begin(tar, nested, ratio);
  sheaf_member member;
  sheaf_error error;
  int code;
  while ((code = sheaf_walk_next(way.walk, &member, &error)) != SHEAF_END) {
    sheaf_bytes id = sheaf_walk_id(way.walk);
    sf_buffer_printf(out, "%.*s", (int)id.size, id.data);
    if (!code) code = sheaf_walk_enter(way.walk, &error);
    if (code == SHEAF_OK) sf_buffer_puts(out, " +");
    if (code < 0) sf_buffer_printf(out, " %s", sheaf_code_slug(code));
    sf_buffer_putc(out, '\n');
  }
  end(&way);
}

static void expect(sf_buffer *tar, unsigned nested, unsigned ratio,
                   const char *wanted) {
  sf_buffer out = {0};
  list(tar, nested, ratio, &out);
  assert_string_equal(sf_buffer_text(&out), wanted);
  sf_buffer_clear(&out);
  sf_buffer_clear(tar);
}

// --- Tests -----------------------------------------------------------------

static void enters_bundles(void **state) {
  (void)state;
  sf_buffer inner = pack_deep(1, sf_bytes("text")), outer = {0};
  add_member(&outer, "before.txt", sf_bytes("before"));
  add_member(&outer, "inner.tar", sf_buffer_bytes(&inner));
  add_member(&outer, "behind.txt", sf_bytes("behind"));
  end_tar(&outer);
  sf_buffer_clear(&inner);
  expect(&outer, 3, 250,
         "1/1/before.txt\n1/2/inner.tar +\n1/2/inner.tar/1/inner.tar +\n"
         "1/2/inner.tar/1/inner.tar/1/text.txt\n1/3/behind.txt\n");
}

static void stops_at_its_depth(void **state) {
  (void)state;
  sf_buffer deep = pack_deep(3, sf_bytes("text"));
  expect(&deep, 2, 250,
         "1/1/inner.tar +\n1/1/inner.tar/1/inner.tar +\n"
         "1/1/inner.tar/1/inner.tar/1/inner.tar\n");
  deep = pack_deep(3, sf_bytes("text"));
  expect(&deep, 0, 250, "1/1/inner.tar\n");
}

static void tells_where_it_is(void **state) {
  (void)state;
  sf_buffer deep = pack_deep(1, sf_bytes("text"));
  tour way = begin(&deep, 1, 250);
  sheaf_member member;
  sheaf_bytes content;
  assert_int_equal(sheaf_walk_next(way.walk, &member, NULL), SHEAF_OK);
  assert_int_equal(sheaf_walk_depth(way.walk), 0);
  assert_ptr_equal(sheaf_walk_bundle(way.walk), way.bundle);
  assert_int_equal(sheaf_walk_enter(way.walk, NULL), SHEAF_OK);
  assert_int_equal(sheaf_walk_next(way.walk, &member, NULL), SHEAF_OK);
  assert_int_equal(sheaf_walk_depth(way.walk), 1);
  assert_true(
      sf_bytes_equal(sheaf_walk_name(way.walk), "inner.tar/1/text.txt"));
  assert_int_equal(
      sheaf_bundle_read(sheaf_walk_bundle(way.walk), &content, NULL), SHEAF_OK);
  assert_true(sf_bytes_equal(content, "text"));
  assert_int_equal(sheaf_walk_doubt(way.walk, NULL), SHEAF_OK);
  end(&way);
  sf_buffer_clear(&deep);
}

// A damaged bundle costs what is damaged, and nothing that is around it.
static void goes_on_behind_damage(void **state) {
  (void)state;
  sf_buffer inner = {0}, outer = {0};
  add_member(&inner, "good.txt", sf_bytes("good"));
  add_member(&inner, "bad.txt", sf_bytes("bad"));
  add_member(&inner, "late.txt", sf_bytes("late"));
  end_tar(&inner);
  inner.data[2 * BLOCK + 124] = '?';  // The size of the second one.
  add_member(&outer, "inner.tar", sf_buffer_bytes(&inner));
  add_member(&outer, "behind.txt", sf_bytes("behind"));
  end_tar(&outer);
  sf_buffer_clear(&inner);
  expect(&outer, 1, 250,
         "1/1/inner.tar +\n1/1/inner.tar/1/good.txt\n"
         "1/1/inner.tar/2/bad.txt damaged\n1/1/inner.tar/3/late.txt\n"
         "1/2/behind.txt\n");
}

// Large members go through a temporary file, if their first bytes are those of
// a bundle.
static void large_members(void **state) {
  (void)state;
  size_t size = (size_t)9 << 20;
  char *zeros = calloc(1, size);
  assert_non_null(zeros);
  sf_buffer inner = pack("large.bin", (sheaf_bytes){zeros, size}), outer = {0};
  add_member(&outer, "inner.tar", sf_buffer_bytes(&inner));
  end_tar(&outer);
  expect(&outer, 3, 250, "1/1/inner.tar +\n1/1/inner.tar/1/large.bin\n");
  sf_buffer_clear(&inner);
  free(zeros);
}

// Of two bundles in each other each is as large as what it lies in, so that
// both together are twice as large.
static void growth_has_a_limit(void **state) {
  (void)state;
  size_t size = (size_t)3 << 20;
  char *zeros = calloc(1, size);
  assert_non_null(zeros);
  const sheaf_bytes text = {zeros, size};
  sf_buffer deep = pack_deep(2, text);
  expect(&deep, 3, 1, "1/1/inner.tar +\n1/1/inner.tar/1/inner.tar too-large\n");
  deep = pack_deep(2, text);
  expect(&deep, 3, 2,
         "1/1/inner.tar +\n1/1/inner.tar/1/inner.tar +\n"
         "1/1/inner.tar/1/inner.tar/1/text.txt\n");
  deep = pack_deep(2, text);
  expect(&deep, 3, 0,
         "1/1/inner.tar +\n1/1/inner.tar/1/inner.tar +\n"
         "1/1/inner.tar/1/inner.tar/1/text.txt\n");
  free(zeros);
}

static bool enters(const char *content, size_t size) {
  sf_buffer outer = pack("member", (sheaf_bytes){content, size});
  tour way = begin(&outer, 1, 250);
  sheaf_member member;
  assert_int_equal(sheaf_walk_next(way.walk, &member, NULL), SHEAF_OK);
  int code = sheaf_walk_enter(way.walk, NULL);
  assert_true(code == SHEAF_OK || code == SHEAF_END);
  end(&way);
  sf_buffer_clear(&outer);
  return code == SHEAF_OK;
}

static void enters_lines_that_are_documents(void **state) {
  (void)state;
  static const struct {
    const char *content;
    bool entered;
  } cases[] = {
      {"{\"text\":\"a\"}\n{\"text\":\"b\"}\n", true},
      {"\n{\"x\":1,\"body\":\"a\"}\r\n{\"id\":2,\"content\":\"b\"}", true},
      {"{\"text\":\"a\"}\n{damaged\n\n{\"text\":\"b\"}\n", true},
      {"{\"text\":\"one alone\"}\n", false},
      {"{\"text\":\"a\"}\n{\"count\":1}\n{\"count\":2}\n", false},
      {"{\"level\":\"info\"}\n{\"level\":\"info\"}\n", false},
      {"{\"text\":{\"no\":1}}\n{\"text\":5}\n", false},
      {"{\n  \"text\": \"pretty\"\n}\n", false},
      {"{}\n{}\n{}\n{}\n{}\n{}\n{}\n{\"text\":\"a\"}\n{\"text\":\"b\"}\n",
       false},
  };
  for (size_t i = 0; i < SF_COUNT(cases); i++)
    if (enters(cases[i].content, strlen(cases[i].content)) != cases[i].entered)
      fail_msg("%s", cases[i].content);
}

// So many lines, each with a string of `size` bytes under that key.
static void add_lines(sf_buffer *to, int count, const char *key, size_t size) {
  char *letters = malloc(size);
  assert_non_null(letters);
  memset(letters, 'x', size);
  for (int i = 0; i < count; i++) {
    sf_buffer_printf(to, "{\"%s\":\"", key);
    sf_buffer_append(to, letters, size);
    sf_buffer_puts(to, "\"}\n");
  }
  free(letters);
}

// The first bytes do not tell, where lines are long.
static void enters_long_lines_that_are_documents(void **state) {
  (void)state;
  static const size_t sizes[] = {(size_t)50 << 10, (size_t)300 << 10,
                                 (size_t)900 << 10, (size_t)3 << 20};
  for (size_t i = 0; i < SF_COUNT(sizes); i++) {
    sf_buffer lines = {0}, log = {0};
    add_lines(&lines, 4, "text", sizes[i]);
    add_lines(&log, 4, "message", sizes[i]);
    assert_true(enters(lines.data, lines.size));
    assert_false(enters(log.data, log.size));
    sf_buffer_clear(&lines);
    sf_buffer_clear(&log);
  }
}

static void too_deep_is_refused(void **state) {
  (void)state;
  sf_buffer deep = pack_deep(0, sf_bytes("text"));
  tour way = begin(&deep, 0, 250);
  sheaf_walk *walk;
  assert_int_equal(
      sheaf_walk_new(&walk, way.bundle, "1", SHEAF_NESTED_MAX + 1, NULL),
      SHEAF_EINVAL);
  assert_null(walk);
  end(&way);
  sf_buffer_clear(&deep);
}

#define TEST(sentence, function) \
  { sentence, function, NULL, NULL, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST("walk: bundles inside of bundles are entered, and left",
           enters_bundles),
      TEST("walk: none is entered that lies too deep", stops_at_its_depth),
      TEST("walk: it tells depth, bundle and name of a member",
           tells_where_it_is),
      TEST("walk: damage in an inner bundle is told, and costs no other",
           goes_on_behind_damage),
      TEST("walk: large members are entered through a file", large_members),
      TEST("walk: what bundles in each other grow to has one limit",
           growth_has_a_limit),
      TEST("walk: lines of JSON are entered when they are documents",
           enters_lines_that_are_documents),
      TEST("walk: however long they are", enters_long_lines_that_are_documents),
      TEST("walk: a depth that cannot be is refused", too_deep_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
