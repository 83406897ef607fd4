/// `sheaf run`: a pipeline over bundles.
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/dry.h"
#include "cli/reading.h"
#include "cli/running.h"
#include "cli/steps.h"

// --- The command line ------------------------------------------------------

enum {
  PLUGIN,
  PIPELINE,
  OUTPUT,
  DRY_RUN,
  RESUME,
  ACCEPT,
  ON_ERROR,
  MAX_ERRORS,
  REQUIRE_SANDBOX,
  RAW,
  FILTER,
  LIMIT,
  SAMPLE,
  SHARD,
  RUNNING,                               ///< The first of those in running.h.
  READING = RUNNING + CLI_RUNNING_COUNT  ///< The first of those in reading.h.
};

static const cli_option options[] = {
    {"plugin", 'p', true},
    {"pipeline", 0, true},
    {"output", 'o', true},
    {"dry-run", 0, false},
    {"resume", 0, false},
    {"accept-changes", 0, false},
    {"on-error", 0, true},
    {"max-errors", 0, true},
    {"require-sandbox", 0, false},
    {"raw", 0, false},
    {"filter", 0, true},
    {"limit", 0, true},
    {"sample", 0, true},
    {"shard", 0, true},
    CLI_RUNNING_OPTIONS,
    CLI_READING_OPTIONS,
    {NULL, 0, false},
};

typedef struct {
  sheaf_run_options run;
  cli_reading reading;
  cli_steps steps;
  bool dry;
  cli_running running;
  const char **bundles;
  const char **filters;  ///< Ended by NULL.
} run_command;

// A part of all, or so many percent.
static int read_sample(const char *text, double *out) {
  char *end;
  *out = strtod(text, &end);
  bool percent = strcmp(end, "%") == 0;
  if (percent) *out /= 100;
  if (end != text && (percent || !*end) && *out > 0 && *out <= 1) return CLI_OK;
  return cli_usage("run", "'%s' for --sample is no part such as 0.01 or 1%%",
                   text);
}

// To stop at an error is to bear one and no more.
static int read_on_error(const char *text, uint64_t *max_errors) {
  bool stop = strcmp(text, "stop") == 0;
  if (!stop && strcmp(text, "skip") != 0)
    return cli_usage("run", "--on-error is skip or stop");
  if (stop) *max_errors = 1;
  return CLI_OK;
}

static int read_shard(const char *text, sheaf_run_options *run) {
  char rest;
  if (sscanf(text, "%u/%u%c", &run->shard, &run->shards, &rest) == 2 &&
      run->shard >= 1 && run->shard <= run->shards)
    return CLI_OK;
  return cli_usage("run", "'%s' for --shard is not as 2/3: the second of three",
                   text);
}

static int add_plugin(run_command *request, bool file, const char *text) {
  sheaf_error error;
  int code = file ? cli_steps_load(&request->steps, text, &error)
                  : cli_steps_add(&request->steps, text, &error);
  return code == SHEAF_OK ? CLI_OK : cli_fail(&error);
}

static int take_option(run_command *request, int option, const char *text) {
  sheaf_run_options *run = &request->run;
  switch (option) {
    case PLUGIN:
    case PIPELINE:
      return add_plugin(request, option == PIPELINE, text);
    case OUTPUT:
      run->output = text;
      return CLI_OK;
    case DRY_RUN:
      request->dry = true;
      return CLI_OK;
    case RESUME:
      run->resume = true;
      return CLI_OK;
    case ACCEPT:
      run->accept_changes = true;
      return CLI_OK;
    case ON_ERROR:
      return read_on_error(text, &run->max_errors);
    case MAX_ERRORS:
      return cli_read_number("run", "max-errors", text, UINT64_MAX,
                             &run->max_errors);
    case RAW:
      run->raw = true;
      return CLI_OK;
    case FILTER:
      cli_add_text(request->filters, text);
      return CLI_OK;
    case LIMIT:
      return cli_read_number("run", "limit", text, UINT64_MAX, &run->limit);
    case SAMPLE:
      return read_sample(text, &run->sample);
    case SHARD:
      return read_shard(text, run);
    case REQUIRE_SANDBOX:
      run->require_sandbox = true;
      return CLI_OK;
    default:
      if (option >= READING)
        return cli_reading_take(&request->reading, "run", option - READING,
                                text);
      return cli_running_take(&request->running, "run", option - RUNNING, text);
  }
}

