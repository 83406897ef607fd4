/// Guesses the language of a text from its letters and its commonest words.
#include <endian.h>
#include <string.h>

#include "text/text.h"
#include "text/unicode.h"

/// Languages of the Latin script, as bits. Portuguese, Italian, German and
/// Dutch are there so that they are not taken for one of the others.
enum { EN = 1, ES = 2, FR = 4, PT = 8, IT = 16, DE = 32, NL = 64 };

#define LATIN_LANGUAGES 7

/// Only a sample is looked at: pieces from all over the text.
#define PIECES     4
#define PIECE_SIZE 768

#define LONGEST_WORD 8  ///< Bytes, of those in the table.

/// The commonest words, in the order of their bytes.
// clang-format off
static const struct {
  char word[LONGEST_WORD];
  unsigned char languages;
} common_words[] = {
    {"a", ES | PT}, {"aan", NL}, {"al", ES | IT}, {"alla", IT},
    {"als", DE | NL}, {"an", EN | DE}, {"and", EN}, {"ao", PT}, {"are", EN},
    {"as", EN | PT}, {"at", EN}, {"au", FR}, {"auch", DE}, {"auf", DE},
    {"aus", DE}, {"aux", FR}, {"avec", FR}, {"be", EN}, {"been", EN},
    {"bij", NL}, {"by", EN}, {"ce", FR}, {"che", IT}, {"com", PT}, {"come", IT},
    {"como", ES | PT}, {"con", ES | IT}, {"d", FR}, {"da", PT | IT},
    {"dans", FR}, {"das", PT | DE}, {"dat", NL}, {"de", ES | FR | PT | NL},
    {"dei", IT}, {"del", ES | IT}, {"della", IT}, {"delle", IT}, {"dem", DE},
    {"den", DE}, {"der", DE}, {"des", FR | DE}, {"di", IT}, {"die", DE | NL},
    {"do", PT}, {"door", NL}, {"dos", PT}, {"du", FR}, {"e", PT | IT},
    {"een", NL}, {"ein", DE}, {"eine", DE}, {"el", ES}, {"elle", FR},
    {"em", PT}, {"en", ES | FR | NL}, {"er", DE | NL}, {"es", ES | DE},
    {"est", FR}, {"esta", ES}, {"este", ES}, {"et", FR}, {"foi", PT},
    {"for", EN}, {"from", EN}, {"für", DE}, {"gli", IT}, {"ha", ES | IT},
    {"has", EN}, {"hat", DE}, {"have", EN}, {"he", EN}, {"het", NL}, {"i", IT},
    {"il", FR | IT}, {"im", DE}, {"in", EN | IT | DE | NL}, {"is", EN | NL},
    {"ist", DE}, {"it", EN}, {"its", EN}, {"l", FR}, {"la", ES | FR | IT},
    {"las", ES}, {"le", FR | IT}, {"les", FR}, {"lo", ES | IT}, {"los", ES},
    {"mais", PT}, {"met", NL}, {"mit", DE}, {"más", ES}, {"na", PT},
    {"naar", NL}, {"nas", PT}, {"ne", FR}, {"nel", IT}, {"nella", IT},
    {"nicht", DE}, {"niet", NL}, {"no", ES | PT}, {"non", IT}, {"nos", PT},
    {"not", EN}, {"não", PT}, {"o", ES | PT}, {"of", EN | NL}, {"om", NL},
    {"on", EN}, {"ook", NL}, {"op", NL}, {"or", EN}, {"os", PT}, {"ou", FR},
    {"par", FR}, {"para", ES | PT}, {"pas", FR}, {"per", IT}, {"plus", FR},
    {"por", ES | PT}, {"pour", FR}, {"que", ES | FR | PT}, {"qui", FR},
    {"se", ES | FR | PT}, {"ses", FR}, {"seu", PT}, {"shall", EN}, {"si", IT},
    {"sich", DE}, {"son", FR}, {"sono", IT}, {"sont", FR}, {"su", ES},
    {"sua", PT}, {"sur", FR}, {"sus", ES}, {"te", NL}, {"that", EN},
    {"the", EN}, {"their", EN}, {"this", EN}, {"to", EN}, {"uit", NL},
    {"um", PT}, {"uma", PT}, {"un", ES | FR | IT}, {"una", ES | IT},
    {"und", DE}, {"une", FR}, {"van", NL}, {"von", DE}, {"voor", NL},
    {"was", EN}, {"werden", DE}, {"which", EN}, {"will", EN}, {"with", EN},
    {"wordt", NL}, {"y", ES}, {"zijn", NL}, {"zu", DE}, {"à", FR | PT},
    {"è", IT}, {"é", PT},
};
// clang-format on

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

/// A word of the table as a number, so that numbers compare as words do.
static uint64_t word_number(const char word[LONGEST_WORD]) {
  uint64_t number;

  memcpy(&number, word, sizeof number);
  return be64toh(number);
}

/// Halves the table as often as it can be, whatever is found: no branch has to
/// be guessed.
static unsigned find_common(uint64_t number) {
  size_t at = 0;

  for (size_t left = SF_COUNT(common_words); left > 1; left -= left / 2) {
    size_t middle = at + left / 2;
    at = word_number(common_words[middle].word) <= number ? middle : at;
  }
  bool found = word_number(common_words[at].word) == number;
  return found ? common_words[at].languages : 0;
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
