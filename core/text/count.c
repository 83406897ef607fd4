/// Counting words.
#include <string.h>

#include "text/stop_words.h"
#include "text/text.h"
#include "text/word_keys.h"

/// A word of the text that was counted last.
typedef struct {
  uint32_t from;
  uint32_t to;
  uint32_t number;  ///< In the bag.
} token;

/// Tokens that are kept: those of a longer text would take too much memory.
#define TOKENS_MOST ((size_t)1 << 18)

struct sf_word_counter {
  sf_memory memory;
  sf_word_rule rule;
  sf_bag bag;
  size_t stop_words;  ///< The first items of the bag.
  sf_buffer folded;
  token *tokens;
  size_t token_count;
  size_t token_capacity;
  size_t cursor;  ///< A token near which the next range may begin.
  bool tracked;   ///< `tokens` are all words of one text.
};

sf_word_counter *sf_counter_new(const sf_byte_set *letters, size_t shortest,
                                sf_memory memory) {
  sf_word_counter *counter =
      memory.resize(memory.context, NULL, 0, sizeof *counter);

  if (!counter) return NULL;
  *counter = (sf_word_counter){.memory = memory};
  sf_bag_init(&counter->bag, memory);
  sf_word_rule_init(&counter->rule, letters, shortest);
  return counter;
}

static void *resize_tokens(sf_word_counter *counter, size_t capacity) {
  return counter->memory.resize(counter->memory.context, counter->tokens,
                                counter->token_capacity * sizeof(token),
                                capacity * sizeof(token));
}

void sf_counter_free(sf_word_counter *counter) {
  if (!counter) return;
  if (counter->tokens) resize_tokens(counter, 0);
  sf_bag_clear(&counter->bag);
  sf_buffer_clear(&counter->folded);
  counter->memory.resize(counter->memory.context, counter, sizeof *counter, 0);
}

// --- Stop words ------------------------------------------------------------

int sf_counter_stop(sf_word_counter *counter, sheaf_bytes word) {
  sf_bag_key key = sf_word_key(&counter->rule, word, &counter->folded);
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
  counter->token_count = counter->cursor = 0;
}

static bool has_room(sf_word_counter *counter, size_t count) {
  size_t wanted = counter->token_capacity ? counter->token_capacity : SF_RUNS;
  token *tokens;

  if (counter->token_capacity - counter->token_count >= count) return true;
  while (wanted < counter->token_count + count) wanted *= 2;
  if (wanted > TOKENS_MOST) return false;
  tokens = resize_tokens(counter, wanted);
  if (!tokens) return false;
  counter->tokens = tokens;
  counter->token_capacity = wanted;
  return true;
}

static void track(sf_word_counter *counter, const sf_word_keys *keys,
                  const size_t *numbers) {
  size_t count = keys->count;

  if (counter->tracked) counter->tracked = has_room(counter, count);
  if (!counter->tracked) return;
  for (size_t i = 0; i < count; i++)
    counter->tokens[counter->token_count++] =
        (token){(uint32_t)keys->ranges[i].from, (uint32_t)keys->ranges[i].to,
                (uint32_t)numbers[i]};
}

int sf_counter_add(sf_word_counter *counter, sheaf_bytes text, size_t *words,
                   sf_interrupt interrupt, void *context) {
  sf_word_keys keys;
  size_t numbers[SF_RUNS];
  int code = SHEAF_OK;

  counter->tracked = counter->token_count == 0 && text.size <= UINT32_MAX;
  sf_word_keys_init(&keys, &counter->rule, text, &counter->folded);
  while (code == SHEAF_OK && sf_word_keys_next(&keys)) {
    if (counter->folded.failed) return SHEAF_ENOMEM;
    code = sf_bag_count(&counter->bag, keys.keys, keys.count, numbers);
    if (code == SHEAF_OK) track(counter, &keys, numbers);
    if (code == SHEAF_OK && interrupt) code = interrupt(context);
  }
  *words += keys.words;
  return code;
}

uint64_t sf_counter_frequency(sf_word_counter *counter, sheaf_bytes word) {
  sf_bag_key key = sf_word_key(&counter->rule, word, &counter->folded);
  size_t number = sf_bag_find(&counter->bag, &key);

  if (number == SF_BAG_NONE || number < counter->stop_words) return 0;
  return counter->bag.items[number].count;
}

// --- Scores ----------------------------------------------------------------

static void add_score(const sf_word_counter *counter, size_t number,
                      sf_word_score *score) {
  if (number < counter->stop_words) return;
  score->words++;
  if (number != SF_BAG_NONE) score->sum += counter->bag.items[number].count;
}

int sf_counter_score(sf_word_counter *counter, sheaf_bytes text,
                     sf_word_score *score, sf_interrupt interrupt,
                     void *context) {
  sf_word_keys keys;
  size_t numbers[SF_RUNS];
  int code = SHEAF_OK;

  *score = (sf_word_score){0, 0};
  sf_word_keys_init(&keys, &counter->rule, text, &counter->folded);
  while (code == SHEAF_OK && sf_word_keys_next(&keys)) {
    if (counter->folded.failed) return SHEAF_ENOMEM;
    sf_bag_find_all(&counter->bag, keys.keys, keys.count, numbers);
    for (size_t i = 0; i < keys.count; i++)
      add_score(counter, numbers[i], score);
    if (interrupt) code = interrupt(context);
  }
  return code;
}

/// The first token that ends behind `at`. Ranges mostly follow each other: the
/// search begins where the last one ended, in steps that double.
static size_t find_token(const sf_word_counter *counter, size_t at) {
  const token *tokens = counter->tokens;
  size_t from = counter->cursor;
  size_t to = counter->token_count;

  if (from > 0 && tokens[from - 1].to > at) from = 0;
  for (size_t step = 1; step < to - from; step *= 2) {
    if (tokens[from + step - 1].to > at)
      to = from + step;
    else
      from += step;
  }
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (tokens[middle].to <= at)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

bool sf_counter_score_range(sf_word_counter *counter, sf_range range,
                            sf_word_score *score) {
  const token *tokens = counter->tokens;
  size_t count = counter->token_count;
  size_t i;

  *score = (sf_word_score){0, 0};
  if (!counter->tracked) return false;
  i = find_token(counter, range.from);
  if (i < count && tokens[i].from < range.from) return false;
  for (; i < count && tokens[i].to <= range.to; i++)
    add_score(counter, tokens[i].number, score);
  counter->cursor = i;
  return i == count || tokens[i].from >= range.to;
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

sheaf_bytes sf_counter_word(const sf_word_counter *counter,
                            const sf_bag_item *item) {
  return sf_bag_string(&counter->bag, item);
}
