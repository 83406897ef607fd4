/// Words on their way into a bag. What is short and ASCII, which is nearly
/// everything in most texts, is folded in two machine words.
#include "text/word_keys.h"

void sf_word_rule_init(sf_word_rule *rule, const sf_byte_set *letters,
                       size_t shortest) {
  sf_byte_set unicode;

  sf_byte_set_read(&unicode, sf_bytes("[%w\x80-\xff]"), NULL);
  rule->shortest = shortest;
  rule->unicode = !letters;
  sf_byte_class_init(&rule->letters, letters ? letters : &unicode);
}

// --- Keys ------------------------------------------------------------------

/// Eight bytes with A to Z in lower case: an upper-case letter is the byte
/// whose high bit is set by adding 0x3F but not by adding 0x25.
static uint64_t fold(uint64_t bytes) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t low = bytes & ones * 0x7F;
  uint64_t upper = (low + ones * 0x3F) & ~(low + ones * 0x25) & ~bytes;

  return bytes | (upper & ones * 0x80) >> 2;
}

static sf_bag_key fold_short(sheaf_bytes word, size_t readable) {
  sf_bag_key key = sf_bag_key_of(word, readable);

  key.head[0] = fold(key.head[0]);
  key.head[1] = fold(key.head[1]);
  return key;
}

static void fold_bytes(sf_buffer *out, sheaf_bytes word) {
  sf_buffer_append(out, word.data, word.size);
  for (size_t i = 0; i < out->size; i++)
    if (out->data[i] >= 'A' && out->data[i] <= 'Z')
      out->data[i] = (char)(out->data[i] + 32);
}

sf_bag_key sf_word_key(const sf_word_rule *rule, sheaf_bytes word,
                       sf_buffer *folded) {
  folded->size = 0;
  if (rule->unicode)
    sf_text_lower(folded, word);
  else
    fold_bytes(folded, word);
  return sf_bag_key_of(sf_buffer_bytes(folded), folded->capacity);
}

// --- Words -----------------------------------------------------------------

void sf_word_keys_init(sf_word_keys *keys, const sf_word_rule *rule,
                       sheaf_bytes text, sf_buffer *folded) {
  if (folded->failed) sf_buffer_clear(folded);
  keys->rule = rule;
  keys->text = text;
  keys->folded = folded;
  keys->words = 0;
  keys->found_count = keys->next = 0;
  keys->mixed = (sf_range){0, 0};
  sf_runs_init(&keys->runs, &rule->letters, text);
}

/// Takes runs while they are short and ASCII, or of chosen letters.
static void take_short(sf_word_keys *keys) {
  const sf_word_rule *rule = keys->rule;
  size_t first = keys->next;
  size_t count = keys->count;

  for (; keys->next < keys->found_count; keys->next++) {
    sf_run run = keys->found[keys->next];
    sheaf_bytes word = {keys->text.data + run.from, run.to - run.from};
    if (word.size > SF_BAG_SHORT || (rule->unicode && !run.ascii)) break;
    // No branch, which would be a guess, for words that are too short.
    keys->ranges[count] = (sf_range){run.from, run.to};
    keys->keys[count] = fold_short(word, keys->text.size - run.from);
    count += word.size >= rule->shortest;
  }
  keys->words += keys->next - first;
  keys->count = count;
}

/// The next word of a run that may have several: such with other letters than
/// ASCII's.
static bool next_mixed(sf_word_keys *keys, sf_range *word) {
  size_t from = keys->mixed.from;
  size_t at = 0;
  sheaf_bytes rest = {keys->text.data + from, keys->mixed.to - from};

  *word = keys->mixed;
  keys->mixed.from = keys->mixed.to;
  if (!keys->rule->unicode) return true;
  if (!sf_text_word(rest, &at, word)) return false;
  keys->mixed.from = from + at;
  *word = (sf_range){from + word->from, from + word->to};
  return true;
}

static void take_mixed(sf_word_keys *keys) {
  const sf_word_rule *rule = keys->rule;
  sf_range range;

  if (!next_mixed(keys, &range)) return;
  sheaf_bytes word = {keys->text.data + range.from, range.to - range.from};
  keys->words++;
  if ((rule->unicode ? sf_utf8_count(word) : word.size) < rule->shortest)
    return;
  keys->keys[0] = sf_word_key(rule, word, keys->folded);
  keys->ranges[0] = range;
  keys->count = 1;
}

static bool find_runs(sf_word_keys *keys) {
  keys->next = 0;
  keys->found_count = sf_runs_take(&keys->runs, keys->found);
  return keys->found_count > 0;
}

bool sf_word_keys_next(sf_word_keys *keys) {
  keys->count = 0;
  while (keys->count == 0) {
    if (keys->mixed.from < keys->mixed.to) {
      take_mixed(keys);
      continue;
    }
    if (keys->next == keys->found_count && !find_runs(keys)) return false;
    take_short(keys);
    if (keys->count > 0 || keys->next == keys->found_count) continue;
    sf_run run = keys->found[keys->next++];
    keys->mixed = (sf_range){run.from, run.to};
  }
  return true;
}
