/// The bare text of pages that are over a limit.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "doc/doc.h"
#include "plugin/plugin.h"

/// No tree fits into so little.
#define NO_MEMORY 1

/// A page that was read.
typedef struct {
  sheaf_doc *doc;
  sheaf_error partial;
} page;

static page read_page(sheaf_bytes html, size_t memory_limit) {
  const sheaf_plugin_hooks *hooks = sheaf_plugin_entry();
  const sheaf_plugin_context context = {
      .size = sizeof context, .name = "html", .memory_limit = memory_limit};
  page read = {.doc = NULL};
  sheaf_result result = {.partial = &read.partial};
  sheaf_error error = {0};
  void *state = NULL;
  assert_int_equal(
      sf_doc_borrow(&read.doc, "1/1/p", "b", sf_bytes("p"), html, &error),
      SHEAF_OK);
  sf_doc_let_read(read.doc, (uint64_t)1 << 30);
  assert_int_equal(hooks->open(&state, &context, &error), SHEAF_OK);
  assert_int_equal(hooks->process(state, read.doc, &result, &error), SHEAF_OK);
  return read;
}

static void assert_text(const page *read, const char *expected) {
  sheaf_bytes text = sheaf_doc_text(read->doc);
  assert_int_equal(text.size, strlen(expected));
  assert_memory_equal(text.data, expected, text.size);
}

static void assert_bare(const char *html, const char *expected) {
  page read = read_page(sf_bytes(html), NO_MEMORY);
  assert_int_equal(read.partial.code, SHEAF_ELIMIT);
  assert_text(&read, expected);
  sheaf_doc_free(read.doc);
}

/// `count` times `part`, between `head` and `tail`. The caller frees it.
static char *page_of(const char *head, const char *part, size_t count,
                     const char *tail) {
  size_t size = strlen(part);
  char *text = malloc(strlen(head) + count * size + strlen(tail) + 1), *to;
  assert_non_null(text);
  to = stpcpy(text, head);
  for (size_t i = 0; i < count; i++) to = stpcpy(to, part);
  stpcpy(to, tail);
  return text;
}

static void takes_tags_away(void **state) {
  (void)state;
  assert_bare("<!doctype html><p class='a > b'>one <b>two</b>three",
              "one twothree");
  assert_bare("a<img src=x alt='>'/>b</p >c", "ab\n\nc");
  assert_bare("no tag: a < b, 1<2, <<i>x</i>", "no tag: a < b, 1<2, <x");
  assert_bare("cut <a href='", "cut");
  assert_bare("", "");
}

static void parts_blocks_by_line_ends(void **state) {
  (void)state;
  assert_bare("<h1>A</h1><p>b<p>c<div>d</div>e", "A\n\nb\n\nc\n\nd\n\ne");
  assert_bare("<ul><li>a</li>\n<li>b</li></ul>c", "a\nb\n\nc");
  assert_bare("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3");
  assert_bare("a<br>b<br><br>c \n\t d", "a\nb\n\nc d");
}

static void leaves_out_what_is_no_text(void **state) {
  (void)state;
  assert_bare("a<script>if (a<b) '</scripts>'</script>b", "ab");
  assert_bare("a<style>p > b {}</style>b<script>never ended", "ab");
  assert_bare("a<!-- <p> -->b<!-->c<!--->d<!-- -- --!>e<!x>f<?x?>g</ x>h",
              "abcdefgh");
  assert_bare("a<textarea>b <i> c</textarea>d", "a\n\nb <i> c\n\nd");
}

static void decodes_character_references(void **state) {
  (void)state;
  assert_bare("&lt;p&gt; &eacute;&#233;&#xE9; &copy2 &amp;amp; &no; & &",
              "<p> \u00E9\u00E9\u00E9 \u00A92 &amp; &no; & &");
  assert_bare("a&#10;b&nbsp;c&#0;", "a\nb\u00A0c\uFFFD");
}

static void cuts_no_reference_and_no_character(void **state) {
  (void)state;
  // Whatever their offset, some of them lie where a piece ends.
  for (int i = 0; i < 10; i++) {
    char head[16];
    snprintf(head, sizeof head, "%.*s", i, "xxxxxxxxxx");
    char *html = page_of(head, "&#x1F600;\U0001F600&lt;\U0001F600", 5000, "");
    char *text = page_of(head, "\U0001F600\U0001F600<\U0001F600", 5000, "");
    assert_bare(html, text);
    free(html);
    free(text);
  }
}

static void describes_the_title(void **state) {
  (void)state;
  page read = read_page(
      sf_bytes("<title> A &amp;\n B </title>text<title>no</title>"), NO_MEMORY);
  assert_text(&read, "text");
  assert_string_equal(
      sheaf_value_get_string(sheaf_doc_metadata(read.doc), "title", ""),
      "A & B");
  sheaf_doc_free(read.doc);
}

static void assert_over(const char *head, const char *part, size_t count,
                        const char *text, const char *why) {
  char *html = page_of(head, part, count, text);
  page read = read_page(sf_bytes(html), (size_t)8 << 20);
  assert_int_equal(read.partial.code, SHEAF_ELIMIT);
  if (!strstr(read.partial.why, why)) fail_msg("%s", read.partial.why);
  assert_non_null(strstr(read.partial.why, "without its structure"));
  free(html);
  sheaf_doc_free(read.doc);
}

static void tells_the_limit(void **state) {
  (void)state;
  assert_over("", "<div>", 20000, "text", "more than 10000 deep");
  assert_over("<p", " a=1", 100000, ">text", "attributes");
  assert_over("<script", " a=1", 100000, "></script>text", "attributes");
  assert_over("<!-->", "<div>", 20000, "text", "more than 10000 deep");
  assert_over("", "<i>w</i> ", 100000, "text", "8 MB of memory");
}

static void reads_other_pages_whole(void **state) {
  (void)state;
  page read = read_page(sf_bytes("<p>one<p>two"), 0);
  assert_int_equal(read.partial.code, SHEAF_OK);
  assert_text(&read, "one\n\ntwo");
  assert_int_equal(sheaf_doc_span_count(read.doc, "paragraph"), 2);
  sheaf_doc_free(read.doc);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_tags_away),
      cmocka_unit_test(parts_blocks_by_line_ends),
      cmocka_unit_test(leaves_out_what_is_no_text),
      cmocka_unit_test(decodes_character_references),
      cmocka_unit_test(cuts_no_reference_and_no_character),
      cmocka_unit_test(describes_the_title),
      cmocka_unit_test(tells_the_limit),
      cmocka_unit_test(reads_other_pages_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
