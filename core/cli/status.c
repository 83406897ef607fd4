/// `sheaf status`: what a run amounted to, and why documents failed.
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/ledger.h"

#define GROUPS_MAX  256
#define GROUPS_SHOW 12
#define SLOW_MOST   5
#define SLOW_MS     1000  // What takes less is not worth a look.

// Documents that ended for the same reason.
typedef struct {
  char status[16], code[32], plugin[72];
  char example[512];  // Id of the first of them,
  char reason[160];   // the first line of its reason,
  char hint[160];     // and what can be done about it.
  char kind[160];     // The reason without what is different in each.
  uint64_t count;
} reason_group;

// A document that took long.
typedef struct {
  char id[512];
  double ms;
} slow_document;

typedef struct {
  uint64_t documents, bytes_in, bytes_out;
  uint64_t status[SHEAF_STATUS_COUNT];
  reason_group groups[GROUPS_MAX];
  size_t group_count;
  uint64_t ungrouped;             // Rows for which there was no room.
  slow_document slow[SLOW_MOST];  // The slowest first.
  size_t slow_count;
} run_summary;

// --- Counting --------------------------------------------------------------

// Copies the first line, cut between two characters where it is too long.
static void copy_line(char *out, size_t room, const char *text) {
  static const char more[] = "…";
  size_t size = strcspn(text, "\n");
  bool fits = size < room;
  if (!fits) size = room - sizeof more;
  while (!fits && size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
    size--;
  snprintf(out, room, "%.*s%s", (int)size, text, fits ? "" : more);
}

// Copies a reason, as JSON, without its numbers and what it quotes, so that
// what is the same but for these is one kind.
static void copy_kind(char *out, size_t room, sheaf_bytes reason) {
  const char *at = reason.data, *end = at + reason.size;
  size_t size = 0;
  for (; at < end && strncmp(at, "\\n", 2) != 0 && size + 2 < room; at++) {
    const char *quote =
        *at == '\'' ? memchr(at + 1, '\'', (size_t)(end - at - 1)) : NULL;
    bool digit = *at >= '0' && *at <= '9';
    out[size++] = quote || digit ? '#' : *at;
    if (quote) at = quote;
    if (digit) at += strspn(at, "0123456789") - 1;
  }
  out[size] = '\0';
}

static reason_group *find_group(run_summary *all, const cli_row *row,
                                const char *kind) {
  for (size_t i = 0; i < all->group_count; i++) {
    reason_group *group = &all->groups[i];
    if (cli_row_is(row->status, group->status) &&
        cli_row_is(row->code, group->code) &&
        cli_row_is(row->plugin, group->plugin) &&
        strcmp(group->kind, kind) == 0)
      return group;
  }
  return NULL;
}

// Copies the text that the row has under that key.
static void copy_member(char *out, size_t room, const sheaf_value *row,
                        const char *key) {
  copy_line(out, room, sheaf_value_get_string(row, key, ""));
}

static void begin_group(reason_group *group, const cli_row *row,
                        const char *kind) {
  sheaf_value value;
  copy_line(group->kind, sizeof group->kind, kind);
  if (!cli_row_value(row, &value)) return;
  copy_member(group->status, sizeof group->status, &value, "status");
  copy_member(group->code, sizeof group->code, &value, "code");
  copy_member(group->plugin, sizeof group->plugin, &value, "plugin");
  copy_member(group->example, sizeof group->example, &value, "id");
  copy_member(group->reason, sizeof group->reason, &value, "reason");
  copy_member(group->hint, sizeof group->hint, &value, "hint");
  sheaf_value_clear(&value);
}

static void add_to_group(run_summary *all, const cli_row *row) {
  char kind[sizeof all->groups[0].kind];
  copy_kind(kind, sizeof kind, row->reason);
  reason_group *group = find_group(all, row, kind);
  if (!group && all->group_count == GROUPS_MAX) {
    all->ungrouped++;
    return;
  }
  if (!group) {
    group = &all->groups[all->group_count++];
    begin_group(group, row, kind);
  }
  group->count++;
}

static double milliseconds(const sheaf_value *map, const char *key) {
  const sheaf_value *ms = sheaf_value_get(map, key);
  return ms && ms->type == SHEAF_FLOAT ? ms->as.number : 0;
}

// Of two that took as long the one that comes first in the run stays first.
static void note_slow(run_summary *all, const cli_row *row) {
  sheaf_value value;
  size_t place = all->slow_count;
  while (place > 0 && all->slow[place - 1].ms < row->ms) place--;
  if (row->ms < SLOW_MS || place == SLOW_MOST || !cli_row_value(row, &value))
    return;
  if (all->slow_count < SLOW_MOST) all->slow_count++;
  slow_document *slow = &all->slow[place];
  memmove(slow + 1, slow, (all->slow_count - place - 1) * sizeof *slow);
  slow->ms = row->ms;
  copy_member(slow->id, sizeof slow->id, &value, "id");
  sheaf_value_clear(&value);
}

static int count_row(void *context, const cli_row *row) {
  run_summary *all = context;
  all->documents++;
  all->bytes_in += row->bytes_in;
  all->bytes_out += row->bytes_out;
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++)
    if (cli_row_is(row->status, sheaf_status_name(s))) all->status[s]++;
  if (!cli_row_is(row->status, sheaf_status_name(SHEAF_ROW_OK)))
    add_to_group(all, row);
  note_slow(all, row);
  return 0;
}

