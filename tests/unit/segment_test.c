/// Segments: lines, paragraphs, words, and white space at the ends.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

typedef bool (*segmenter)(sheaf_bytes text, size_t *at, sf_range *range);

static void append_range(sf_buffer *out, sheaf_bytes text, sf_range range) {
  if (out->size > 0) sf_buffer_putc(out, '|');
  sf_buffer_append(out, text.data + range.from, range.to - range.from);
}

static void check_segments(segmenter next, const char *data,
                           const char *expected) {
  sheaf_bytes text = sf_bytes(data);
  sf_buffer out = {0};
  sf_range range;
  size_t at = 0;

  while (next(text, &at, &range)) append_range(&out, text, range);
  assert_string_equal(sf_buffer_text(&out), expected);
  sf_buffer_clear(&out);
}

/// Asserts the paragraphs of `data`, which stand in `expected` with bars
/// between and their line ends as slashes.
static void check_paragraphs(const char *data, const char *expected) {
  sheaf_bytes text = sf_bytes(data);
  sf_buffer out = {0};
  sf_paragraphs it;
  sf_range range;

  sf_paragraphs_init(&it, text);
  while (sf_paragraphs_next(&it, &range)) append_range(&out, text, range);
  for (size_t i = 0; i < out.size; i++)
    if (out.data[i] == '\n') out.data[i] = '/';
  assert_string_equal(sf_buffer_text(&out), expected);
  sf_buffer_clear(&out);
}

static void splits_lines(void **state) {
  (void)state;
  check_segments(sf_text_line, "one\ntwo\r\nthree\rfour", "one|two|three|four");
  check_segments(sf_text_line, "a\n\nb\n", "a||b");
  check_segments(sf_text_line, "", "");
}

static void splits_words(void **state) {
  (void)state;
  check_segments(sf_text_word, "The State's S-21/2, (1995) 50%.",
                 "The|State|s|S|21|2|1995|50");
  check_segments(sf_text_word, "l\u2019\u00c9tat d\u00e9cide",
                 "l|\u00c9tat|d\u00e9cide");
  check_segments(sf_text_word, "\u0421\u043e\u0432\u0435\u0442 \u00ab1\u00bb",
                 "\u0421\u043e\u0432\u0435\u0442|1");
  check_segments(sf_text_word,
                 "\u0627\u0644\u0639\u0627\u0645\u0651\u0629\u060c",
                 "\u0627\u0644\u0639\u0627\u0645\u0651\u0629");
  check_segments(sf_text_word, "\u5b89\u5168\u30abUN\u3002",
                 "\u5b89|\u5168|\u30ab|UN");
  check_segments(sf_text_word, "note\u00b9\u00b2 m", "note|m");
  check_segments(sf_text_word, " -- ", "");
}

static void trims(void **state) {
  (void)state;
  sheaf_bytes text = sf_bytes("\uFEFF\u00A0\n a b\u2003\t");
  sf_range range = sf_text_trim(text, (sf_range){0, text.size});
  assert_int_equal(range.from, 7);
  assert_int_equal(range.to, 10);
  range = sf_text_trim(text, (sf_range){10, text.size});
  assert_int_equal(range.from, range.to);
}

static void keeps_lines_of_web_pages(void **state) {
  (void)state;
  check_paragraphs(
      "The Holy See\nback up\n\n The General Assembly,\n\n"
      "Recalling the Programme of Action of the International Conference on "
      "Population and Development adopted at Cairo[1], in particular chapter "
      "X on international migration,\n\n"
      "11. Decides to include in the provisional agenda of its fifty-ninth "
      "session the sub-item entitled \"International migration and "
      "development\".\n*78th plenary meeting, 23 December 2003\n"
      "[1] Report of the Conference.\n[2] Ibid., annex II.",
      "The Holy See|back up|The General Assembly,|"
      "Recalling the Programme of Action of the International Conference on "
      "Population and Development adopted at Cairo[1], in particular chapter "
      "X on international migration,|"
      "11. Decides to include in the provisional agenda of its fifty-ninth "
      "session the sub-item entitled \"International migration and "
      "development\".|*78th plenary meeting, 23 December 2003|"
      "[1] Report of the Conference.|[2] Ibid., annex II.");
}

