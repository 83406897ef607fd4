/// Jsonl: finding the lines of a file, however long they are, and those behind
/// damage.
#include "bundle/jsonl.h"

#include <string.h>

/// Bytes in which the end of a line is looked for at one time.
#define PIECE_LEAST ((size_t)16 << 10)
#define PIECE_MOST  ((size_t)64 << 10)

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t sf_jsonl_skip_blank(sheaf_bytes head) {
  size_t at = 0;
  if (head.size >= 3 && !memcmp(head.data, "\xef\xbb\xbf", 3)) at = 3;
  while (at < head.size && is_blank(head.data[at])) at++;
  return at;
}

// --- Ends ------------------------------------------------------------------

// Looks for a line feed from byte `*end` of the file on, in a view of what is
// from `from` to `to`. True when there is one; `*end` moves in any case.
static int find_feed(sf_file *file, uint64_t from, uint64_t to, uint64_t *end,
                     bool *found, sheaf_error *error) {
  sheaf_bytes bytes;
  int code = sf_file_view(file, from, (size_t)(to - from), &bytes, error);
  if (code) return code;
  size_t seen = (size_t)(*end - from);
  const char *feed = memchr(bytes.data + seen, '\n', bytes.size - seen);
  *end = feed ? from + (uint64_t)(feed - bytes.data) : to;
  *found = feed != NULL;
  return SHEAF_OK;
}

// Finds the end of the line that begins at `from`: where its line feed is, or
// the file's end. A line is looked at from its beginning on, as it will be
// again; of a long one, which may be too long, no more than a piece is held.
static int find_end(sf_file *file, uint64_t from, uint64_t *end,
                    sheaf_error *error) {
  uint64_t all = sf_file_size(file), held = SF_JSONL_HELD;
  size_t piece = PIECE_LEAST;
  bool found = false;
  int code = SHEAF_OK;
  for (*end = from; !code && !found && *end < all; piece *= 2) {
    if (*end - from > held) {
      from = *end;
      piece = PIECE_MOST;
      held = 0;
    }
    uint64_t to = all - from < piece ? all : from + piece;
    code = find_feed(file, from, to, end, &found, error);
  }
  return code;
}

// --- Damage ----------------------------------------------------------------

// The pieces of a view that touches lost bytes cannot be had; byte by byte
// what is before them can.
static int find_end_slowly(sf_file *file, uint64_t from, uint64_t *end,
                           sheaf_error *error) {
  sheaf_bytes byte = {"", 0};
  int code = SHEAF_OK;
  for (*end = from; *end < sf_file_size(file); ++*end) {
    code = sf_file_view(file, *end, 1, &byte, error);
    if (code || byte.data[0] == '\n') break;
  }
  return code;
}

// Moves behind a place that cannot be read. What is left of its line goes with
// it; but the lost bytes may as well have ended with a line.
static uint64_t behind_damage(sf_file *file, uint64_t at) {
  uint64_t next = sf_file_resume(file, at), end;
  sheaf_bytes byte;
  bool begins = next < sf_file_size(file) &&
                !sf_file_view(file, next, 1, &byte, NULL) &&
                byte.data[0] == '{';
  if (begins || next >= sf_file_size(file)) return next;
  if (find_end(file, next, &end, NULL) &&
      find_end_slowly(file, next, &end, NULL))
    return end;  // There is more damage.
  return end < sf_file_size(file) ? end + 1 : end;
}

// --- Stepping --------------------------------------------------------------

static bool is_blank_line(const sf_jsonl_lines *lines) {
  sheaf_bytes line;
  uint64_t size = lines->to - lines->from;
  if (size > PIECE_LEAST ||
      sf_file_view(lines->file, lines->from, (size_t)size, &line, NULL))
    return false;
  return sf_jsonl_skip_blank(line) == line.size;
}

// A mark of UTF-8 is no part of the first line.
static void skip_mark(sf_jsonl_lines *lines) {
  sheaf_bytes mark;
  if (!sf_file_view(lines->file, 0, 3, &mark, NULL) &&
      !memcmp(mark.data, "\xef\xbb\xbf", 3))
    lines->at = 3;
}

int sf_jsonl_lines_next(sf_jsonl_lines *lines, sheaf_error *error) {
  uint64_t all = sf_file_size(lines->file);
  if (lines->at == 0) skip_mark(lines);
  do {
    if (lines->at >= all) return SHEAF_END;
    lines->from = lines->at;
    sheaf_error first;
    int code = find_end(lines->file, lines->from, &lines->to, &first);
    if (code)
      code = find_end_slowly(lines->file, lines->from, &lines->to, error);
    lines->at = code ? behind_damage(lines->file, lines->to)
                     : lines->to + (lines->to < all);
    if (code) return code;
  } while (is_blank_line(lines));
  return SHEAF_OK;
}
