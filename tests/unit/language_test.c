/// Languages, stop words and letter case.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/stop_words.h"
#include "text/text.h"

/// Article 1 of the Universal Declaration of Human Rights.
static const struct {
  const char *language;
  const char *text;
} declarations[] = {
    {"en",
     "All human beings are born free and equal in dignity and rights. "
     "They are endowed with reason and conscience and should act towards "
     "one another in a spirit of brotherhood."},
    {"fr",
     "Tous les \u00eatres humains naissent libres et \u00e9gaux en "
     "dignit\u00e9 et en droits. Ils sont dou\u00e9s de raison et de "
     "conscience et doivent agir les uns envers les autres dans un "
     "esprit de fraternit\u00e9."},
    {"es",
     "Todos los seres humanos nacen libres e iguales en dignidad y "
     "derechos y, dotados como est\u00e1n de raz\u00f3n y conciencia, "
     "deben comportarse fraternalmente los unos con los otros."},
    {"ru",
     "Все люди рождаются свободными и равными в своем достоинстве и "
     "правах. Они наделены разумом и совестью и должны поступать в "
     "отношении друг друга в духе братства."},
    {"ar",
     "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا "
     "عقلاً وضميراً وعليهم أن يعامل بعضهم بعضاً بروح الإخاء."},
    {"zh",
     "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，"
     "并应以兄弟关系的精神相对待。"},
    {"und",
     "Todos os seres humanos nascem livres e iguais em dignidade e em "
     "direitos. Dotados de raz\u00e3o e de consci\u00eancia, devem agir "
     "uns para com os outros em esp\u00edrito de fraternidade."},
    {"und",
     "Tutti gli esseri umani nascono liberi ed eguali in dignit\u00e0 e "
     "diritti. Essi sono dotati di ragione e di coscienza e devono "
     "agire gli uni verso gli altri in spirito di fratellanza."},
    {"und",
     "Alle Menschen sind frei und gleich an W\u00fcrde und Rechten "
     "geboren. Sie sind mit Vernunft und Gewissen begabt und sollen "
     "einander im Geiste der Br\u00fcderlichkeit begegnen."},
    {"und",
     "Всі люди народжуються вільними і рівними у своїй гідності та "
     "правах. Вони наділені розумом і совістю."},
    {"und",
     "すべての人間は、生まれながらにして自由であり、かつ、"
     "尊厳と権利とについて平等である。"},
    {"und",
     "تمام افراد بشر آزاد به دنیا "
     "می آیند و با هم برابرند."},
    {"und", "1995/313, 49/127"},
    {"und", ""},
};

static void knows_languages(void **state) {
  (void)state;
  for (size_t i = 0; i < SF_COUNT(declarations); i++)
    assert_string_equal(sf_text_language(sf_bytes(declarations[i].text)),
                        declarations[i].language);
}

static void samples_long_texts(void **state) {
  (void)state;
  sf_buffer text = {0};
  for (int i = 0; i < 5; i++) sf_buffer_puts(&text, declarations[0].text);
  for (int i = 0; i < 200; i++) sf_buffer_puts(&text, declarations[2].text);
  assert_string_equal(sf_text_language(sf_buffer_bytes(&text)), "es");
  sf_buffer_clear(&text);
}

static void keeps_lists_in_order(void **state) {
  (void)state;
  static const char *const languages[] = {"ar", "en", "es", "fr", "ru", "zh"};
  for (size_t i = 0; i < SF_COUNT(languages); i++) {
    size_t count;
    const char *const *words = sf_stop_words(languages[i], &count);
    assert_true(count > 50);
    for (size_t j = 1; j < count; j++)
      assert_true(strcmp(words[j - 1], words[j]) < 0);
    for (size_t j = 0; j < count; j++)
      assert_true(sf_text_stop_word(languages[i], sf_bytes(words[j])));
  }
}

static void knows_stop_words(void **state) {
  (void)state;
  assert_true(sf_text_stop_word("en", sf_bytes("the")));
  assert_true(sf_text_stop_word("en-GB", sf_bytes("the")));
  assert_false(sf_text_stop_word("en", sf_bytes("migration")));
  assert_false(sf_text_stop_word("en", sf_bytes("th")));
  assert_false(sf_text_stop_word("en", (sheaf_bytes){"a\0b", 3}));
  assert_false(sf_text_stop_word("en", sf_bytes("")));
  assert_false(sf_text_stop_word("und", sf_bytes("the")));
  assert_true(sf_text_stop_word("fr", sf_bytes("\u00e9t\u00e9")));
  assert_true(sf_text_stop_word("ru", sf_bytes("или")));
  assert_true(sf_text_stop_word("ar", sf_bytes("في")));
  assert_true(sf_text_stop_word("zh", sf_bytes("的")));
}

static void check_case(void (*change)(sf_buffer *, sheaf_bytes),
                       const char *text, const char *expected) {
  sf_buffer out = {0};
  change(&out, sf_bytes(text));
  assert_string_equal(sf_buffer_text(&out), expected);
  sf_buffer_clear(&out);
}

static void changes_case(void **state) {
  (void)state;
  check_case(sf_text_lower, "ABZ[`az{ @1", "abz[`az{ @1");
  check_case(sf_text_upper, "ABZ[`az{ @1", "ABZ[`AZ{ @1");
  check_case(sf_text_lower, "\u00c9TAT \u0100\u0130 \u00d7",
             "\u00e9tat \u0101i \u00d7");
  check_case(sf_text_upper, "\u00e9tat \u0101 \u00ff\u00df",
             "\u00c9TAT \u0100 \u0178\u00df");
  check_case(sf_text_lower, "СОВЕТ Ё Ѐ", "совет ё ѐ");
  check_case(sf_text_upper, "\u03c3\u03c2 \u03ac", "\u03a3\u03a3 \u0386");
  check_case(sf_text_lower, "\u023A \U00010400", "\u2c65 \U00010428");
  check_case(sf_text_lower, "A\xC3", "a\xC3");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"language: the six languages are told from each other and the rest",
       knows_languages, NULL, NULL, NULL},
      {"language: long texts are sampled all over", samples_long_texts, NULL,
       NULL, NULL},
      {"stop words: every list is in order and found", keeps_lists_in_order,
       NULL, NULL, NULL},
      {"stop words: whole words only", knows_stop_words, NULL, NULL, NULL},
      {"fold: letters of every script change case", changes_case, NULL, NULL,
       NULL},
  };
  return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
