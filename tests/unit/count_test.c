/// Counting words.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

static void *resize(void *context, void *block, size_t old_size,
                    size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size) return realloc(block, new_size);
  free(block);
  return NULL;
}

static const sf_memory memory = {resize, NULL};

static sf_word_counter *start(const char *letters, size_t shortest) {
  sf_byte_set set;
  if (letters)
    assert_int_equal(sf_byte_set_read(&set, sf_bytes(letters), NULL), 0);
  sf_word_counter *counter =
      sf_counter_new(letters ? &set : NULL, shortest, memory);
  assert_non_null(counter);
  return counter;
}

static size_t count(sf_word_counter *counter, const char *text) {
  size_t words = 0;
  sf_counter_reset(counter);
  assert_int_equal(sf_counter_add(counter, sf_bytes(text), &words, NULL, NULL),
                   SHEAF_OK);
  return words;
}

static uint64_t frequency(sf_word_counter *counter, const char *word) {
  return sf_counter_frequency(counter, sf_bytes(word));
}

static void words_are_folded(void **state) {
  (void)state;
  sf_word_counter *counter = start(NULL, 1);
  assert_int_equal(count(counter, "Peace, PEACE\nand peace: Ärger ÄRGER!"), 6);
  assert_int_equal(frequency(counter, "peace"), 3);
  assert_int_equal(frequency(counter, "Peace"), 3);
  assert_int_equal(frequency(counter, "ärger"), 2);
  assert_int_equal(frequency(counter, "pea"), 0);
  assert_int_equal(sf_counter_distinct(counter), 3);
  assert_int_equal(count(counter, "war"), 1);
  assert_int_equal(frequency(counter, "peace"), 0);
  sf_counter_free(counter);
}

static void words_are_those_of_the_segmenter(void **state) {
  (void)state;
  const char *text =
      "It’s the 58th — Ελλάδα naïve日本 A/RES/58/208 "
      "internationalization_of ИНТЕРНАЦИОНАЛИЗАЦИЯ x\xCC\x81y.";
  sheaf_bytes bytes = sf_bytes(text);
  sf_range word;
  size_t words = 0;
  sf_word_counter *counter = start(NULL, 1);
  size_t counted = count(counter, text);
  for (size_t at = 0; sf_text_word(bytes, &at, &word); words++) {
    sheaf_bytes found = {bytes.data + word.from, word.to - word.from};
    assert_int_not_equal(sf_counter_frequency(counter, found), 0);
  }
  assert_int_equal(counted, words);
  sf_counter_free(counter);
}

static void letters_can_be_chosen(void **state) {
  (void)state;
  sf_word_counter *counter = start("%a", 1);
  assert_int_equal(count(counter, "na\xC3\xAFve 3rd x-ray"), 5);
  assert_int_equal(frequency(counter, "rd"), 1);
  sf_counter_free(counter);
  counter = start("[%w-]", 1);
  assert_int_equal(count(counter, "3rd X-ray, x-RAY"), 3);
  assert_int_equal(frequency(counter, "x-ray"), 2);
  sf_counter_free(counter);
}

static void sets_are_one_class(void **state) {
  (void)state;
  sf_byte_set set;
  const char *wrong[] = {"", "a", "%a%a", "%a+", "[%a", "(%a)", "%"};
  for (size_t i = 0; i < SF_COUNT(wrong); i++)
    assert_int_equal(sf_byte_set_read(&set, sf_bytes(wrong[i]), NULL),
                     SHEAF_ESYNTAX);
  assert_int_equal(sf_byte_set_read(&set, sf_bytes("[^%s]"), NULL), SHEAF_OK);
  assert_true(sf_set_has(&set, '\xff'));
  assert_false(sf_set_has(&set, '\t'));
}

