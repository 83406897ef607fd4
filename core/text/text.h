/// Text: UTF-8, charsets, segments, patterns, languages. Knows no documents.
///
/// All offsets are bytes within the given text, zero-based, half-open.
#ifndef SF_TEXT_H
#define SF_TEXT_H

#include "base/base.h"

/// A range of bytes, `[from, to)`.
typedef struct {
  size_t from;
  size_t to;
} sf_range;

/// Asked now and then while something long runs; anything but 0 ends it with
/// that as result.
typedef int (*sf_interrupt)(void *context);

// --- UTF-8 (utf8.c) --------------------------------------------------------

/// The number of leading bytes that are valid UTF-8 (no surrogates, no
/// overlong forms, nothing above U+10FFFF); `text.size` when all are. Fast for
/// ASCII.
size_t sf_utf8_valid(sheaf_bytes text);

/// Decodes the character at `at` and stores its length. U+FFFD with length 1
/// where the bytes are not UTF-8; 0 with length 0 at the end.
uint32_t sf_utf8_decode(sheaf_bytes text, size_t at, size_t *length);

/// Appends the code point in UTF-8.
void sf_utf8_encode(sf_buffer *out, uint32_t code_point);

/// True when `at` is not within a character of the valid UTF-8 `text`.
bool sf_utf8_boundary(sheaf_bytes text, size_t at);

/// The number of code points in the valid UTF-8 `text`.
size_t sf_utf8_count(sheaf_bytes text);

// --- Media types (media.c) -------------------------------------------------
// Each gives a static text, or NULL when it cannot tell.

/// By the first bytes of formats that are no plain text; for documents that
/// are zips within, by what is in those.
const char *sf_media_signature(sheaf_bytes content);

/// True for a zip that is one document to people: of Office Open XML or
/// OpenDocument. An EPUB is a bundle of pages. `head` are the first bytes of
/// the zip, `tail` the last ones.
bool sf_media_is_zipped_document(sheaf_bytes head, sheaf_bytes tail);

/// So many of the last bytes are looked at.
#define SF_MEDIA_TAIL ((size_t)64 << 10)

/// By the ending of a name: of kinds of text only.
const char *sf_media_ending(sheaf_bytes name);

/// By how HTML and XML begin.
const char *sf_media_markup(sheaf_bytes content);

/// True for plain text and what is written in it: markup, data, programs.
bool sf_media_is_text(const char *type);

// --- Charsets (charset.c) --------------------------------------------------

/// Finds the charset of `content` and converts it to UTF-8.
///
/// Valid UTF-8 is left alone, whatever it holds and whatever is declared, but
/// for charsets of seven bits: `*text` then borrows `content`. Otherwise a byte
/// order mark decides (UTF-16, UTF-32), then the charset that is `declared`, a
/// label or empty, if the bytes are in it. A text that is UTF-8 for the greater
/// part gets U+FFFD for its damaged bytes. Any other is in the charset that
/// libuchardet finds in it, where there is enough to tell; else it is taken as
/// windows-1252. `*text` then borrows `storage`, whose content is replaced.
/// `*charset` becomes "utf-8", "koi8-r" and so on. What is not UTF-8 and has
/// NUL bytes without such a mark, or is damaged UTF-16, is SHEAF_ENOTTEXT.
int sf_charset_decode(sheaf_bytes content, sheaf_bytes declared,
                      sf_buffer *storage, sheaf_bytes *text,
                      const char **charset, sheaf_error *error);

/// The label of a charset that a media type has as its parameter; empty: none.
sheaf_bytes sf_charset_of_type(sheaf_bytes media_type);

/// The label that a document of the type, without parameters, has in itself:
/// HTML and XML have. Empty: none.
sheaf_bytes sf_charset_declared(sheaf_bytes content, const char *media_type);

// --- Segments (segment.c, paragraph.c, sentence.c) --------------------------
// Each, but for the paragraphs, finds the first segment in `text` at or after
// `*at`, stores its range, moves `*at` behind it and returns true; false when
// there is none left.

/// Lines: what stands between LF, CR LF or CR. Empty lines count, but not an
/// empty rest behind the last line end.
bool sf_text_line(sheaf_bytes text, size_t *at, sf_range *line);

