/// Comparing what two runs made of one document.
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cli/cli.h"

/// A kind of spans, and how many of them differ.
typedef struct {
  char *kind;
  uint64_t removed, added, changed;
} diff_kind;

/// The counts over all documents.
typedef struct {
  diff_kind *kinds;
  size_t count;
  uint64_t status;  ///< Documents with another status, code or plugin,
  uint64_t text;    ///< another text,
  uint64_t facts;   ///< other metadata, summary, language or media type.
} diff_totals;

void diff_totals_clear(diff_totals *totals);
void diff_print_totals(FILE *out, const diff_totals *totals);

/// Compares two document ids by their place in a run: their numbers as
/// numbers, a document before its children. Negative, 0 or positive.
int diff_compare_ids(const char *a, const char *b);

/// Compares the rows of a document, and what export.jsonl wrote of it, which
/// is NULL where it wrote nothing. `*out` becomes null when nothing differs,
/// or else a map: `id`; `status`, a pair of what
/// the rows say; `text`, true; `language`,
/// `media_type`, `metadata` and `summary`, pairs; `spans`, by kind `removed`
/// and `added`, lists of spans, and `changed`, a list of pairs. The caller
/// clears it. SHEAF_ENOMEM.
int diff_document(sheaf_value *out, const sheaf_value *row_a,
                  const sheaf_value *row_b, const sheaf_value *doc_a,
                  const sheaf_value *doc_b, diff_totals *totals);

/// Prints what diff_document() found, for people. `doc` is what was exported of
/// the document, from which spans are quoted; NULL where nothing was.
void diff_print(const sheaf_value *found, const sheaf_value *doc);

/// Prints a JSON line that says that only run `which` (0 or 1) has `id`.
void diff_print_alone_json(const char *id, size_t which);

#endif
