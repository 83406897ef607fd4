/// Counting words. What is ASCII, which is nearly everything in most texts,
/// takes a short way.
#include <string.h>

#include "text/stop_words.h"
#include "text/text.h"

/// Words between two questions to the interrupt.
#define PAUSE 4096

/// What a byte is in a word.
enum { NO_LETTER, LETTER, UNICODE };

void sf_counter_init(sf_word_counter *counter, const sf_byte_set *letters,
                     size_t shortest, sf_memory memory) {
  sf_byte_set ascii;

  *counter = (sf_word_counter){.shortest = shortest, .bytes = letters != NULL};
  sf_bag_init(&counter->bag, memory);
  sf_byte_set_read(&ascii, sf_bytes("%w"), NULL);
  for (size_t i = 0; i < sizeof counter->kinds; i++) {
    bool is_letter = sf_set_has(letters ? letters : &ascii, (char)i);
    bool is_ascii = letters || i < 0x80;
    counter->kinds[i] = is_letter ? LETTER : is_ascii ? NO_LETTER : UNICODE;
  }
}

void sf_counter_clear(sf_word_counter *counter) {
  sf_bag_clear(&counter->bag);
  sf_buffer_clear(&counter->folded);
}

// --- Words -----------------------------------------------------------------

/// Finds the word at or after `*at` as sf_text_word() does. `*unicode` says
/// that it is not of single bytes alone.
static bool find_word(const sf_word_counter *counter, sheaf_bytes text,
                      size_t *at, sf_range *word, bool *unicode) {
  const unsigned char *bytes = (const unsigned char *)text.data;
  size_t from = *at;
  size_t to;

  while (from < text.size && counter->kinds[bytes[from]] == NO_LETTER) from++;
  to = from;
  while (to < text.size && counter->kinds[bytes[to]] == LETTER) to++;
  *unicode = to < text.size && counter->kinds[bytes[to]] == UNICODE;
  *at = *unicode ? from : to;
  *word = (sf_range){from, to};
  return *unicode ? sf_text_word(text, at, word) : from < to;
}

/// Eight bytes with A to Z in lower case: an upper-case letter is the byte
/// whose high bit is set by adding 0x3F but not by adding 0x25.
static uint64_t fold(uint64_t bytes) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t low = bytes & ones * 0x7F;
  uint64_t upper = (low + ones * 0x3F) & ~(low + ones * 0x25) & ~bytes;

  return bytes | (upper & ones * 0x80) >> 2;
}

/// Folds a word that is not short, or not ASCII, in a buffer of the counter.
static sf_bag_key fold_any(sf_word_counter *counter, sheaf_bytes word,
                           bool unicode) {
  if (counter->folded.failed) sf_buffer_clear(&counter->folded);
  counter->folded.size = 0;
  if (unicode) {
    sf_text_lower(&counter->folded, word);
  } else {
    sf_buffer_append(&counter->folded, word.data, word.size);
    for (size_t i = 0; i < counter->folded.size; i++) {
      char *c = &counter->folded.data[i];
      if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
    }
  }
  return sf_bag_key_of(sf_buffer_bytes(&counter->folded),
                       counter->folded.capacity);
}

/// The key of the word in the range; its string is only right for long words.
static sf_bag_key make_key(sf_word_counter *counter, sheaf_bytes text,
                           sf_range range, bool unicode) {
  sheaf_bytes word = {text.data + range.from, range.to - range.from};
  sf_bag_key key;

  if (unicode || word.size > SF_BAG_SHORT)
    return fold_any(counter, word, unicode);
  key = sf_bag_key_of(word, text.size - range.from);
  key.head[0] = fold(key.head[0]);
  key.head[1] = fold(key.head[1]);
  return key;
}

static bool is_long_enough(const sf_word_counter *counter, sheaf_bytes text,
                           sf_range word, bool unicode) {
  size_t size = word.to - word.from;

  if (size < counter->shortest) return false;
  return !unicode || sf_utf8_count((sheaf_bytes){text.data + word.from,
                                                 size}) >= counter->shortest;
}

// --- Stop words ------------------------------------------------------------