static int read_command(run_command *request, int argc, char **argv) {
  cli_arguments arguments = {"run", argc, argv, 1, NULL, false};
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_HELP;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == CLI_OPERAND) {
      request->bundles[request->run.bundle_count++] = arguments.value;
      continue;
    }
    int status = take_option(request, next, arguments.value);
    if (status != CLI_OK) return status;
  }
  if (!request->run.bundle_count)
    return cli_usage("run", "there is no bundle to run over");
  if (!request->run.output && request->dry) request->run.output = "FOLDER";
  if (!request->run.output)
    return cli_usage("run", "-o is missing: the folder to write to");
  return CLI_OK;
}

// --- The run ---------------------------------------------------------------

static int outcome(const run_command *request, const sheaf_progress *progress) {
  if (progress->complete_before) return CLI_OK;
  bool failed = cli_failures(progress) > 0;
  if (progress->bundles_failed == request->run.bundle_count) return CLI_INPUT;
  failed |= progress->bundles_failed || progress->unfinished;
  return failed ? CLI_SOME_FAILED : CLI_OK;
}

// Mostly what was chosen was not spelt as it is.
static bool fits_none(const sheaf_run_options *run,
                      const sheaf_progress *progress) {
  bool chosen = run->only || (run->filters && run->filters[0]);
  return chosen && !progress->documents && !progress->bundles_failed;
}

static void warn_of_choice(void) {
  sheaf_error error = {.code = SHEAF_ENOMEMBER, .what = "run"};
  snprintf(error.why, sizeof error.why,
           "no document is what --only and --filter ask for");
  snprintf(error.hint, sizeof error.hint, "'sheaf ls' shows them all");
  cli_warn(&error);
}

static int run_request(run_command *request) {
  sheaf_run_options *run = &request->run;
  sheaf_progress progress;
  sheaf_error error;
  run->steps = request->steps.steps;
  run->step_count = request->steps.count;
  run->bundles = request->bundles;
  run->workers = request->running.workers;
  run->only = request->running.only[0] ? request->running.only : NULL;
  run->allow = request->running.allow;
  run->limits = request->running.limits;
  run->filters = request->filters;
  run->reading = &request->reading.how;
  run->nested = request->reading.nested;
  run->worker_program = cli_worker_program;
  run->worker_arguments = cli_worker_arguments;
  run->on_progress = cli_on_progress;
  run->on_warning = cli_on_warning;
  run->context = &request->running;
  if (request->dry) return cli_dry_run(run);
  int code = sheaf_run(run, &progress, &error);
  cli_running_end(&request->running);
  if (code == SHEAF_EINTERRUPTED) {
    cli_warn(&error);
    return 128 + progress.signal;
  }
  if (code != SHEAF_OK) return cli_fail(&error);
  if (fits_none(run, &progress)) warn_of_choice();
  cli_progress_end(&request->running.progress, &progress, run->output);
  return outcome(request, &progress);
}

static int complete(run_command *request) {
  sheaf_error error;
  if (request->steps.count ||
      cli_steps_default(&request->steps, &error) == SHEAF_OK)
    return run_request(request);
  return cli_fail(&error);
}

static int run_run(int argc, char **argv) {
  run_command request = {.run = SHEAF_RUN_OPTIONS_INIT,
                         .reading = CLI_READING_INIT};
  request.bundles = calloc((size_t)argc, sizeof *request.bundles);
  request.filters = calloc((size_t)argc, sizeof *request.filters);
  int status = cli_running_init(&request.running, argc);
  if (!request.bundles || !request.filters) status = CLI_INTERNAL;
  if (status == CLI_OK) status = read_command(&request, argc, argv);
  if (status == CLI_OK)
    status = complete(&request);
  else if (status == CLI_HELP)
    status = CLI_OK;
  cli_steps_clear(&request.steps);
  free(request.bundles);
  free(request.filters);
  cli_running_clear(&request.running);
  return status;
}

