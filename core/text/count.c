/// Counting words. What is ASCII, which is nearly everything in most texts,
/// takes a short way.
#include <string.h>

#include "text/runs.h"
#include "text/stop_words.h"
#include "text/text.h"

/// Words between two questions to the interrupt.
#define PAUSE 4096

struct sf_word_counter {
  sf_memory memory;
  sf_bag bag;
  size_t stop_words;  ///< The first items of the bag.
  size_t shortest;
  bool unicode;           ///< What is not ASCII is asked of Unicode.
  sf_byte_class letters;  ///< Then it has all bytes from 0x80 on, too.
  sf_buffer folded;
};

/// ASCII's letters and digits, and all that is not ASCII.
static void fill_unicode(sf_byte_set *set) {
  sf_byte_set_read(set, sf_bytes("[%w\x80-\xff]"), NULL);
}

sf_word_counter *sf_counter_new(const sf_byte_set *letters, size_t shortest,
                                sf_memory memory) {
  sf_word_counter *counter =
      memory.resize(memory.context, NULL, 0, sizeof *counter);
  sf_byte_set unicode;

  if (!counter) return NULL;
  *counter = (sf_word_counter){
      .memory = memory, .shortest = shortest, .unicode = !letters};
  sf_bag_init(&counter->bag, memory);
  fill_unicode(&unicode);
  sf_byte_class_init(&counter->letters, letters ? letters : &unicode);
  return counter;
}

void sf_counter_free(sf_word_counter *counter) {
  if (!counter) return;
  sf_bag_clear(&counter->bag);
  sf_buffer_clear(&counter->folded);
  counter->memory.resize(counter->memory.context, counter, sizeof *counter, 0);
}

// --- Words -----------------------------------------------------------------

/// A walk over the words of a text.
typedef struct {
  sf_runs runs;
  sheaf_bytes mixed;  ///< What is left of a run that is not all ASCII.
  size_t words;
  sf_interrupt interrupt;
  void *context;
  int code;  ///< Why the walk ended; SHEAF_OK: there are no more words.
} walk;

static walk begin_walk(const sf_word_counter *counter, sheaf_bytes text,
                       sf_interrupt interrupt, void *context) {
  walk w = {.interrupt = interrupt, .context = context, .code = SHEAF_OK};

  sf_runs_init(&w.runs, &counter->letters, text);
  return w;
}

static bool has_high_byte(sheaf_bytes bytes) {
  unsigned char all = 0;

  for (size_t i = 0; i < bytes.size; i++) all |= (unsigned char)bytes.data[i];
  return all >= 0x80;
}

/// Takes the next word out of the run that is mixed.
static bool next_mixed(walk *w, sheaf_bytes *word) {
  size_t at = 0;
  sf_range range;

  if (!sf_text_word(w->mixed, &at, &range)) {
    w->mixed.size = 0;
    return false;
  }
  *word = (sheaf_bytes){w->mixed.data + range.from, range.to - range.from};
  w->mixed.data += at;
  w->mixed.size -= at;
  return true;
}

static bool pause(walk *w) {
  if (++w->words % PAUSE == 0 && w->interrupt)
    w->code = w->interrupt(w->context);
  return w->code == SHEAF_OK;
}

/// Finds the next word. `*mixed` says that it came from a run that is not all
/// ASCII.
static bool next_word(const sf_word_counter *counter, walk *w,
                      sheaf_bytes *word, bool *mixed) {
  sf_range run;
  bool ascii;

  for (;;) {
    *mixed = w->mixed.size > 0;
    if (*mixed && !next_mixed(w, word)) continue;
    if (*mixed) return pause(w);
    if (!sf_runs_next(&w->runs, &run, &ascii)) return false;
    *word = (sheaf_bytes){w->runs.text.data + run.from, run.to - run.from};
    if (ascii || !counter->unicode || !has_high_byte(*word)) return pause(w);
    w->mixed = *word;
  }
}