static void short_words_and_stop_words_do_not_count(void **state) {
  (void)state;
  sf_word_counter *counter = start(NULL, 3);
  assert_int_equal(sf_counter_stop(counter, sf_bytes("The")), SHEAF_OK);
  assert_int_equal(sf_counter_stop_language(counter, "en-GB"), SHEAF_OK);
  assert_int_equal(count(counter, "The aim of THE äöü or öä"), 7);
  assert_int_equal(sf_counter_distinct(counter), 2);
  assert_int_equal(frequency(counter, "the"), 0);
  assert_int_equal(frequency(counter, "öä"), 0);
  assert_int_equal(frequency(counter, "äöü"), 1);
  sf_word_score score;
  assert_int_equal(
      sf_counter_score(counter, sf_bytes("The new aim, or the old aim"), &score,
                       NULL, NULL),
      SHEAF_OK);
  assert_int_equal(score.words, 4);
  assert_int_equal(score.sum, 2);
  sf_counter_free(counter);
}

static void a_range_scores_as_its_text(void **state) {
  (void)state;
  const char *text =
      "Peace and ärger, the peace of internationalization, naïveté: peace.";
  sf_word_counter *counter = start(NULL, 3);
  sf_counter_stop(counter, sf_bytes("the"));
  count(counter, text);
  sf_word_score range_score, score;
  size_t scored = 0, size = strlen(text);
  for (size_t from = 0; from <= size; from++)
    for (size_t to = from; to <= size; to++) {
      sf_range range = {from, to};
      if (!sf_counter_score_range(counter, range, &range_score)) continue;
      sheaf_bytes part = {text + from, to - from};
      sf_counter_score(counter, part, &score, NULL, NULL);
      assert_int_equal(range_score.words, score.words);
      assert_int_equal(range_score.sum, score.sum);
      scored++;
    }
  assert_true(scored > 100);
  size_t words = 0;
  sf_counter_add(counter, sf_bytes("another"), &words, NULL, NULL);
  assert_false(
      sf_counter_score_range(counter, (sf_range){0, size}, &range_score));
  sf_counter_free(counter);
}

static void the_most_frequent_come_first(void **state) {
  (void)state;
  const char *expected[] = {"b", "internationalization", "internationalize",
                            "a"};
  const sf_bag_item *words[8];
  sf_word_counter *counter = start(NULL, 1);
  count(counter,
        "b b b a d internationalize internationalization c "
        "Internationalization internationalize");
  sf_counter_top(counter, words, 4);
  for (size_t i = 0; i < 4; i++)
    assert_true(
        sf_bytes_equal(sf_counter_word(counter, words[i]), expected[i]));
  assert_int_equal(words[0]->count, 3);
  sf_counter_free(counter);
}

static int interrupt(void *context) {
  (void)context;
  return SHEAF_ETIMEOUT;
}

static void counting_can_be_interrupted(void **state) {
  (void)state;
  sf_buffer text = {0};
  size_t words = 0;
  for (int i = 0; i < 100000; i++) sf_buffer_puts(&text, "word ");
  sf_word_counter *counter = start(NULL, 1);
  assert_int_equal(
      sf_counter_add(counter, sf_buffer_bytes(&text), &words, interrupt, NULL),
      SHEAF_ETIMEOUT);
  assert_true(words < 100000);
  sf_counter_free(counter);
  sf_buffer_clear(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"count: words are folded to lower case", words_are_folded, 0, 0, 0},
      {"count: words are those of the segmenter",
       words_are_those_of_the_segmenter, 0, 0, 0},
      {"count: what letters are can be chosen", letters_can_be_chosen, 0, 0, 0},
      {"count: letters are one class of a pattern", sets_are_one_class, 0, 0,
       0},
      {"count: short words and stop words do not count",
       short_words_and_stop_words_do_not_count, 0, 0, 0},
      {"count: a range scores as its text does, unless it cuts a word",
       a_range_scores_as_its_text, 0, 0, 0},
      {"count: the most frequent come first, then by their bytes",
       the_most_frequent_come_first, 0, 0, 0},
      {"count: it can be interrupted", counting_can_be_interrupted, 0, 0, 0},
  };
  return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
