#include "cli/dry.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/ledger.h"
#include "cli/running.h"

// Documents that the cost is guessed from.
#define SAMPLE 48

typedef struct {
  uint64_t documents, bytes, blocks, failed;  // All of the plan.
} plan_sum;

typedef struct {
  uint64_t documents, bytes_in, bytes_out, unwell;
  double ms;
} sample_sum;

static uint64_t number(const sheaf_value *map, const char *key) {
  return (uint64_t)sheaf_value_get_int(map, key, 0);
}

static const char *plural(uint64_t count) {
  return count == 1 ? "" : "s";
}

// --- The plan --------------------------------------------------------------

static plan_sum add_up(const sheaf_value *bundles) {
  plan_sum sum = {0};
  for (size_t i = 0; i < sheaf_value_count(bundles); i++) {
    const sheaf_value *bundle = sheaf_value_at(bundles, i);
    sum.documents += number(bundle, "documents");
    sum.bytes += number(bundle, "bytes");
    sum.blocks += number(bundle, "blocks");
    sum.failed += sheaf_value_get(bundle, "reason") != NULL;
  }
  return sum;
}

static void print_bundle(const sheaf_value *bundle) {
  char bytes[16];
  const char *reason = sheaf_value_get_string(bundle, "reason", NULL);
  fputs("  ", stdout);
  cli_print_text(stdout, sheaf_value_get_string(bundle, "path", ""));
  if (reason) {
    fputs(": ", stdout);
    cli_print_text(stdout, reason);
    putchar('\n');
    return;
  }
  printf(": %llu document%s in %llu block%s, %s\n",
         (unsigned long long)number(bundle, "documents"),
         plural(number(bundle, "documents")),
         (unsigned long long)number(bundle, "blocks"),
         plural(number(bundle, "blocks")),
         cli_bytes(number(bundle, "bytes"), bytes));
}

static void print_bundles(const sheaf_value *bundles, const plan_sum *sum) {
  char bytes[16];
  puts("bundles:");
  for (size_t i = 0; i < sheaf_value_count(bundles); i++)
    print_bundle(sheaf_value_at(bundles, i));
  if (sheaf_value_count(bundles) > 1)
    printf("  together %llu document%s in %llu block%s, %s\n",
           (unsigned long long)sum->documents, plural(sum->documents),
           (unsigned long long)sum->blocks, plural(sum->blocks),
           cli_bytes(sum->bytes, bytes));
}

static void print_limits(const sheaf_value *limits) {
  bool first = true;
  for (size_t i = 0; i < sheaf_value_count(limits); i++) {
    const sheaf_value *limit = sheaf_value_at(limits, i);
    if (limit->type != SHEAF_INT || !limit->as.integer) continue;
    printf("%s%s %lld", first ? "" : ", ", sheaf_value_key(limits, i).data,
           (long long)limit->as.integer);
    first = false;
  }
  if (first) fputs("no limits", stdout);
}

static bool is_reader(const sheaf_value *step) {
  return strcmp(sheaf_value_get_string(step, "stage", ""), "read") == 0;
}

// Of most runs few readers have anything to do.
static void print_readers(const sheaf_value *steps) {
  size_t count = 0;
  for (size_t i = 0; i < sheaf_value_count(steps); i++) {
    const sheaf_value *step = sheaf_value_at(steps, i);
    if (!is_reader(step)) continue;
    printf("%s%s", count++ ? ", " : "  ",
           sheaf_value_get_string(step, "plugin", ""));
  }
  if (count) puts(": where one is needed");
}

static void print_step(const sheaf_value *step) {
  const sheaf_value *asked =
      sheaf_value_get(sheaf_value_get(step, "asked"), "permissions");
  if (!is_reader(step)) {
    printf("  %s %s: ", sheaf_value_get_string(step, "plugin", ""),
           sheaf_value_get_string(step, "version", ""));
    print_limits(sheaf_value_get(step, "limits"));
    putchar('\n');
  }
  if (!sheaf_value_count(asked)) return;
  printf("      %s asks for ", sheaf_value_get_string(step, "plugin", ""));
  cli_print_json_text(stdout, asked);
  fputs(", is granted ", stdout);
  cli_print_json_text(stdout, sheaf_value_get(step, "grants"));
  putchar('\n');
}

