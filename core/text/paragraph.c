/// Paragraphs, of texts with a line a paragraph and of hard-wrapped ones.
///
/// One look at the whole text tells whether its lines were wrapped. If so, the
/// lines of a block between blank lines are joined, except where one clearly
/// begins a new paragraph: with a number, a letter in brackets, a bullet or a
/// footnote's number behind a line that ended, or with a capital behind a line
/// that was left so short that the next word would have fitted. If not, each
/// line is a paragraph, unless it goes on with a small letter what the line
/// before did not end.
#include <string.h>

#include "text/text.h"
#include "text/unicode.h"

/// Columns of the longest line that passes for wrapped, and of the narrowest
/// column of print.
#define WIDEST    120
#define NARROWEST 24

/// A line without the white space at its ends.
typedef struct {
  sf_range range;
  size_t columns;  ///< Code points.
} text_line;

static sheaf_bytes line_bytes(sheaf_bytes text, const text_line *line) {
  return (sheaf_bytes){text.data + line->range.from,
                       line->range.to - line->range.from};
}

static bool read_line(sheaf_bytes text, size_t *at, text_line *line) {
  sf_range range;

  if (!sf_text_line(text, at, &range)) return false;
  line->range = sf_text_trim(text, range);
  line->columns = sf_utf8_count(line_bytes(text, line));
  return true;
}

static bool is_lower(uint32_t c) {
  return sf_unicode_upper(c) != c;
}