/// Walks over the paragraphs of a text: its lines, or in a hard-wrapped text
/// the blocks between blank lines, cut where a line clearly begins a new
/// paragraph. White space at their ends is left out.
///
///     sf_paragraphs it;
///     sf_range paragraph;
///
///     sf_paragraphs_init(&it, text);
///     while (sf_paragraphs_next(&it, &paragraph)) ...
typedef struct {
  sheaf_bytes text;  ///< Borrowed.
  size_t at;
  size_t width;  ///< Where the lines were wrapped; 0: they were not.
} sf_paragraphs;

/// Looks once over the whole text, to see whether it is hard-wrapped.
void sf_paragraphs_init(sf_paragraphs *it, sheaf_bytes text);

/// Stores the next paragraph; false when there is none left.
bool sf_paragraphs_next(sf_paragraphs *it, sf_range *paragraph);

/// Sentences of running text in `language` (a BCP 47 tag; "und" is allowed),
/// without white space at their ends. A blank line ends a sentence.
bool sf_text_sentence(sheaf_bytes text, const char *language, size_t *at,
                      sf_range *sentence);

/// Words: runs of letters, digits and marks; inner apostrophes, hyphens and
/// full stops do not count as parts of a word. Each Han or kana character is a
/// word.
bool sf_text_word(sheaf_bytes text, size_t *at, sf_range *word);

/// The range without the white space (Unicode's, and U+FEFF) at its ends.
sf_range sf_text_trim(sheaf_bytes text, sf_range range);

// --- Letters (fold.c) ------------------------------------------------------

/// Append `text` in lower or upper case (simple mappings of Unicode 15, from
/// tables of our own, so that results are the same everywhere).
void sf_text_lower(sf_buffer *out, sheaf_bytes text);
void sf_text_upper(sf_buffer *out, sheaf_bytes text);

// --- Languages (language.c) ------------------------------------------------

/// Guesses the language of `text` from its script and its commonest words:
/// "ar", "en", "es", "fr", "ru", "zh" or "und".
const char *sf_text_language(sheaf_bytes text);

/// True when `word` (lower case) is a stop word of `language`.
bool sf_text_stop_word(const char *language, sheaf_bytes word);

// --- Sets of bytes (pattern_item.c) ----------------------------------------

/// A set of bytes, a bit each.
typedef struct {
  uint64_t bits[4];
} sf_byte_set;

static inline bool sf_set_has(const sf_byte_set *set, char byte) {
  unsigned char c = (unsigned char)byte;

  return set->bits[c >> 6] >> (c & 63) & 1;
}

/// Reads one class or set of a Lua pattern, such as "%a" or "[%w_]".
/// SHEAF_ESYNTAX when `pattern` is something else.
int sf_byte_set_read(sf_byte_set *set, sheaf_bytes pattern, sheaf_error *error);

// --- Counting words (count.c) ----------------------------------------------

/// How often each word of a text is in it. Words are folded to lower case.
typedef struct sf_word_counter sf_word_counter;

/// Makes a counter of words of at least `shortest` characters (bytes when there
/// are `letters`); NULL when there is no memory. Words are runs of `letters`,
/// of which A to Z are folded; for NULL they are what sf_text_word() finds,
/// folded as Unicode says.
sf_word_counter *sf_counter_new(const sf_byte_set *letters, size_t shortest,
                                sf_memory memory);
void sf_counter_free(sf_word_counter *counter);

/// Makes `word` one that does not count. Not to be called once words have been
/// counted. SHEAF_ENOMEM or SHEAF_OK.
int sf_counter_stop(sf_word_counter *counter, sheaf_bytes word);

/// The same for all stop words of `language`.
int sf_counter_stop_language(sf_word_counter *counter, const char *language);

/// Forgets all words but the stop words.
void sf_counter_reset(sf_word_counter *counter);

/// Counts the words of `text` and adds the number of all of them, short ones
/// and stop words too, to `*words`. SHEAF_ENOMEM, what `interrupt` (may be
/// NULL) returned, or SHEAF_OK.
int sf_counter_add(sf_word_counter *counter, sheaf_bytes text, size_t *words,
                   sf_interrupt interrupt, void *context);

/// How often `word` was counted; 0 for a stop word.
uint64_t sf_counter_frequency(sf_word_counter *counter, sheaf_bytes word);

/// The words of a text that would be counted, and the sum of how often each of
/// them was.
typedef struct {
  uint64_t words;
  uint64_t sum;
} sf_word_score;

