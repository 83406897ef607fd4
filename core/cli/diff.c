/// `sheaf diff`: what two runs did differently, document by document.
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/lines.h"

/// One of the two runs, read along in the order of its ledger.
typedef struct {
  const char *folder;
  cli_lines ledger, documents;
  bool exported;         ///< It has a documents.jsonl.
  sheaf_value row, doc;  ///< The current ones; null past the end.
} run_side;

typedef struct {
  run_side sides[2];
  bool json;
  bool summary;  ///< Only the totals are wanted.
  uint64_t compared, differ, alone[2];
  diff_totals totals;
  sheaf_error error;
} comparison;

// --- Reading along ---------------------------------------------------------

static int advance(cli_lines *lines, sheaf_value *value, sheaf_error *error) {
  sheaf_value_clear(value);
  int code = cli_lines_next(lines, value, error);
  return code < 0 ? code : SHEAF_OK;
}

static const char *id_of(const sheaf_value *value) {
  return sheaf_value_get_string(value, "id", "");
}

// Documents are a part of the rows, in the same order.
static int find_document(run_side *side, sheaf_error *error) {
  const char *id = id_of(&side->row);
  int code = SHEAF_OK;
  while (side->exported && !code && side->doc.type == SHEAF_MAP &&
         diff_compare_ids(id_of(&side->doc), id) < 0)
    code = advance(&side->documents, &side->doc, error);
  return code;
}

static const sheaf_value *document_of(const run_side *side) {
  bool there = side->doc.type == SHEAF_MAP &&
               strcmp(id_of(&side->doc), id_of(&side->row)) == 0;
  return there ? &side->doc : NULL;
}

static int open_side(run_side *side, const char *folder, sheaf_error *error) {
  side->folder = folder;
  if (!cli_lines_open(&side->ledger, folder, "ledger.jsonl")) {
    *error = (sheaf_error){.code = SHEAF_EOPEN};
    snprintf(error->what, sizeof error->what, "%s", folder);
    snprintf(error->why, sizeof error->why, "there is no run in this folder");
    return SHEAF_EOPEN;
  }
  side->exported = cli_lines_open(&side->documents, folder, "documents.jsonl");
  int code = advance(&side->ledger, &side->row, error);
  if (!code && side->exported)
    code = advance(&side->documents, &side->doc, error);
  return code ? code : find_document(side, error);
}

static void close_side(run_side *side) {
  cli_lines_close(&side->ledger);
  cli_lines_close(&side->documents);
  sheaf_value_clear(&side->row);
  sheaf_value_clear(&side->doc);
}

static int next_row(run_side *side, sheaf_error *error) {
  int code = advance(&side->ledger, &side->row, error);
  return code ? code : find_document(side, error);
}

// --- Comparing -------------------------------------------------------------

static void print_alone(const comparison *pair, size_t which) {
  const sheaf_value *row = &pair->sides[which].row;
  if (pair->summary) return;
  if (pair->json) {
    diff_print_alone_json(id_of(row), which);
    return;
  }
  cli_print_text(stdout, id_of(row));
  printf("\n  only in   ");
  cli_print_text(stdout, pair->sides[which].folder);
  putchar('\n');
}

static int pass_alone(comparison *pair, size_t which) {
  pair->alone[which]++;
  print_alone(pair, which);
  return next_row(&pair->sides[which], &pair->error);
}

static int compare_pair(comparison *pair) {
  run_side *a = &pair->sides[0], *b = &pair->sides[1];
  sheaf_value found;
  int code = diff_document(&found, &a->row, &b->row, document_of(a),
                           document_of(b), &pair->totals);
  if (code) {
    pair->error = (sheaf_error){.code = code};
    snprintf(pair->error.why, sizeof pair->error.why, "%s",
             sheaf_code_message(code));
    return code;
  }
  pair->compared++;
  if (found.type == SHEAF_MAP) {
    pair->differ++;
    if (pair->json && !pair->summary) cli_print_json(stdout, &found);
    if (!pair->json && !pair->summary) diff_print(&found, document_of(a));
  }
  sheaf_value_clear(&found);
  code = next_row(a, &pair->error);
  return code ? code : next_row(b, &pair->error);
}

