/// Guesses the language of a text from its letters and its commonest words.
#include <endian.h>
#include <string.h>

#include "text/common_words.h"
#include "text/text.h"
#include "text/unicode.h"

/// Only a sample is looked at: pieces from all over the text.
#define PIECES     4
#define PIECE_SIZE 768

/// What a sample holds.
typedef struct {
  size_t latin;
  size_t cyrillic;
  size_t arabic;
  size_t han;
  size_t kana;
  size_t other;
  size_t russian;  ///< Letters that Russian has, and Bulgarian has not.
  size_t foreign;  ///< Cyrillic or Arabic letters of other languages.
  size_t words;    ///< In the Latin script.
  size_t hits[LATIN_LANGUAGES];
} sample;

static bool is_one_of(uint32_t c, const uint32_t *set) {
  while (*set && *set != c) set++;
  return *set != 0;
}

static void count_cyrillic(sample *s, uint32_t c) {
  // yeru and e
  static const uint32_t russian[] = {0x44B, 0x42B, 0x44D, 0x42D, 0};

  s->cyrillic++;
  if (is_one_of(c, russian)) s->russian++;
  if (c >= 0x452 || c < 0x410) s->foreign += c != 0x401;
}

static void count_arabic(sample *s, uint32_t c) {
  // Persian, Urdu, Pashto, Uyghur and others add letters from here on.
  s->arabic++;
  if (c >= 0x671 && c <= 0x6D3) s->foreign++;
}

static void count_letter(sample *s, uint32_t c) {
  if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00))
    s->latin += c >= 'A';
  else if (c >= 0x400 && c < 0x530)
    count_cyrillic(s, c);
  else if (c >= 0x620 && c < 0x700)
    count_arabic(s, c);
  else if (c >= 0x3041 && c <= 0x30FF)
    s->kana++;
  else if (sf_unicode_ideograph(c))
    s->han++;
  else
    s->other++;
}

/// A word of the table as a number.
static uint64_t word_number(const char word[LONGEST_WORD]) {
  uint64_t number;

  memcpy(&number, word, sizeof number);
  return be64toh(number);
}

/// The languages that have the word among their commonest.
static unsigned find_common(uint64_t number) {
  size_t at = number * WORD_FACTOR >> WORD_SHIFT;
  uint64_t found;

  while ((found = word_number(common_words[at].word)) && found != number)
    at = (at + 1) % SF_COUNT(common_words);
  return common_words[at].languages;
}

/// Counts a word in the Latin script; it is 0 where it is too long for the
/// table.
static void count_word(sample *s, uint64_t number) {
  unsigned languages = find_common(number);

  s->words++;
  for (size_t i = 0; languages >> i; i++) s->hits[i] += languages >> i & 1;
}

/// Only ASCII letters are folded: a capital with an accent is rare.
static uint64_t fold_word(sheaf_bytes word) {
  char lower[LONGEST_WORD] = {0};

  if (word.size > LONGEST_WORD) return 0;
  for (size_t i = 0; i < word.size; i++) {
    char c = word.data[i];
    lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return word_number(lower);
}

static void count_letters(sample *s, sheaf_bytes piece, sf_range word) {
  size_t length = 1;

  for (size_t i = word.from; i < word.to; i += length) {
    uint32_t c = (unsigned char)piece.data[i];
    length = 1;
    if (c < 0x80)
      s->latin += c >= 'A';
    else
      count_letter(s, sf_utf8_decode(piece, i, &length));
  }
}

/// Counts the next word, of whatever letters; false when there is none.
static bool count_any(sample *s, sheaf_bytes piece, size_t *at) {
  size_t latin = s->latin;
  sf_range word;

  if (!sf_text_word(piece, at, &word)) return false;
  count_letters(s, piece, word);
  if (s->latin > latin)
    count_word(s, fold_word((sheaf_bytes){piece.data + word.from,
                                          word.to - word.from}));
  return true;
}

static bool is_ascii_word(unsigned char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/// Counts the run of ASCII letters and digits at `at`, if that is a whole word.
/// Returns where it ends.
static size_t count_ascii(sample *s, sheaf_bytes piece, size_t at) {
  const unsigned char *bytes = (const unsigned char *)piece.data;
  size_t from = at, latin = 0;
  uint64_t number = 0;

  for (; at < piece.size && is_ascii_word(bytes[at]); at++) {
    number = number << 8 | (bytes[at] | 0x20);
    latin += bytes[at] >= 'A';
  }
  if (at < piece.size && bytes[at] >= 0x80) return from;
  size_t size = at - from;
  s->latin += latin;
  if (latin)
    count_word(s,
               size <= LONGEST_WORD ? number << 8 * (LONGEST_WORD - size) : 0);
  return at;
}

static void count_piece(sample *s, sheaf_bytes piece) {
  size_t at = 0;

  while (at < piece.size) {
    unsigned char c = (unsigned char)piece.data[at];
    size_t from = at;
    if (c < 0x80 && !is_ascii_word(c)) {
      at++;
      continue;
    }
    if (c < 0x80) at = count_ascii(s, piece, at);
    if (at == from && !count_any(s, piece, &at)) return;
  }
}

/// The language of the Latin script that has the most hits, if it is one of
/// ours and the only one.
static const char *guess_latin(const sample *s) {
  static const char *const names[LATIN_LANGUAGES] = {"en", "es", "fr"};
  size_t best = 0;
  size_t second = 0;

  for (size_t i = 1; i < LATIN_LANGUAGES; i++)
    if (s->hits[i] > s->hits[best]) best = i;
  for (size_t i = 0; i < LATIN_LANGUAGES; i++)
    if (i != best && s->hits[i] > second) second = s->hits[i];
  if (s->hits[best] * 8 < s->words || s->hits[best] == second) return "und";
  return names[best] ? names[best] : "und";
}

static const char *guess(const sample *s) {
  size_t han = s->han * 3;  // one stands for a word
  size_t all = s->latin + s->cyrillic + s->arabic + han + s->kana + s->other;

  if (all == 0) return "und";
  if (han * 2 > all) return s->kana * 10 > s->han ? "und" : "zh";
  if (s->latin * 2 > all) return guess_latin(s);
  if (s->arabic * 2 > all) return s->foreign * 50 > s->arabic ? "und" : "ar";
  if (s->cyrillic * 2 <= all || s->foreign * 50 > s->cyrillic) return "und";
  return s->cyrillic < 200 || s->russian > 0 ? "ru" : "und";
}

const char *sf_text_language(sheaf_bytes text) {
  sample s = {0};

  if (text.size <= PIECES * PIECE_SIZE) {
    count_piece(&s, text);
    return guess(&s);
  }
  for (size_t i = 0; i < PIECES; i++) {
    size_t from = (text.size - PIECE_SIZE) / (PIECES - 1) * i;
    count_piece(&s, (sheaf_bytes){text.data + from, PIECE_SIZE});
  }
  return guess(&s);
}
