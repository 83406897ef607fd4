/// What the files of the jsonl reader share: lines too long to be held
/// (jsonl_long.c).
#ifndef SF_JSONL_H
#define SF_JSONL_H

#include "bundle/bundle.h"

/// A long line, of which a long string is left out: it is empty in the outline.
typedef struct {
  sf_buffer line;
  size_t at;      ///< Where in `line` its quotes are.
  uint64_t from;  ///< Where in the file what is between them is,
  uint64_t size;  ///< and how much that is; 0: no string is left out.
} sf_jsonl_outline;

/// Makes the outline of the line from `from` to `to`. SHEAF_ETOOLARGE when that
/// has more than `most` bytes, or when there are several long strings.
int sf_jsonl_outline_read(sf_file *file, uint64_t from, uint64_t to,
                          uint64_t most, sf_jsonl_outline *outline,
                          sheaf_error *error);

/// Sends what the string that was left out stands for to `sink`. SHEAF_ESYNTAX
/// when it is no JSON.
int sf_jsonl_outline_send(const sf_jsonl_outline *outline, sf_file *file,
                          sheaf_sink sink, void *context, sheaf_error *error);

#endif
