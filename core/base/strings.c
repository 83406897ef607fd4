/// Small helpers for C strings, paths and suggestions.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

sheaf_bytes sf_bytes(const char *text) {
  return (sheaf_bytes){text, strlen(text)};
}

bool sf_bytes_equal(sheaf_bytes bytes, const char *text) {
  size_t size = strlen(text);
  return bytes.size == size && (size == 0 || !memcmp(bytes.data, text, size));
}

bool sf_has_ending(const char *text, const char *ending) {
  size_t size = strlen(text), tail = strlen(ending);
  return size >= tail && strcmp(text + size - tail, ending) == 0;
}

char *sf_strndup(const char *data, size_t size) {
  if (size == SIZE_MAX) return NULL;
  char *copy = malloc(size + 1);
  if (!copy) return NULL;
  if (size) memcpy(copy, data, size);
  copy[size] = '\0';
  return copy;
}

char *sf_sprintf(const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  int size = vasprintf(&text, format, arguments);
  va_end(arguments);
  return size < 0 ? NULL : text;
}

char *sf_path_join(const char *folder, const char *name) {
  size_t size = strlen(folder);
  bool slash = size > 0 && folder[size - 1] == '/';
  return sf_sprintf("%s%s%s", folder, slash ? "" : "/", name);
}

// --- Suggestions -----------------------------------------------------------

#define LONGEST 63

static unsigned least(unsigned a, unsigned b, unsigned c) {
  unsigned ab = a < b ? a : b;
  return ab < c ? ab : c;
}

// Levenshtein's distance, a row of the matrix at a time.
static unsigned edit_distance(const char *a, const char *b) {
  size_t a_size = strlen(a), b_size = strlen(b);
  if (a_size > LONGEST || b_size > LONGEST) return LONGEST;
  unsigned row[LONGEST + 1];
  for (size_t j = 0; j <= b_size; j++) row[j] = (unsigned)j;
  for (size_t i = 1; i <= a_size; i++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= b_size; j++) {
      unsigned above = row[j];
      unsigned change = diagonal + (a[i - 1] != b[j - 1]);
      row[j] = least(above + 1, row[j - 1] + 1, change);
      diagonal = above;
    }
  }
  return row[b_size];
}

const char *sf_nearest(const char *word, const char *const *candidates) {
  const char *nearest = NULL;
  unsigned best = (unsigned)strlen(word) / 3 + 1;
  for (; *candidates; candidates++) {
    unsigned distance = edit_distance(word, *candidates);
    if (distance > best || (nearest && distance == best)) continue;
    best = distance;
    nearest = *candidates;
  }
  return nearest;
}
