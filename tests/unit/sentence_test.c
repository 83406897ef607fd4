/// Sentences: what ends one, and what only looks so.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

/// Asserts that `marked`, with its bars taken out, has its sentences between
/// the bars.
static void check(const char *language, const char *marked) {
  sf_buffer plain = {0};
  sf_buffer found = {0};
  sf_range range;
  size_t at = 0;

  for (const char *c = marked; *c; c++)
    if (*c != '|') sf_buffer_putc(&plain, *c);
  while (sf_text_sentence(sf_buffer_bytes(&plain), language, &at, &range)) {
    if (found.size > 0) {
      sf_buffer_puts(&found, " |");
      assert_true(range.from >= at || range.to <= at);
    }
    sf_buffer_append(&found, plain.data + range.from, range.to - range.from);
  }
  assert_string_equal(sf_buffer_text(&found), marked);
  sf_buffer_clear(&plain);
  sf_buffer_clear(&found);
}

static void ends_at_stops(void **state) {
  (void)state;
  check("en", "The Council decides. |It remains seized! |Does it? |Yes.");
  check("en", "She has $100.00. |It is in her bag.");
  check("en", "Write to j.doe@example.com. |Or see www.un.org/a.html now.");
  check("en", "No stop at the end");
}

static void knows_abbreviations(void **state) {
  (void)state;
  check("en", "At 5 a.m. Mr. Smith met Dr. E. Jones of Pitt & Co. at noon.");
  check("en", "They asked Briggs & Co. |It agreed.");
  check("en", "E. Smith, F. Jones and G. Brown met.");
  check("en", "I live in the U.S. |How about you?");
  check("en", "I work for the U.S. Government in Virginia.");
  check("en", "We make a team, you and I. |Did you see Albert I. Jones?");
}

static void survives_legal_texts(void **state) {
  (void)state;
  check("en", "Resolution adopted by the U.N. General Assembly*");
  check("en", "[on the report of the Committee (A/58/483/Add. 3)]");
  check("en", "58/208. International Migration and Development");
  check("en", "44 (1948). Resolution of 1 April 1948");
  check("en", "1. Takes note of the report. |The Council agrees.");
  check("en", "See Sales No. E. 96.IV. 13), chap. I. resolution I, annex II.");
  check("en", "United Nations publication, Sales No. E.95.XIII.18.");
  check("en", "Ibid., Suppl. No. 5 and vol. II. |The rest is in para. 12.");
  check("en", "Adopted by 14 votes to none. 17");
}

static void keeps_quotes_and_brackets(void **state) {
  (void)state;
  check("en", "\"This is great.\" she said.");
  check("en", "She said, \"This is great.\" |She held out the book.");
  check("en", "He teaches (He worked for years.) at the University.");
  check("en", "It is over.[12] |The next begins.\u00b9 |So does this.");
  check("fr", "Il dit \u00ab Non. \u00bb |Elle part.");
}

static void knows_ellipses(void **state) {
  (void)state;
  check("en", "I never meant that.... |She left the store.");
  check("en", "I was ... well, see . . . what I mean.");
  check("en", "End with a period . . . . |Next sentence.");
}

static void knows_lists(void **state) {
  (void)state;
  check("en", "1. The first item |2. The second item |3. The third");
  check("en", "1) The first item. |2) The second item.");
  check("en", "\u2022 9. The first item |\u2022 10. The second item");
  check("en", "1. Recalls the decision in paragraph 2 of its resolution.");
}

static void ends_at_blank_lines(void **state) {
  (void)state;
  sheaf_bytes text = sf_bytes("The\nCouncil\r\n \r\nDecides");
  sf_range range;
  size_t at = 0;
  assert_true(sf_text_sentence(text, "en", &at, &range));
  assert_int_equal(range.to, 11);
  assert_true(sf_text_sentence(text, "en", &at, &range));
  assert_int_equal(range.from, 16);
  assert_false(sf_text_sentence(text, "en", &at, &range));
}

static void knows_other_languages(void **state) {
  (void)state;
  check("es",
        "\u00bfC\u00f3mo est\u00e1? |Bien, Srta. Ledesma. |"
        "\u00a1Muy costosa!");
  check("fr", "L\u2019art. 3 de la Charte. |L\u2019exploitation suit.");
  check("ru",
        "\u041e\u0431\u044a\u0435\u043c 5 \u043a\u0443\u0431.\u043c. |"
        "\u042d\u0442\u043e \u0432\u0441\u0435.");
  check("ar",
        "\u0645\u0627\u0630\u0627 \u062d\u062f\u062b\u061f |"
        "\u0637\u0631\u062d \u0627\u0644\u0633\u0624\u0627\u0644.");
}

static void ends_without_space_in_chinese(void **state) {
  (void)state;
  sheaf_bytes text = sf_bytes(
      "\u597d\u3002\u770b\u300a\u5427\uff01\u300b\u5417\uff1f\u597d\uff01");
  static const size_t ends[] = {6, 27, 33};
  sf_range range;
  size_t at = 0;
  for (size_t i = 0; i < SF_COUNT(ends); i++) {
    assert_true(sf_text_sentence(text, "zh", &at, &range));
    assert_int_equal(range.to, ends[i]);
  }
  assert_false(sf_text_sentence(text, "zh", &at, &range));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"sentence: stops with a capital behind end one", ends_at_stops, NULL,
       NULL, NULL},
      {"sentence: abbreviations and initials end none", knows_abbreviations,
       NULL, NULL, NULL},
      {"sentence: symbols and headings of legal texts stay whole",
       survives_legal_texts, NULL, NULL, NULL},
      {"sentence: quotes, brackets and footnote markers stay with their own",
       keeps_quotes_and_brackets, NULL, NULL, NULL},
      {"sentence: an ellipsis ends one only where it must", knows_ellipses,
       NULL, NULL, NULL},
      {"sentence: items of a list in one line are told apart", knows_lists,
       NULL, NULL, NULL},
      {"sentence: a blank line ends one", ends_at_blank_lines, NULL, NULL,
       NULL},
      {"sentence: Spanish, French, Russian and Arabic have their own rules",
       knows_other_languages, NULL, NULL, NULL},
      {"sentence: Chinese stops need no space", ends_without_space_in_chinese,
       NULL, NULL, NULL},
  };
  return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