static const char help[] =
    "usage: sheaf run [OPTION…] -o FOLDER BUNDLE…\n\n"
    "Runs a pipeline of plugins over the documents of bundles: zip, tar,\n"
    "jsonl and WARC files, folders and plain files, also within gzip, zstd,\n"
    "xz or bzip2; 7z, rar, cpio and iso files; - is standard input. Each\n"
    "document ends in one row of FOLDER/ledger.jsonl, whatever happens to "
    "it.\n\n"
    "  -p, --plugin NAME     add a step: a plugin's name or the folder it "
    "lies\n"
    "                        in, with options as NAME:key=value,key=value or\n"
    "                        'NAME:{\"key\": value}'; without any step:\n"
    "                        structure, resolution, citations, dates, summary\n"
    "                        and JSONL\n"
    "      --pipeline FILE   add the steps of a Lua file that returns\n"
    "                        { steps = { \"name\", { \"name\", key = value } } "
    "}\n"
    "  -o, --output FOLDER   where the outputs go\n"
    "  -j, --workers N       worker processes (default: one a processor); 0\n"
    "                        works in this process\n"
    "      --dry-run         show the plan, and from some documents what it "
    "would\n"
    "                        cost; nothing is written\n"
    "      --resume          go on with an interrupted run\n"
    "      --accept-changes  with --resume, although something has changed: "
    "other\n"
    "                        plugins or options begin everything anew, "
    "another\n"
    "                        bundle that one and those behind it\n"
    "      --on-error WHAT   skip: go on with the others (the default); stop: "
    "end\n"
    "                        the run; --resume goes on behind it\n"
    "      --raw             take documents as they are: do not read HTML "
    "and\n"
    "                        other formats with the plugins of stage 'read'\n"
    "      --filter PATTERN  only documents whose names match, such as "
    "'*.html';\n"
    "                        '!PATTERN' leaves out; may be repeated\n"
    "      --only DOCUMENT   only that document, by its id or numbers such as "
    "1/17;\n"
    "                        may be repeated\n"
    "      --limit N         only the first N documents of each bundle\n"
    "      --sample PART     only about that part, such as 1% or 0.01; always "
    "the\n"
    "                        same documents\n"
    "      --shard K/N       only part K of N, of about the same size; 'sheaf "
    "merge'\n"
    "                        puts them together\n"
    "      --max-errors N    stop after so many failed documents\n"
    "      --progress STYLE  auto, plain, json or none\n"
    "      --allow WHAT      grant what a plugin asks for: read=FOLDER,\n"
    "                        write=FOLDER, spawn=PROGRAM, env=NAME or net;\n"
    "                        PLUGIN:read=FOLDER grants it to one plugin; may "
    "be\n"
    "                        repeated; 'sheaf plugin audit' shows what is "
    "asked\n"
    "      --limits LIMITS   [PLUGIN:]LIMIT=NUMBER,… instead of what plugins\n"
    "                        say: memory_mb, cpu_ms, wall_ms, output_mb, "
    "spans\n"
    "      --require-sandbox fail where the kernel has no whole wall for "
    "workers\n" CLI_READING_HELP
    "\n"
    "exit status: 0 all ok, 1 some documents failed, 2 usage, 3 input cannot\n"
    "be read, 4 output cannot be written, 5 a plugin cannot be loaded, 6 too\n"
    "many errors, 130 and 143 stopped by a signal (go on with --resume)\n\n"
    "example: sheaf run -p extract.dates -p export.jsonl letters.zip -o out\n";

const cli_verb cli_run = {
    .name = "run",
    .summary = "run a pipeline of plugins over bundles",
    .help = help,
    .run = run_run,
};