static bool is_upper(uint32_t c) {
  return sf_unicode_lower(c) != c;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_one_of(char c, const char *set) {
  return c != '\0' && strchr(set, c);
}

// --- How lines begin and end ------------------------------------------------

/// Removes what may stand behind the last punctuation mark of a line: closing
/// quotes and brackets, and a footnote's marker.
static sheaf_bytes strip_closers(sheaf_bytes line) {
  while (line.size > 0) {
    const char *end = line.data + line.size;
    if (is_one_of(end[-1], "\"')]* ") || is_digit(end[-1]))
      line.size--;
    else if (line.size >= 3 && (memcmp(end - 3, "\u201D", 3) == 0 ||
                                memcmp(end - 3, "\u2019", 3) == 0))
      line.size -= 3;
    else
      break;
  }
  return line;
}

static bool ends_with(sheaf_bytes line, const char *end) {
  size_t size = strlen(end);

  return line.size >= size &&
         memcmp(line.data + line.size - size, end, size) == 0;
}

static uint32_t last_character(sheaf_bytes line) {
  size_t at = line.size;
  size_t length;

  if (at == 0) return 0;
  do {
    at--;
  } while (at > 0 && line.size - at < 4 && !sf_utf8_boundary(line, at));
  return sf_utf8_decode(line, at, &length);
}

/// True when the line ends with a stop, a semicolon or a colon.
static bool is_stopped(sheaf_bytes line) {
  switch (last_character(strip_closers(line))) {
    case '.':
    case ';':
    case ':':
    case '!':
    case '?':
    case 0x2026:  // ellipsis
    case 0x3002:  // Chinese and Japanese
    case 0xFF01:
    case 0xFF1F:
    case 0xFF1A:
    case 0xFF1B:
    case 0x061B:  // Arabic
    case 0x061F:
    case 0x06D4:
      return true;
    default:
      return ends_with(line, "; and") || ends_with(line, "; or");
  }
}

/// The same, or with a comma, as a preambular paragraph does.
static bool is_ended(sheaf_bytes line) {
  return ends_with(line, ",") || ends_with(line, ",*") || is_stopped(line);
}

/// True when a bracket is left open at the end of the line.
static bool is_open(sheaf_bytes line) {
  for (size_t i = line.size; i > 0; i--) {
    if (is_one_of(line.data[i - 1], ")]")) return false;
    if (is_one_of(line.data[i - 1], "([")) return true;
  }
  return false;
}

/// The size of a number or a letter, as stands before the first full stop or
/// bracket of an item; 0 when it is none.
static size_t label_size(sheaf_bytes line) {
  size_t size = 0;

  while (size < line.size && size < 4 && is_digit(line.data[size])) size++;
  if (size > 0) return size;
  while (size < line.size && size < 4 &&
         (is_lower((unsigned char)line.data[size]) ||
          is_upper((unsigned char)line.data[size])) &&
         (size == 0 || is_one_of(line.data[size], "ivxIVX")))
    size++;
  return size;
}

static sheaf_bytes skip(sheaf_bytes line, size_t size) {
  return (sheaf_bytes){line.data + size, line.size - size};
}

static bool starts_with(sheaf_bytes line, const char *start) {
  size_t size = strlen(start);

  return line.size >= size && memcmp(line.data, start, size) == 0;
}

/// True for "1. ", "(a) ", "a) ", "[1] ".
static bool has_label(sheaf_bytes line) {
  bool open = starts_with(line, "(") || starts_with(line, "[");
  size_t size;

  if (open) line = skip(line, 1);
  size = label_size(line);
  if (size == 0) return false;
  line = skip(line, size);
  if (open) return starts_with(line, ") ") || starts_with(line, "] ");
  return starts_with(line, ". ") || starts_with(line, ") ");
}

static bool has_bullet(sheaf_bytes line) {
  size_t length;

  switch (sf_utf8_decode(line, 0, &length)) {
    case '*':
    case 0xB7:
    case 0x2022:
    case 0x25AA:
    case 0x25CF:
      return true;
    case '-':
    case 0x2013:
    case 0x2014:
      return length < line.size && line.data[length] == ' ';
    default:
      return false;
  }
}

static bool begins_item(sheaf_bytes line) {
  return has_label(line) || has_bullet(line);
}

/// True for "79 Official Records": a footnote that begins with its number.
static bool has_note_number(sheaf_bytes line) {
  size_t size = 0;
  size_t length;

  while (size < line.size && is_digit(line.data[size])) size++;
  if (size == 0 || size > 3 || size + 1 >= line.size) return false;
  return line.data[size] == ' ' &&
         is_upper(sf_utf8_decode(line, size + 1, &length));
}

/// Columns of the first word of a line; no more than 20, since texts without
/// spaces are wrapped anywhere.
static size_t first_word_columns(sheaf_bytes line) {
  size_t columns = 0;
  size_t at = 0;
  size_t length;

  while (at < line.size && columns < 20) {
    uint32_t c = sf_utf8_decode(line, at, &length);
    if (sf_unicode_space(c)) break;
    columns++;
    at += length;
    if (sf_unicode_ideograph(c)) break;
  }
  return columns;
}

// --- Is the text hard-wrapped? ---------------------------------------------

/// What a look over the lines found. An inner line is followed by one that is
/// not blank and begins no item.
typedef struct {
  size_t columns;            ///< Of all lines.
  size_t wide_columns;       ///< Of the lines wider than WIDEST.
  size_t inner[WIDEST + 2];  ///< Inner lines by width.
  size_t inner_count;
  size_t open;   ///< Inner lines that are no title and do not stop.
  size_t lower;  ///< Lines behind an inner line by their first letter.
  size_t upper;
} survey;

static void note_line(survey *s, sheaf_bytes text, const text_line *before,
                      const text_line *line) {
  size_t length;
  uint32_t c;

  s->columns += line->columns;
  if (line->columns > WIDEST) s->wide_columns += line->columns;
  if (before->columns == 0 || line->columns == 0) return;
  if (begins_item(line_bytes(text, line))) return;
  s->inner[before->columns > WIDEST ? WIDEST + 1 : before->columns]++;
  s->inner_count++;
  if (before->columns >= NARROWEST && !is_stopped(line_bytes(text, before)))
    s->open++;
  c = sf_utf8_decode(text, line->range.from, &length);
  if (is_lower(c)) s->lower++;
  if (is_upper(c)) s->upper++;
}

/// The width that `percent` of the inner lines do not exceed.
static size_t inner_width(const survey *s, size_t percent) {
  size_t seen = 0;
  size_t width = 0;

  while (width <= WIDEST &&
         (seen += s->inner[width]) * 100 < s->inner_count * percent)
    width++;
  return width;
}

/// The number of inner lines that are at least `width` wide.
static size_t count_wide(const survey *s, size_t width) {
  size_t count = 0;

  for (size_t i = width; i < SF_COUNT(s->inner); i++) count += s->inner[i];
  return count;
}

/// The column at which the lines were wrapped; 0 when they were not. Most
/// wrapped lines end nothing; the next goes on with a small letter, or else
/// they are all about as long.
static size_t wrap_width(const survey *s) {
  size_t wide = inner_width(s, 80);
  size_t middle = inner_width(s, 50);
  size_t width = wide < middle * 9 / 8 ? wide : middle * 9 / 8;

  if (s->inner_count == 0 || wide < NARROWEST || middle > WIDEST) return 0;
  if (s->wide_columns > s->columns / 3) return 0;
  if (s->open * 2 < s->inner_count) return 0;
  if (s->lower > 0 && s->lower * 2 >= s->upper) return width;
  if (s->inner_count < 3) return 0;
  return count_wide(s, width * 3 / 4) * 5 >= s->inner_count * 3 ? width : 0;
}

void sf_paragraphs_init(sf_paragraphs *it, sheaf_bytes text) {
  survey s = {0};
  text_line before = {{0, 0}, 0};
  text_line line;
  size_t at = 0;

  while (read_line(text, &at, &line)) {
    note_line(&s, text, &before, &line);
    before = line;
  }
  *it = (sf_paragraphs){text, 0, wrap_width(&s)};
}

// --- Does a line begin a paragraph? ----------------------------------------

/// True when the line `b` of a wrapped text begins a paragraph behind `a`.
static bool begins_paragraph(const sf_paragraphs *it, const text_line *a,
                             const text_line *b) {
  sheaf_bytes before = line_bytes(it->text, a);
  sheaf_bytes line = line_bytes(it->text, b);
  size_t length;
  uint32_t first = sf_utf8_decode(line, 0, &length);
  size_t needed = a->columns + 1 + first_word_columns(line);
  bool room = needed <= it->width * (is_stopped(before) ? 7 : 6) / 8;
  bool ended = is_ended(before);

  if (begins_item(line)) return ended || room;
  if (is_lower(first)) return false;
  if (has_note_number(line)) return ended && !ends_with(before, ",");
  if (!room) return false;
  return ended || ((is_upper(first) || first == '(' || first == '[') &&
                   !is_open(before));
}

/// True when the line `b` of a text that is not wrapped goes on with what `a`
/// did not end; a short `a` is a title.
static bool goes_on(const sf_paragraphs *it, const text_line *a,
                    const text_line *b) {
  size_t length;

  return a->columns >= WIDEST / 3 && !is_ended(line_bytes(it->text, a)) &&
         is_lower(sf_utf8_decode(it->text, b->range.from, &length));
}

bool sf_paragraphs_next(sf_paragraphs *it, sf_range *paragraph) {
  text_line last;
  text_line line;
  size_t at;

  do {
    if (!read_line(it->text, &it->at, &last)) return false;
  } while (last.columns == 0);
  *paragraph = last.range;
  at = it->at;
  while (read_line(it->text, &at, &line) && line.columns > 0) {
    bool joined = it->width > 0 ? !begins_paragraph(it, &last, &line)
                                : goes_on(it, &last, &line);
    if (!joined) break;
    paragraph->to = line.range.to;
    it->at = at;
    last = line;
  }
  return true;
}