int sf_counter_stop(sf_word_counter *counter, sheaf_bytes word) {
  sf_bag_key key = fold_any(counter, word, !counter->bytes);
  size_t number;
  int code = sf_bag_add(&counter->bag, &key, &number);

  counter->stop_words = counter->bag.count;
  return counter->folded.failed ? SHEAF_ENOMEM : code;
}

int sf_counter_stop_language(sf_word_counter *counter, const char *language) {
  size_t count;
  const char *const *words = sf_stop_words(language, &count);
  int code = SHEAF_OK;

  for (size_t i = 0; i < count && code == SHEAF_OK; i++)
    code = sf_counter_stop(counter, sf_bytes(words[i]));
  return code;
}

// --- Counting --------------------------------------------------------------

void sf_counter_reset(sf_word_counter *counter) {
  sf_bag_cut(&counter->bag, counter->stop_words);
}

static int count_word(sf_word_counter *counter, sheaf_bytes text,
                      sf_range range, bool unicode) {
  sf_bag_key key = make_key(counter, text, range, unicode);
  size_t number;
  int code = sf_bag_add(&counter->bag, &key, &number);

  if (code != SHEAF_OK || counter->folded.failed) return SHEAF_ENOMEM;
  counter->bag.items[number].count++;
  return SHEAF_OK;
}

int sf_counter_add(sf_word_counter *counter, sheaf_bytes text, size_t *words,
                   sf_interrupt interrupt, void *context) {
  size_t at = 0;
  sf_range word;
  bool unicode;
  int code = SHEAF_OK;

  while (code == SHEAF_OK && find_word(counter, text, &at, &word, &unicode)) {
    if (++*words % PAUSE == 0 && interrupt) code = interrupt(context);
    if (code == SHEAF_OK && is_long_enough(counter, text, word, unicode))
      code = count_word(counter, text, word, unicode);
  }
  return code;
}

/// The item of a word that is no stop word; NULL when it was never seen.
static const sf_bag_item *find_item(const sf_word_counter *counter,
                                    const sf_bag_key *key, bool *stop) {
  size_t number = sf_bag_find(&counter->bag, key);

  *stop = number < counter->stop_words;
  return number == SF_BAG_NONE ? NULL : &counter->bag.items[number];
}

uint64_t sf_counter_frequency(sf_word_counter *counter, sheaf_bytes word) {
  sf_bag_key key = fold_any(counter, word, !counter->bytes);
  bool stop;
  const sf_bag_item *item = find_item(counter, &key, &stop);

  return item && !stop ? item->count : 0;
}

sf_word_score sf_counter_score(sf_word_counter *counter, sheaf_bytes text) {
  sf_word_score score = {0, 0};
  size_t at = 0;
  sf_range word;
  bool unicode;
  bool stop;

  while (find_word(counter, text, &at, &word, &unicode)) {
    if (!is_long_enough(counter, text, word, unicode)) continue;
    sf_bag_key key = make_key(counter, text, word, unicode);
    const sf_bag_item *item = find_item(counter, &key, &stop);
    if (stop) continue;
    score.words++;
    score.sum += item ? item->count : 0;
  }
  return score;
}

// --- The most frequent words -----------------------------------------------

size_t sf_counter_distinct(const sf_word_counter *counter) {
  return counter->bag.count - counter->stop_words;
}

static int compare_strings(sheaf_bytes a, sheaf_bytes b) {
  int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

  return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_words(const void *left, const void *right, const void *bag) {
  const sf_bag_item *a = left;
  const sf_bag_item *b = right;

  if (a->count != b->count) return a->count > b->count ? -1 : 1;
  return compare_strings(sf_bag_string(bag, a), sf_bag_string(bag, b));
}

void sf_counter_top(const sf_word_counter *counter, const sf_bag_item **words,
                    size_t most) {
  size_t count = sf_counter_distinct(counter);

  for (size_t i = 0; i < count; i++)
    words[i] = &counter->bag.items[counter->stop_words + i];
  sf_sort_first((const void **)words, count, most, compare_words,
                &counter->bag);
}