// What is left out on purpose comes last.
static int compare_groups(const void *left, const void *right) {
  const reason_group *a = left, *b = right;
  bool left_out = strcmp(a->status, "skipped") == 0;
  if (left_out != (strcmp(b->status, "skipped") == 0)) return left_out ? 1 : -1;
  if (a->count != b->count) return a->count > b->count ? -1 : 1;
  return strcmp(a->example, b->example);
}

// --- Printing --------------------------------------------------------------

static const char *plural(uint64_t count) {
  return count == 1 ? "" : "s";
}

static void print_counts(const run_summary *all, const char *folder,
                         bool complete) {
  char in[16], out[16];
  cli_print_text(stdout, folder);
  printf(": %s, %llu document%s\n", complete ? "complete" : "interrupted",
         (unsigned long long)all->documents, plural(all->documents));
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++)
    if (all->status[s])
      printf("%10llu %s\n", (unsigned long long)all->status[s],
             sheaf_status_name(s));
  printf("%10s in, %s out\n", cli_bytes(all->bytes_in, in),
         cli_bytes(all->bytes_out, out));
}

static void print_detail(const char *before, const char *text) {
  if (!text[0]) return;
  printf("%11s%s", "", before);
  cli_print_text(stdout, text);
  putchar('\n');
}

static void print_group(const reason_group *group) {
  printf("%10llu %s", (unsigned long long)group->count, group->status);
  if (group->code[0]) printf(", %s", group->code);
  if (group->plugin[0]) printf(", in %s", group->plugin);
  putchar('\n');
  print_detail("", group->reason);
  print_detail("hint: ", group->hint);
  print_detail("such as ", group->example);
}

static void print_groups(run_summary *all) {
  if (!all->group_count) return;
  qsort(all->groups, all->group_count, sizeof *all->groups, compare_groups);
  puts("\nreasons:");
  for (size_t i = 0; i < all->group_count && i < GROUPS_SHOW; i++)
    print_group(&all->groups[i]);
  if (all->group_count > GROUPS_SHOW)
    printf("%10zu more kinds of reasons (--json lists them)\n",
           all->group_count - GROUPS_SHOW);
  if (all->ungrouped)
    printf("%10llu documents with still others\n",
           (unsigned long long)all->ungrouped);
}

static void print_bundles(const sheaf_value *report) {
  const sheaf_value *failed = sheaf_value_get(report, "failed_bundles");
  size_t count = sheaf_value_count(failed);
  if (count) puts("\nbundles that could not be opened:");
  for (size_t i = 0; i < count; i++) {
    const sheaf_value *bundle = sheaf_value_at(failed, i);
    fputs("           ", stdout);
    cli_print_text(stdout, sheaf_value_get_string(bundle, "path", ""));
    fputs(": ", stdout);
    cli_print_text(stdout, sheaf_value_get_string(bundle, "reason", ""));
    putchar('\n');
  }
}

static void print_unfinished(const sheaf_value *report) {
  const sheaf_value *steps = sheaf_value_get(report, "unfinished");
  size_t count = sheaf_value_count(steps);
  if (count) puts("\nsteps that did not finish, whose outputs are missing:");
  for (size_t i = 0; i < count; i++) {
    const sheaf_value *step = sheaf_value_at(steps, i);
    printf("           %s: ", sheaf_value_get_string(step, "plugin", ""));
    cli_print_text(stdout, sheaf_value_get_string(step, "reason", ""));
    putchar('\n');
  }
}

// --- What to do ------------------------------------------------------------

static uint64_t unwell(const run_summary *all) {
  return all->status[SHEAF_ROW_PARTIAL] + all->status[SHEAF_ROW_FAILED] +
         all->status[SHEAF_ROW_KILLED];
}