static void print_plan(const sheaf_value *plan, const char *output,
                       const plan_sum *sum) {
  const sheaf_value *steps = sheaf_value_get(plan, "pipeline");
  const sheaf_value *outputs = sheaf_value_get(plan, "outputs");
  print_bundles(sheaf_value_get(plan, "plan"), sum);
  puts("\npipeline:");
  print_readers(steps);
  for (size_t i = 0; i < sheaf_value_count(steps); i++)
    print_step(sheaf_value_at(steps, i));
  puts("\noutputs:");
  for (size_t i = 0; i < sheaf_value_count(outputs); i++) {
    fputs("  ", stdout);
    cli_print_text(stdout, output);
    putchar('/');
    cli_print_text(stdout, sheaf_value_at(outputs, i)->as.string.data);
    putchar('\n');
  }
}

// --- The sample ------------------------------------------------------------

// The place of document number `index` of all, which is in a block whose first
// is number `before`. Where not all members are documents, the block's first.
static char *find_place(const sheaf_value *block, uint64_t index,
                        uint64_t before) {
  char *place = NULL;
  uint64_t first = number(block, "first"), last = number(block, "last");
  bool dense = last - first + 1 == number(block, "documents");
  if (asprintf(&place, "%llu/%llu", (unsigned long long)number(block, "bundle"),
               (unsigned long long)(first + (dense ? index - before : 0))) < 0)
    return NULL;
  return place;
}

// Takes documents at even distances. The caller frees them and the list.
static char **choose(const sheaf_value *blocks, uint64_t documents) {
  uint64_t wanted = documents < SAMPLE ? documents : SAMPLE, before = 0;
  char **places = calloc(wanted + 1, sizeof *places);
  size_t at = 0;
  for (uint64_t i = 0; places && i < wanted; i++) {
    uint64_t index = i * documents / wanted;
    const sheaf_value *block = sheaf_value_at(blocks, at);
    while (index >= before + number(block, "documents")) {
      before += number(block, "documents");
      block = sheaf_value_at(blocks, ++at);
    }
    places[i] = find_place(block, index, before);
    if (!places[i]) break;
  }
  return places;
}

static void free_places(char **places) {
  for (size_t i = 0; places && places[i]; i++) free(places[i]);
  free(places);
}

static int count_row(void *context, const cli_row *row) {
  sample_sum *sum = context;
  sum->documents++;
  sum->bytes_in += row->bytes_in;
  sum->bytes_out += row->bytes_out;
  sum->ms += row->ms;
  sum->unwell +=
      !cli_row_is(row->status, "ok") && !cli_row_is(row->status, "skipped");
  return 0;
}

// Removes the files of a run, and the folder.
static void remove_run(const char *folder, const sheaf_value *outputs) {
  char path[4200];
  static const char *const names[] = {"ledger.jsonl", "run.json", ".state"};
  static const char *const endings[] = {"", ".part"};
  size_t own = sizeof names / sizeof names[0];
  for (size_t i = 0; i < own + sheaf_value_count(outputs); i++)
    for (size_t k = 0; k < 2; k++) {
      const char *name =
          i < own ? names[i] : sheaf_value_at(outputs, i - own)->as.string.data;
      snprintf(path, sizeof path, "%s/%s%s", folder, name, endings[k]);
      unlink(path);
    }
  rmdir(folder);
}

