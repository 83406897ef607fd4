/// What the files of the jsonl reader share: finding lines (jsonl_lines.c),
/// lines too long to be held (jsonl_long.c), and what tells that a file is of
/// this format (jsonl_bid.c).
#ifndef SF_JSONL_H
#define SF_JSONL_H

#include "bundle/bundle.h"

/// Bytes of a line that is held as a whole, where that can be avoided.
#define SF_JSONL_HELD ((uint64_t)4 << 20)

// --- Fields and bids -------------------------------------------------------

/// Finds the field of an object that `path` names: keys with dots between them.
bool sf_jsonl_field(sheaf_bytes object, const char *path, sheaf_bytes *value);

/// Where the text is when nothing is said, in this order. Ended by NULL.
extern const char *const sf_jsonl_text_fields[];

/// Finds the text of a line, as it is written. Returns the name of its field;
/// NULL when there is none.
const char *sf_jsonl_text(const sf_source *source, sheaf_bytes line,
                          sheaf_bytes *value);

/// The format's bid: a file of lines of JSON, one of the first of which is an
/// object. Inside of another bundle two of the first eight must be objects with
/// a text.
int sf_jsonl_bid(const sf_source *source, sheaf_bytes head);

// --- Lines -----------------------------------------------------------------

/// The lines of a file, in order. Set `at` to begin elsewhere.
typedef struct {
  sf_file *file;
  uint64_t at;        ///< Where the next line begins.
  uint64_t from, to;  ///< The current one, without its end.
} sf_jsonl_lines;

/// Steps to the next line that is not blank. SHEAF_END behind the last; else an
/// error for a line that cannot be read: behind it they go on.
int sf_jsonl_lines_next(sf_jsonl_lines *lines, sheaf_error *error);

/// The bytes before the first line: a mark of UTF-8 and blank lines.
size_t sf_jsonl_skip_blank(sheaf_bytes head);

// --- Long lines ------------------------------------------------------------

/// A long string that is left out of an outline, where it is empty.
typedef struct {
  size_t at;      ///< Where in the outline its quotes are.
  uint64_t from;  ///< Where in the file what is between them is,
  uint64_t size;  ///< and how much that is.
} sf_jsonl_gap;

/// The most of them in a line.
#define SF_JSONL_GAPS 16

/// A long line without its long strings.
typedef struct {
  sf_buffer line;
  sf_jsonl_gap gaps[SF_JSONL_GAPS];
  size_t gap_count;
} sf_jsonl_outline;

/// Makes the outline of the line from `from` to `to`. SHEAF_ETOOLARGE when that
/// has more than `most` bytes, or too many gaps.
int sf_jsonl_outline_read(sf_file *file, uint64_t from, uint64_t to,
                          uint64_t most, sf_jsonl_outline *outline,
                          sheaf_error *error);

/// Sends what the string in the gap stands for to `sink`. SHEAF_ESYNTAX when it
/// is no JSON.
int sf_jsonl_gap_send(const sf_jsonl_gap *gap, sf_file *file, sheaf_sink sink,
                      void *context, sheaf_error *error);

#endif