static void print_why(const reason_group *group, const char *folder) {
  // Its numbers are enough, unless it is a child document.
  const char *id = group->example;
  size_t size = strcspn(id, "/");
  char front[64];
  if (id[size]) size += 1 + strcspn(id + size + 1, "/");
  snprintf(front, sizeof front, "%.*s", (int)size, id);
  fputs("  sheaf why ", stdout);
  cli_print_word(stdout, folder);
  putchar(' ');
  cli_print_word(stdout, front);
  puts("\n      explains that document, and what can be done about it");
}

static void print_next(const run_summary *all, const char *folder,
                       const sheaf_value *report, bool complete) {
  uint64_t count = unwell(all);
  bool bundles = sheaf_value_count(sheaf_value_get(report, "failed_bundles"));
  bool unfinished = sheaf_value_count(sheaf_value_get(report, "unfinished"));
  bool repeatable = sheaf_value_get(report, "request") != NULL;
  bool open = !complete || unfinished;
  if (!open && !count && !bundles) return;
  puts("\nnext:");
  if (count) print_why(&all->groups[0], folder);
  if (!open && repeatable) {
    fputs("  ", stdout);
    cli_print_retry(stdout, folder);
    printf("\n      does %s again that %s not well, in this folder\n",
           count == 1 ? "the document"
           : count    ? "the documents"
                      : "the bundles",
           count == 1 ? "is" : "are");
  }
  if (!open) return;
  fputs("  ", stdout);
  if (repeatable)
    cli_print_run(stdout, report, folder, NULL, "--resume");
  else
    fputs("the same command with --resume", stdout);
  puts(complete ? "\n      tries again what did not finish"
                : "\n      goes on where it was interrupted");
}

// --- Times -----------------------------------------------------------------

static int compare_timings(const void *left, const void *right) {
  const sheaf_value *const *a = left, *const *b = right;
  double difference = milliseconds(*b, "ms") - milliseconds(*a, "ms");
  return (difference > 0) - (difference < 0);
}

// Of most runs most readers have no documents.
static void print_timing(const sheaf_value *timing, double all) {
  int64_t calls = sheaf_value_get_int(timing, "calls", 0);
  int64_t peak = sheaf_value_get_int(timing, "memory_peak", 0);
  double ms = milliseconds(timing, "ms");
  double finish = milliseconds(timing, "finish_ms");
  char memory[16] = "";
  if (!calls && finish <= 0) return;
  if (peak) cli_bytes((uint64_t)peak, memory);
  printf("  %-24s %3.0f %% %8.2f s %8lld %8.2f %8.2f %8.2f %9s\n",
         sheaf_value_get_string(timing, "plugin", ""),
         all > 0 ? 100 * ms / all : 0, ms / 1000, (long long)calls,
         milliseconds(timing, "p50_ms"), milliseconds(timing, "p99_ms"),
         milliseconds(timing, "max_ms"), memory);
  if (finish > 0) printf("    %-28s %8.2f s\n", "finish", finish / 1000);
}

static void print_timings(const sheaf_value *report) {
  const sheaf_value *timings = sheaf_value_get(report, "timings");
  size_t count = sheaf_value_count(timings);
  const sheaf_value **sorted = calloc(count + 1, sizeof *sorted);
  if (!count || !sorted) {
    free(sorted);
    return;
  }
  double all = 0;
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    sorted[i] = sheaf_value_at(timings, i);
    all += milliseconds(sorted[i], "ms");
    any |= sheaf_value_get_int(sorted[i], "calls", 0) > 0;
  }
  qsort(sorted, count, sizeof *sorted, compare_timings);
  if (any)
    printf("\n%-26s %5s %10s %8s %8s %8s %8s %9s\n", "plugins:", "part", "time",
           "calls", "p50 ms", "p99 ms", "most ms", "memory");
  for (size_t i = 0; i < count; i++) print_timing(sorted[i], all);
  free(sorted);
}

static void print_slow(const run_summary *all) {
  if (all->slow_count) puts("\nslowest documents:");
  for (size_t i = 0; i < all->slow_count; i++) {
    printf("%10.1f s  ", all->slow[i].ms / 1000);
    cli_print_text(stdout, all->slow[i].id);
    putchar('\n');
  }
}