static int run_sample(const sheaf_run_options *run, char **places,
                      const char *folder, sample_sum *sum,
                      sheaf_progress *progress) {
  sheaf_run_options options = *run;
  sheaf_error error;
  bool complete;
  options.only = (const char *const *)places;
  options.output = folder;
  options.shard = options.shards = 0;
  options.resume = false;
  options.on_progress = NULL;
  options.on_warning = NULL;
  int code = sheaf_run(&options, progress, &error);
  if (code == SHEAF_EINTERRUPTED) return 128 + progress->signal;
  if (code) return cli_fail(&error);
  return cli_ledger_read(folder, count_row, sum, &complete);
}

// --- The cost --------------------------------------------------------------

static void print_time(double seconds) {
  if (seconds < 1.5)
    printf("a second");
  else if (seconds < 90)
    printf("%.0f s", seconds);
  else if (seconds < 5400)
    printf("%.0f min", seconds / 60);
  else if (seconds < 172800)
    printf("%.0f hours", seconds / 3600);
  else
    printf("%.0f days", seconds / 86400);
}

typedef struct {
  double low, high;
} range;

// Work goes with the number of documents, or with their size: where the two
// tell different things, the truth is between them.
static range find_factor(const plan_sum *all, const sample_sum *some) {
  if (some->documents >= all->documents) return (range){1, 1};
  double count = (double)all->documents / (double)some->documents;
  double size = all->bytes && some->bytes_in
                    ? (double)all->bytes / (double)some->bytes_in
                    : count;
  return count < size ? (range){count, size} : (range){size, count};
}

static void print_cost(const plan_sum *all, const sample_sum *some, int workers,
                       unsigned shards) {
  const double differs = 1.5;
  char low[16], high[16];
  int busy = workers ? workers : 1;
  if (busy > cli_processors()) busy = cli_processors();
  range factor = find_factor(all, some);
  double seconds = some->ms / 1000 / busy / (shards ? shards : 1);
  double bytes = (double)some->bytes_out / (shards ? shards : 1);
  bool wide = factor.high > differs * factor.low;
  printf("\ncost, by %llu of the documents",
         (unsigned long long)some->documents);
  if (some->unwell)
    printf(", of which %llu failed", (unsigned long long)some->unwell);
  printf(":\n  %s ", wide ? "between" : "about");
  if (wide) {
    print_time(seconds * factor.low);
    fputs(" and ", stdout);
  }
  print_time(seconds * factor.high);
  printf(" with %d worker%s, ", busy, plural((uint64_t)busy));
  if (wide) printf("%s to ", cli_bytes((uint64_t)(bytes * factor.low), low));
  printf("%s of output\n", cli_bytes((uint64_t)(bytes * factor.high), high));
}

static int estimate(const sheaf_run_options *run, const sheaf_value *plan,
                    const plan_sum *all) {
  char folder[4096];
  const char *place = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/sheaf-XXXXXX",
           place && place[0] ? place : "/tmp");
  char **places = choose(sheaf_value_get(plan, "blocks"), all->documents);
  sample_sum sum = {0};
  sheaf_progress progress;
  if (!places || !mkdtemp(folder)) {
    free_places(places);
    return cli_usage("run", "no folder can be made for a sample (see TMPDIR)");
  }
  int status = run_sample(run, places, folder, &sum, &progress);
  remove_run(folder, sheaf_value_get(plan, "outputs"));
  free_places(places);
  if (status == CLI_OK && sum.documents)
    print_cost(all, &sum, run->workers, run->shards);
  return status;
}

int cli_dry_run(const sheaf_run_options *run) {
  sheaf_value plan;
  sheaf_error error;
  if (sheaf_plan(run, &plan, &error) != SHEAF_OK) return cli_fail(&error);
  plan_sum sum = add_up(sheaf_value_get(&plan, "plan"));
  print_plan(&plan, run->output, &sum);
  fflush(stdout);
  int status = sum.documents ? estimate(run, &plan, &sum) : CLI_OK;
  bool none = sum.failed == sheaf_value_count(sheaf_value_get(&plan, "plan"));
  sheaf_value_clear(&plan);
  if (status != CLI_OK) return status;
  return none ? CLI_INPUT : sum.failed ? CLI_SOME_FAILED : CLI_OK;
}