static int compare_all(comparison *pair) {
  run_side *a = &pair->sides[0], *b = &pair->sides[1];
  int code = SHEAF_OK;
  while (!code && (a->row.type == SHEAF_MAP || b->row.type == SHEAF_MAP)) {
    int order = a->row.type != SHEAF_MAP ? 1
                : b->row.type != SHEAF_MAP
                    ? -1
                    : diff_compare_ids(id_of(&a->row), id_of(&b->row));
    if (order == 0)
      code = compare_pair(pair);
    else
      code = pass_alone(pair, order < 0 ? 0 : 1);
  }
  return code;
}

// --- The end ---------------------------------------------------------------

static void print_totals(const comparison *pair) {
  FILE *out = pair->json ? stderr : stdout;
  fprintf(out, "%llu %s compared: %llu %s\n",
          (unsigned long long)pair->compared,
          pair->compared == 1 ? "document" : "documents",
          (unsigned long long)pair->differ,
          pair->differ == 1 ? "differs" : "differ");
  for (size_t i = 0; i < 2; i++) {
    if (!pair->alone[i]) continue;
    fprintf(out, "%llu only in ", (unsigned long long)pair->alone[i]);
    cli_print_text(out, pair->sides[i].folder);
    putc('\n', out);
  }
  diff_print_totals(out, &pair->totals);
  for (size_t i = 0; i < 2; i++) {
    if (pair->sides[i].exported) continue;
    fputs("spans were not compared: no documents.jsonl in ", out);
    cli_print_text(out, pair->sides[i].folder);
    putc('\n', out);
  }
}

static int compare(comparison *pair, const char *const folders[2]) {
  int code = open_side(&pair->sides[0], folders[0], &pair->error);
  if (!code) code = open_side(&pair->sides[1], folders[1], &pair->error);
  if (!code) code = compare_all(pair);
  int status = code ? cli_fail(&pair->error) : CLI_OK;
  if (!code) {
    print_totals(pair);
    if (pair->differ || pair->alone[0] || pair->alone[1])
      status = CLI_SOME_FAILED;
  }
  close_side(&pair->sides[0]);
  close_side(&pair->sides[1]);
  return status;
}

static int run_diff(int argc, char **argv) {
  static const cli_option options[] = {
      {"json", 0, false}, {"summary", 's', false}, {NULL, 0, false}};
  cli_arguments arguments = {"diff", argc, argv, 1, NULL, false};
  const char *folders[2] = {NULL, NULL};
  comparison pair = {.json = false};
  size_t count = 0;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == 0) pair.json = true;
    if (next == 1) pair.summary = true;
    if (next == CLI_OPERAND && count == 2)
      return cli_usage("diff", "'%s' is one too many", arguments.value);
    if (next == CLI_OPERAND) folders[count++] = arguments.value;
  }
  if (count < 2) return cli_usage("diff", "name the folders of two runs");
  int status = compare(&pair, folders);
  diff_totals_clear(&pair.totals);
  return status;
}

const cli_verb cli_diff = {
    .name = "diff",
    .summary = "compare two runs, document by document",
    .help =
        "usage: sheaf diff [--json] [--summary] FOLDER FOLDER\n\n"
        "Shows what two runs did differently: another status or reason,\n"
        "spans that only one of them has ('-' the first, '+' the second),\n"
        "metadata. Spans are compared where export.jsonl has written\n"
        "documents.jsonl. Ends with 0 when nothing differs, 1 otherwise.\n\n"
        "  --json       a line a document that differs\n"
        "  --summary    only the counts\n\n"
        "example: sheaf diff before after\n",
    .run = run_diff,
};