static void joins_wrapped_lines(void **state) {
  (void)state;
  check_paragraphs(
      "Having taken note of the United Nations Palestine\n"
      "Commission's first and second monthly progress\n"
      "reports on the problem of security,\n\n"
      "Requests the Secretary-General, in accordance with\n"
      "Article 20 of the Charter, to convoke a session.\n",
      "Having taken note of the United Nations Palestine/"
      "Commission's first and second monthly progress/"
      "reports on the problem of security,|"
      "Requests the Secretary-General, in accordance with/"
      "Article 20 of the Charter, to convoke a session.");
}

static void splits_wrapped_blocks(void **state) {
  (void)state;
  check_paragraphs(
      "The Security Council,\n"
      "Having considered the report of the Secretary-General\n"
      "on the situation and the measures taken under its\n"
      "resolution 338 (1973), and concerned by the delay of\n"
      "22 October 1973,\n"
      "1. Calls upon all parties to implement immediately the\n"
      "resolution of the Security Council;\n"
      "(a) By the end of the period which the report of the\n"
      "Secretary-General indicates;\n"
      "2. Decides to remain seized of the matter.\n\n"
      "17 Official Records of the Security Council, Year One,\n"
      "Supplement for April.\n"
      "18 One member did not participate.\n",
      "The Security Council,|"
      "Having considered the report of the Secretary-General/"
      "on the situation and the measures taken under its/"
      "resolution 338 (1973), and concerned by the delay of/"
      "22 October 1973,|"
      "1. Calls upon all parties to implement immediately the/"
      "resolution of the Security Council;|"
      "(a) By the end of the period which the report of the/"
      "Secretary-General indicates;|"
      "2. Decides to remain seized of the matter.|"
      "17 Official Records of the Security Council, Year One,/"
      "Supplement for April.|"
      "18 One member did not participate.");
}

static void joins_wrapped_caseless_text(void **state) {
  (void)state;
#define LINE "\u4eba\u4eba\u751f\u800c\u81ea\u7531\u5728\u5c0a\u4e25\u548c"
  check_paragraphs(LINE LINE LINE "\n" LINE LINE LINE "\n" LINE LINE LINE
                                  "\n" LINE "\u3002\n\n" LINE "\u3002",
                   LINE LINE LINE "/" LINE LINE LINE "/" LINE LINE LINE "/" LINE
                                  "\u3002|" LINE "\u3002");
#undef LINE
}

static void keeps_lists(void **state) {
  (void)state;
  check_paragraphs("Members\nArgentina\nBrazil\nChile\n",
                   "Members|Argentina|Brazil|Chile");
  check_paragraphs("\n \n\t\n", "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"segment: lines end at LF, CR LF and CR", splits_lines, NULL, NULL,
       NULL},
      {"segment: words are letters, digits and marks of any script",
       splits_words, NULL, NULL, NULL},
      {"segment: white space of any kind is trimmed", trims, NULL, NULL, NULL},
      {"segment: each line of a web page is a paragraph",
       keeps_lines_of_web_pages, NULL, NULL, NULL},
      {"segment: hard-wrapped lines are joined", joins_wrapped_lines, NULL,
       NULL, NULL},
      {"segment: items, notes and titles in a wrapped block stand alone",
       splits_wrapped_blocks, NULL, NULL, NULL},
      {"segment: wrapped lines are joined in scripts without capitals",
       joins_wrapped_caseless_text, NULL, NULL, NULL},
      {"segment: the lines of a list are not taken for wrapped", keeps_lists,
       NULL, NULL, NULL},
  };
  return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
