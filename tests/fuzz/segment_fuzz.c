/// Segments: ranges in order, within the text, without white space at their
/// ends where that is promised; every walk ends.
#include <stdlib.h>

#include "text/text.h"

static void check_range(sheaf_bytes text, sf_range range, size_t behind) {
  if (range.from > range.to || range.to > text.size) abort();
  if (range.from < behind) abort();
}

static void check_trimmed(sheaf_bytes text, sf_range range) {
  sf_range trimmed = sf_text_trim(text, range);

  if (range.from == range.to) abort();
  if (trimmed.from != range.from || trimmed.to != range.to) abort();
}

static void walk_paragraphs(sheaf_bytes text) {
  sf_paragraphs it;
  sf_range range;
  size_t behind = 0;

  sf_paragraphs_init(&it, text);
  for (; sf_paragraphs_next(&it, &range); behind = range.to) {
    check_range(text, range, behind);
    check_trimmed(text, range);
  }
}

static void walk_sentences(sheaf_bytes text, const char *language) {
  sf_range range;
  size_t behind = 0;

  for (size_t at = 0; sf_text_sentence(text, language, &at, &range);) {
    check_range(text, range, behind);
    check_trimmed(text, range);
    if (at < range.to) abort();
    behind = range.to;
  }
}

static void walk_words(sheaf_bytes text) {
  sf_range range;
  size_t behind = 0;

  for (size_t at = 0; sf_text_word(text, &at, &range);) {
    check_range(text, range, behind);
    if (range.from == range.to || at != range.to) abort();
    behind = range.to;
  }
}

static void walk_lines(sheaf_bytes text) {
  sf_range range;
  size_t behind = 0;

  for (size_t at = 0; sf_text_line(text, &at, &range);) {
    check_range(text, range, behind);
    if (at <= behind && behind > 0) abort();
    behind = at;
  }
  if (behind != text.size) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sheaf_bytes text = {(const char *)data, size};

  walk_lines(text);
  walk_words(text);
  walk_paragraphs(text);
  walk_sentences(text, sf_text_language(text));
  walk_sentences(text, "zh");
  return 0;
}