static void add_reasons(sheaf_value *out, const run_summary *all) {
  sheaf_value list, group;
  if (sheaf_value_list(&list) != SHEAF_OK) return;
  for (size_t i = 0; i < all->group_count; i++) {
    const reason_group *from = &all->groups[i];
    if (sheaf_value_map(&group) != SHEAF_OK) break;
    sheaf_value_set_string(&group, "status", from->status);
    sheaf_value_set_string(&group, "code", from->code);
    sheaf_value_set_string(&group, "plugin", from->plugin);
    sheaf_value_set(&group, "count", sheaf_value_int((int64_t)from->count));
    sheaf_value_set_string(&group, "example", from->example);
    sheaf_value_set_string(&group, "reason", from->reason);
    sheaf_value_set_string(&group, "hint", from->hint);
    sheaf_value_append(&list, group);
  }
  sheaf_value_set(out, "reasons", list);
}

static void add_slow(sheaf_value *out, const run_summary *all) {
  sheaf_value list, document;
  if (sheaf_value_list(&list) != SHEAF_OK) return;
  for (size_t i = 0; i < all->slow_count; i++) {
    if (sheaf_value_map(&document) != SHEAF_OK) break;
    sheaf_value_set_string(&document, "id", all->slow[i].id);
    sheaf_value_set(&document, "ms", sheaf_value_float(all->slow[i].ms));
    sheaf_value_append(&list, document);
  }
  sheaf_value_set(out, "slowest", list);
}

static void add_copy(sheaf_value *out, const sheaf_value *report,
                     const char *key) {
  const sheaf_value *list = sheaf_value_get(report, key);
  sheaf_value copy;
  if (list && sheaf_value_copy(&copy, list) == SHEAF_OK)
    sheaf_value_set(out, key, copy);
}

static void add_failures(sheaf_value *out, const char *folder) {
  sheaf_value report;
  bool complete;
  cli_report_find(folder, &report, &complete);
  add_copy(out, &report, "failed_bundles");
  add_copy(out, &report, "unfinished");
  sheaf_value_clear(&report);
}

static void print_json(const run_summary *all, const char *folder,
                       bool complete) {
  sheaf_value out;
  if (sheaf_value_map(&out) != SHEAF_OK) return;
  sheaf_value_set_string(&out, "folder", folder);
  sheaf_value_set(&out, "complete", sheaf_value_bool(complete));
  sheaf_value_set(&out, "documents", sheaf_value_int((int64_t)all->documents));
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++)
    sheaf_value_set(&out, sheaf_status_name(s),
                    sheaf_value_int((int64_t)all->status[s]));
  sheaf_value_set(&out, "bytes_in", sheaf_value_int((int64_t)all->bytes_in));
  sheaf_value_set(&out, "bytes_out", sheaf_value_int((int64_t)all->bytes_out));
  add_reasons(&out, all);
  add_slow(&out, all);
  add_failures(&out, folder);
  cli_print_json(stdout, &out);
  sheaf_value_clear(&out);
}

static void print_all(run_summary *all, const char *folder, bool complete) {
  sheaf_value report;
  bool whole;
  cli_report_find(folder, &report, &whole);
  print_counts(all, folder, complete);
  print_bundles(&report);
  print_unfinished(&report);
  print_groups(all);
  print_timings(&report);
  print_slow(all);
  print_next(all, folder, &report, complete);
  sheaf_value_clear(&report);
}

// --- The verb --------------------------------------------------------------

static int show_status(const char *folder, bool json) {
  run_summary *all = calloc(1, sizeof *all);
  bool complete;
  if (!all) return CLI_INTERNAL;
  int status = cli_ledger_read(folder, count_row, all, &complete);
  if (status == CLI_OK && json) {
    print_json(all, folder, complete);
  } else if (status == CLI_OK) {
    print_all(all, folder, complete);
  }
  free(all);
  return status;
}

static int run_status(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false}, {NULL, 0, false}};
  cli_arguments arguments = {"status", argc, argv, 1, NULL, false};
  const char *folder = NULL;
  bool json = false;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == 0) json = true;
    if (next == CLI_OPERAND && folder)
      return cli_usage("status", "'%s' is one too many", arguments.value);
    if (next == CLI_OPERAND) folder = arguments.value;
  }
  if (!folder) return cli_usage("status", "which run? Name its folder");
  return show_status(folder, json);
}

const cli_verb cli_status_verb = {
    .name = "status",
    .summary = "tell what a run amounted to",
    .help =
        "usage: sheaf status [--json] FOLDER\n\n"
        "Counts the rows of a run's ledger, groups the reasons why\n"
        "documents are not ok, tells how long the plugins took, and what to\n"
        "do next, as commands to copy. Works on interrupted runs, too.\n\n"
        "example: sheaf status out\n",
    .run = run_status,
};
