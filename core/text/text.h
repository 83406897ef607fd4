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

// --- Charsets (charset.c) --------------------------------------------------

/// Finds the charset of `content` and converts it to UTF-8.
///
/// Valid UTF-8 is left alone, whatever it holds: `*text` then borrows
/// `content`. Otherwise a byte order mark decides (UTF-16, UTF-32). Without
/// one a text that is UTF-8 for the greater part gets U+FFFD for its damaged
/// bytes, and any other is taken as windows-1252; `*text` borrows `storage`,
/// whose content is replaced.
/// `*charset` becomes "utf-8", "utf-16le" and so on. What is not UTF-8 and has
/// NUL bytes without such a mark, or is damaged UTF-16, is SHEAF_ENOTTEXT.
int sf_charset_decode(sheaf_bytes content, sf_buffer *storage,
                      sheaf_bytes *text, const char **charset,
                      sheaf_error *error);

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

/// Asked now and then while a long match runs; anything but 0 ends it with
/// that as result.
typedef int (*sf_interrupt)(void *context);

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