/// Eight bytes with A to Z in lower case: an upper-case letter is the byte
/// whose high bit is set by adding 0x3F but not by adding 0x25.
static uint64_t fold(uint64_t bytes) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t low = bytes & ones * 0x7F;
  uint64_t upper = (low + ones * 0x3F) & ~(low + ones * 0x25) & ~bytes;

  return bytes | (upper & ones * 0x80) >> 2;
}

/// Folds any word in a buffer of the counter.
static sf_bag_key fold_any(sf_word_counter *counter, sheaf_bytes word) {
  if (counter->folded.failed) sf_buffer_clear(&counter->folded);
  counter->folded.size = 0;
  if (counter->unicode) {
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

/// The key of a word, behind which `text` has its end.
static sf_bag_key make_key(sf_word_counter *counter, sheaf_bytes text,
                           sheaf_bytes word, bool mixed) {
  sf_bag_key key;

  if (mixed || word.size > SF_BAG_SHORT) return fold_any(counter, word);
  key = sf_bag_key_of(word, (size_t)(text.data + text.size - word.data));
  key.head[0] = fold(key.head[0]);
  key.head[1] = fold(key.head[1]);
  return key;
}

static bool is_long_enough(const sf_word_counter *counter, sheaf_bytes word,
                           bool mixed) {
  if (word.size < counter->shortest) return false;
  return !mixed || sf_utf8_count(word) >= counter->shortest;
}

// --- Stop words ------------------------------------------------------------

int sf_counter_stop(sf_word_counter *counter, sheaf_bytes word) {
  sf_bag_key key = fold_any(counter, word);
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

static int count_word(sf_word_counter *counter, const sf_bag_key *key) {
  size_t number;
  int code = sf_bag_add(&counter->bag, key, &number);

  if (code != SHEAF_OK || counter->folded.failed) return SHEAF_ENOMEM;
  counter->bag.items[number].count++;
  return SHEAF_OK;
}

int sf_counter_add(sf_word_counter *counter, sheaf_bytes text, size_t *words,
                   sf_interrupt interrupt, void *context) {
  walk w = begin_walk(counter, text, interrupt, context);
  sheaf_bytes word;
  bool mixed;

  while (next_word(counter, &w, &word, &mixed)) {
    if (!is_long_enough(counter, word, mixed)) continue;
    sf_bag_key key = make_key(counter, text, word, mixed);
    int code = count_word(counter, &key);
    if (code != SHEAF_OK) return code;
  }
  *words += w.words;
  return w.code;
}

/// The item of a word that is no stop word; NULL when it was never seen.
static const sf_bag_item *find_item(const sf_word_counter *counter,
                                    const sf_bag_key *key, bool *stop) {
  size_t number = sf_bag_find(&counter->bag, key);

  *stop = number < counter->stop_words;
  return number == SF_BAG_NONE ? NULL : &counter->bag.items[number];
}

uint64_t sf_counter_frequency(sf_word_counter *counter, sheaf_bytes word) {
  sf_bag_key key = fold_any(counter, word);
  bool stop;
  const sf_bag_item *item = find_item(counter, &key, &stop);

  return item && !stop ? item->count : 0;
}

int sf_counter_score(sf_word_counter *counter, sheaf_bytes text,
                     sf_word_score *score, sf_interrupt interrupt,
                     void *context) {
  walk w = begin_walk(counter, text, interrupt, context);
  sheaf_bytes word;
  bool mixed;
  bool stop;

  *score = (sf_word_score){0, 0};
  while (next_word(counter, &w, &word, &mixed)) {
    if (!is_long_enough(counter, word, mixed)) continue;
    sf_bag_key key = make_key(counter, text, word, mixed);
    const sf_bag_item *item = find_item(counter, &key, &stop);
    if (counter->folded.failed) return SHEAF_ENOMEM;
    if (stop) continue;
    score->words++;
    score->sum += item ? item->count : 0;
  }
  return w.code;
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
