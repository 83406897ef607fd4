/// Printing the differences of two runs.
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"

#define SPANS_SHOWN 10  ///< Of a kind and a document; --json has all.
#define VALUE_SHOWN 160
#define QUOTE_SHOWN 48

// --- Values ----------------------------------------------------------------

// A value as JSON, cut where it is long.
static void print_value(const sheaf_value *value) {
  static const sheaf_value null = SHEAF_VALUE_NULL;
  char *text;
  size_t size;
  if (sheaf_value_write(value ? value : &null, &text, &size) != SHEAF_OK)
    return;
  bool cut = size > VALUE_SHOWN;
  if (cut) size = VALUE_SHOWN;
  while (cut && size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) size--;
  cli_print_safe(stdout, (sheaf_bytes){text, size});
  if (cut) fputs("…", stdout);
  free(text);
}

// The beginning of a span's text, on one line. Offsets that are no bytes, or of
// another text, are not quoted.
static void print_quote(const sheaf_value *doc, int64_t from, int64_t to) {
  const sheaf_value *text = sheaf_value_get(doc, "text");
  bool bytes = text && text->type == SHEAF_STRING &&
               !sheaf_value_get(doc, "offsets") && from >= 0 && from <= to &&
               (uint64_t)to <= text->as.string.size;
  if (!bytes) return;
  const char *quote = text->as.string.data + from;
  size_t size = (size_t)(to - from);
  bool cut = size > QUOTE_SHOWN;
  if (cut) size = QUOTE_SHOWN;
  while (cut && size > 0 && ((unsigned char)quote[size] & 0xc0) == 0x80) size--;
  fputs(" \"", stdout);
  for (size_t line; size > 0; quote += line, size -= line) {
    for (line = 0; line < size && quote[line] != '\n';) line++;
    cli_print_safe(stdout, (sheaf_bytes){quote, line});
    if (line == size) break;
    putchar(' ');
    line++;
  }
  fputs(cut ? "…\"" : "\"", stdout);
}

// --- Spans -----------------------------------------------------------------

/// What the printing of spans is about.
typedef struct {
  const char *kind;
  const sheaf_value *doc;
} span_page;

// One side of a difference: `- citation 120–134 "resolution 50/123" symbol=…`.
static void print_span(const span_page *page, char sign,
                       const sheaf_value *span) {
  int64_t from = sheaf_value_get_int(span, "start", 0);
  int64_t to = sheaf_value_get_int(span, "end", 0);
  printf("  %c %s %lld–%lld", sign, page->kind, (long long)from, (long long)to);
  print_quote(page->doc, from, to);
  for (size_t i = 0; i < sheaf_value_count(span); i++) {
    const char *key = sheaf_value_key(span, i).data;
    if (strcmp(key, "start") == 0 || strcmp(key, "end") == 0) continue;
    printf(" %s=", key);
    print_value(sheaf_value_at(span, i));
  }
  putchar('\n');
}

static void print_more(const span_page *page, char sign, size_t count) {
  if (count > SPANS_SHOWN)
    printf("  %c %s … %zu more\n", sign, page->kind, count - SPANS_SHOWN);
}

static void print_list(const span_page *page, char sign,
                       const sheaf_value *list) {
  size_t count = sheaf_value_count(list);
  for (size_t i = 0; i < count && i < SPANS_SHOWN; i++)
    print_span(page, sign, sheaf_value_at(list, i));
  print_more(page, sign, count);
}

static void print_changed(const span_page *page, const sheaf_value *pairs) {
  size_t count = sheaf_value_count(pairs);
  for (size_t i = 0; i < count && i < SPANS_SHOWN; i++) {
    const sheaf_value *pair = sheaf_value_at(pairs, i);
    print_span(page, '-', sheaf_value_at(pair, 0));
    print_span(page, '+', sheaf_value_at(pair, 1));
  }
  print_more(page, '~', count);
}

static void print_kinds(const sheaf_value *spans, const sheaf_value *doc) {
  for (size_t i = 0; i < sheaf_value_count(spans); i++) {
    const span_page page = {sheaf_value_key(spans, i).data, doc};
    const sheaf_value *changes = sheaf_value_at(spans, i);
    print_list(&page, '-', sheaf_value_get(changes, "removed"));
    print_list(&page, '+', sheaf_value_get(changes, "added"));
    print_changed(&page, sheaf_value_get(changes, "changed"));
  }
}

// --- The document ----------------------------------------------------------

static void print_status(char sign, const sheaf_value *row) {
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  const char *reason = sheaf_value_get_string(row, "reason", NULL);
  printf("  %c %s", sign, sheaf_value_get_string(row, "status", ""));
  if (plugin) printf(", %s", plugin);
  if (reason) {
    fputs(": ", stdout);
    cli_print_safe(stdout, (sheaf_bytes){reason, strcspn(reason, "\n")});
  }
  putchar('\n');
}

static void print_fact(char sign, const char *key, const sheaf_value *value) {
  printf("  %c %s ", sign, key);
  print_value(value);
  putchar('\n');
}

void diff_print(const sheaf_value *found, const sheaf_value *doc) {
  for (size_t i = 0; i < sheaf_value_count(found); i++) {
    const char *key = sheaf_value_key(found, i).data;
    const sheaf_value *value = sheaf_value_at(found, i);
    if (strcmp(key, "id") == 0) {
      cli_print_text(stdout, sheaf_value_get_string(found, "id", ""));
      putchar('\n');
    } else if (strcmp(key, "status") == 0) {
      print_status('-', sheaf_value_at(value, 0));
      print_status('+', sheaf_value_at(value, 1));
    } else if (strcmp(key, "text") == 0) {
      puts("  ~ another text; its spans were not compared");
    } else if (strcmp(key, "spans") == 0) {
      print_kinds(value, doc);
    } else {
      print_fact('-', key, sheaf_value_at(value, 0));
      print_fact('+', key, sheaf_value_at(value, 1));
    }
  }
}

void diff_print_alone_json(const char *id, size_t which) {
  sheaf_value line;
  if (sheaf_value_map(&line) != SHEAF_OK) return;
  int code = sheaf_value_set_string(&line, "id", id);
  if (!code)
    code =
        sheaf_value_set(&line, "only_in", sheaf_value_int((int64_t)which + 1));
  if (!code) cli_print_json(stdout, &line);
  sheaf_value_clear(&line);
}

// --- Totals ----------------------------------------------------------------

static void print_count(FILE *out, const char *what, uint64_t count) {
  if (!count) return;
  fprintf(out, "  %-16s %llu %s\n", what, (unsigned long long)count,
          count == 1 ? "document" : "documents");
}

void diff_print_totals(FILE *out, const diff_totals *totals) {
  print_count(out, "status", totals->status);
  print_count(out, "text", totals->text);
  print_count(out, "metadata", totals->facts);
  for (size_t i = 0; i < totals->count; i++) {
    const diff_kind *kind = &totals->kinds[i];
    fprintf(out, "  %-16s %llu removed, %llu added, %llu changed\n", kind->kind,
            (unsigned long long)kind->removed, (unsigned long long)kind->added,
            (unsigned long long)kind->changed);
  }
}