/// Interrupts as sf_counter_add().
int sf_counter_score(sf_word_counter *counter, sheaf_bytes text,
                     sf_word_score *score, sf_interrupt interrupt,
                     void *context);

/// Scores a range of the text that was counted last, which takes much less
/// time. False, and no score, when it has to be done with sf_counter_score():
/// several texts were counted, or a very long one, or an end of the range is
/// within a word.
bool sf_counter_score_range(sf_word_counter *counter, sf_range range,
                            sf_word_score *score);

/// The number of different words that were counted.
size_t sf_counter_distinct(const sf_word_counter *counter);

/// Fills `words`, which has room for all, and brings the `most` most frequent
/// to the front: by frequency, then in the order of their bytes. Borrowed
/// until something is counted.
void sf_counter_top(const sf_word_counter *counter, const sf_bag_item **words,
                    size_t most);

/// The word of such an item.
sheaf_bytes sf_counter_word(const sf_word_counter *counter,
                            const sf_bag_item *item);

// --- Lua patterns (pattern.c) ----------------------------------------------

#define SF_CAPTURES 32

/// What a match found. A position capture `()` has its place in `from` and
/// SF_POSITION in `to`; a group of a regular expression that took no part has
/// SF_UNMATCHED in both.
#define SF_POSITION  ((size_t)-2)
#define SF_UNMATCHED ((size_t)-1)

typedef struct {
  sf_range whole;
  size_t count;  ///< Captures, without the whole match.
  sf_range captures[SF_CAPTURES];
} sf_match;

/// Searches `text` from byte `at` on for the Lua 5.4 pattern `pattern`: every
/// item of Lua's pattern language, with Lua's results (classes as in the C
/// locale), written anew so that it can be interrupted. A leading `^` anchors
/// at `at`; `%f` looks at what stands before `at`.
///
/// Returns SHEAF_OK with `*match` filled, SHEAF_END when there is none,
/// SHEAF_ESYNTAX for a malformed pattern with Lua's message in `why`,
/// SHEAF_ELIMIT when it is too complex, or what `interrupt` (may be NULL)
/// returned.
int sf_pattern_find(sheaf_bytes text, size_t at, sheaf_bytes pattern,
                    sf_interrupt interrupt, void *context, sf_match *match,
                    sheaf_error *error);

/// A pattern that is used several times: its items are decoded once. One
/// thread at a time.
typedef struct sf_pattern sf_pattern;

/// Copies `pattern`. A fault in it shows only when a match reaches it, as with
/// sf_pattern_find(); then the pattern is not to be used again.
int sf_pattern_new(sf_pattern **out, sheaf_bytes pattern, sheaf_error *error);
void sf_pattern_free(sf_pattern *pattern);

/// What it was made from, borrowed.
sheaf_bytes sf_pattern_source(const sf_pattern *pattern);

/// As sf_pattern_find().
int sf_pattern_match(sf_pattern *pattern, sheaf_bytes text, size_t at,
                     sf_interrupt interrupt, void *context, sf_match *match,
                     sheaf_error *error);

// --- Regular expressions (regex.c) -----------------------------------------

/// A compiled Perl-compatible expression over UTF-8. Immutable, but a match
/// needs its scratch space: one thread at a time.
typedef struct sf_regex sf_regex;

/// Compiles `pattern`. `flags` (may be NULL) are letters: "i" ignores case, "m"
/// lets ^ and $ match at lines, "s" lets . match line ends, "x" allows
/// comments and white space in the pattern, "a" makes \w, \d, \s and \b know
/// ASCII alone, which is faster; otherwise they know all of Unicode.
///
/// SHEAF_ESYNTAX with the place in the pattern, SHEAF_EINVAL for an unknown
/// flag, SHEAF_EUNSUPPORTED where libpcre2-8 is not installed.
int sf_regex_new(sf_regex **out, sheaf_bytes pattern, const char *flags,
                 sheaf_error *error);
void sf_regex_free(sf_regex *regex);

/// The number of capture groups.
size_t sf_regex_groups(const sf_regex *regex);

/// Searches `text` from `at` on; look-behind sees what stands before `at`.
/// Matches begin and end at characters; bytes that are not UTF-8, such as a
/// character cut in two by slicing, are never part of one. Returns as
/// sf_pattern_find() does; the work of one match is bounded (SHEAF_ELIMIT).
int sf_regex_find(sf_regex *regex, sheaf_bytes text, size_t at, sf_match *match,
                  sheaf_error *error);

#endif
