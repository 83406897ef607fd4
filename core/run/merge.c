/// Putting the runs of shards together into the run that they are parts of.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"
#include "json/json.h"
#include "run/again.h"
#include "run/folder.h"
#include "run/supervisor.h"
#include "run/tally.h"

#define PIECE ((size_t)256 << 10)

typedef struct {
  const char *folder;  ///< Borrowed.
  sheaf_value report;
} shard;

typedef struct {
  const sheaf_merge_options *options;
  shard *shards;  ///< In their order, once they are sorted.
  size_t count;
  sf_run_folder output;
} merger;

// --- The shards ------------------------------------------------------------

static int64_t get_int(const shard *of, const char *key) {
  return sheaf_value_get_int(&of->report, key, 0);
}

static int read_report(shard *of, sheaf_error *error) {
  char *path = sf_path_join(of->folder, SF_REPORT);
  if (!path) return sf_no_memory(error);
  int code = sf_json_file(&of->report, path, error);
  free(path);
  if (code == SHEAF_EOPEN) {
    sf_fail(error, SHEAF_EUSAGE, of->folder, "there is no complete run in it");
    return sf_hint(error, "go on with it: sheaf run --resume");
  }
  return code;
}

static int compare_shards(const void *left, const void *right) {
  int64_t a = get_int(left, "shard"), b = get_int(right, "shard");
  return a < b ? -1 : a > b;
}

static int check_number(const merger *of, size_t place, sheaf_error *error) {
  const shard *one = &of->shards[place];
  int64_t number = get_int(one, "shard"), all = get_int(one, "shards");
  bool last = place + 1 == of->count;
  if (number == (int64_t)place + 1 && (!last || number == all)) return SHEAF_OK;
  if (number == (int64_t)place + 1) place++;  // The one behind the last.
  if (one > of->shards && get_int(one - 1, "shard") == number)
    return sf_fail(error, SHEAF_EUSAGE, one->folder,
                   "shard %lld is in %s already", (long long)number,
                   one[-1].folder);
  return sf_fail(error, SHEAF_EUSAGE, "merge",
                 "shard %zu of %lld is missing, %zu were given", place + 1,
                 (long long)all, of->count);
}

/// All that a run is but for which shard it is.
static int check_same(const merger *of, size_t place, sheaf_error *error) {
  static const char *const keys[] = {"version", "reading",  "nested",  "choice",
                                     "shards",  "pipeline", "bundles", "plan"};
  const shard *first = &of->shards[0], *one = &of->shards[place];
  if (!get_int(one, "shards"))
    return sf_fail(error, SHEAF_EUSAGE, one->folder, "it is no shard of a run");
  for (size_t i = 0; i < SF_COUNT(keys); i++) {
    const sheaf_value *a = sheaf_value_get(&first->report, keys[i]);
    const sheaf_value *b = sheaf_value_get(&one->report, keys[i]);
    if (a && b && sheaf_value_equal(a, b)) continue;
    return sf_fail(error, SHEAF_ECHANGED, one->folder,
                   "another run than %s: they differ in their %s",
                   first->folder, keys[i]);
  }
  return SHEAF_OK;
}

static int read_shards(merger *of, const char *const *folders,
                       sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < of->count && !code; i++) {
    of->shards[i].folder = folders[i];
    code = read_report(&of->shards[i], error);
  }
  if (code) return code;
  qsort(of->shards, of->count, sizeof *of->shards, compare_shards);
  for (size_t i = 0; i < of->count && !code; i++)
    code = check_same(of, i, error);
  for (size_t i = 0; i < of->count && !code; i++)
    code = check_number(of, i, error);
  return code;
}

// --- Files -----------------------------------------------------------------

static int copy_all(int from, int to, const char *path, sheaf_error *error) {
  int code = SHEAF_OK;
  while (!code) code = sf_spool_some(from, to, path, error);
  return code == SHEAF_END ? SHEAF_OK : code;
}

/// Appends the file of one shard from `start` on.
static int append_file(const shard *of, const char *name, off_t start, int to,
                       sheaf_error *error) {
  char *path = sf_path_join(of->folder, name);
  if (!path) return sf_no_memory(error);
  int from = open(path, O_RDONLY | O_CLOEXEC);
  int code = SHEAF_OK;
  if (from < 0)
    code = sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened");
  else if (lseek(from, start, SEEK_SET) < 0)
    code = sf_fail_errno(error, SHEAF_EREAD, path, "cannot be read");
  if (!code) code = copy_all(from, to, path, error);
  if (from >= 0) close(from);
  free(path);
  return code;
}

static int append_all(const merger *of, const char *name, off_t header, int to,
                      sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < of->count && !code; i++)
    code = append_file(&of->shards[i], name, i ? header : 0, to, error);
  return code;
}

/// Makes the file of that name, which begins with a header of so many bytes.
static int merge_file(const merger *of, const char *name, int64_t header,
                      sheaf_error *error) {
  char *part = sf_run_folder_file(&of->output, name, SF_PART);
  if (!part) return sf_no_memory(error);
  int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int code = SHEAF_OK;
  if (to < 0) code = sf_fail_errno(error, SHEAF_EWRITE, part, "cannot be made");
  if (!code) code = append_all(of, name, (off_t)header, to, error);
  if (!code && fsync(to))
    code = sf_fail_errno(error, SHEAF_EWRITE, part, "cannot be synced");
  if (to >= 0 && close(to) && !code)
    code = sf_fail_errno(error, SHEAF_EWRITE, part, "cannot be closed");
  // A spool is not among the files of the whole run.
  if (!code && !sf_has_ending(name, SF_SPOOL))
    code = sf_run_folder_rename(&of->output, name, false, error);
  free(part);
  return code;
}

static int merge_files(const merger *of, sheaf_error *error) {
  const sheaf_value *outputs =
      sheaf_value_get(&of->shards[0].report, "outputs");
  int code = merge_file(of, SF_LEDGER, 0, error);
  for (size_t i = 0; i < sheaf_value_count(outputs) && !code; i++) {
    const sheaf_value *output = sheaf_value_at(outputs, i);
    code = merge_file(of, sheaf_value_get_string(output, "name", ""),
                      sheaf_value_get_int(output, "header", 0), error);
  }
  return code;
}

// --- Outputs of plugins that have waited for all documents -------------------

static int append_made(sheaf_value *outputs, const sf_made_file *file) {
  sheaf_value output;
  int code = sheaf_value_map(&output);
  if (!code) code = sheaf_value_set_string(&output, "name", file->name);
  if (!code)
    code = sheaf_value_set(&output, "bytes",
                           sheaf_value_int((int64_t)file->bytes));
  if (!code) code = sheaf_value_set(&output, "header", sheaf_value_int(0));
  if (!code) code = sheaf_value_set(&output, "finish", sheaf_value_bool(true));
  if (!code) return sheaf_value_append(outputs, output);
  sheaf_value_clear(&output);
  return code;
}

/// Appends the outputs of the merged run: `one` of a shard, or, where that is a
/// spool, those that were made of it.
static int append_output(sheaf_value *outputs, const sheaf_value *one,
                         const sf_book *book) {
  const char *name = sheaf_value_get_string(one, "name", "");
  sheaf_value copy;
  int code = SHEAF_OK;
  if (!sf_has_ending(name, SF_SPOOL)) {
    code = sheaf_value_copy(&copy, one);
    return code ? code : sheaf_value_append(outputs, copy);
  }
  for (size_t i = 0; i < book->made_count && !code; i++)
    if (!strcmp(book->made[i].step->spool, name))
      code = append_made(outputs, &book->made[i]);
  return code;
}

static int list_outputs(merger *of, const sf_book *book, sheaf_error *error) {
  sheaf_value *report = &of->shards[0].report;
  const sheaf_value *were = sheaf_value_get(report, "outputs");
  sheaf_value outputs;
  int code = sheaf_value_list(&outputs);
  for (size_t i = 0; i < sheaf_value_count(were) && !code; i++)
    code = append_output(&outputs, sheaf_value_at(were, i), book);
  if (!code) code = sheaf_value_set(report, "outputs", outputs);
  return code ? sf_no_memory(error) : SHEAF_OK;
}

static int take_made(merger *of, const sf_supervisor *run, sheaf_error *error) {
  const sf_book *book = &run->book;
  int code = SHEAF_OK;
  for (size_t i = 0; i < book->made_count && !code; i++)
    code = sf_run_folder_rename(&of->output, book->made[i].name, false, error);
  for (size_t i = 0; i < run->job.step_count && !code; i++) {
    char *spool =
        sf_run_folder_file(&of->output, run->job.steps[i].spool, SF_PART);
    if (!spool || unlink(spool))
      code = sf_fail_errno(error, SHEAF_EWRITE, of->output.path,
                           "a spool cannot be removed");
    free(spool);
  }
  return code ? code : list_outputs(of, book, error);
}

/// Adds what `finish` took to the timings of the shards.
static int add_times(merger *of, const sf_supervisor *run, sheaf_error *error) {
  const sf_job *job = &run->job;
  int code = SHEAF_OK;
  for (size_t i = 0; i < job->step_count && !code; i++)
    code = sf_tally_timing(&of->shards[0].report, job->steps[i].manifest.name,
                           &run->book.timings[i]);
  return code ? sf_no_memory(error) : SHEAF_OK;
}

static int run_finish(merger *of, sf_supervisor *run, sheaf_error *error) {
  run->book.timings =
      calloc(run->job.step_count + 1, sizeof *run->book.timings);
  if (!run->book.timings) return sf_no_memory(error);
  int code = sf_closing_steps(run, error);
  if (!code && run->code) {
    *error = run->error;
    code = run->code;
  }
  if (!code) code = add_times(of, run, error);
  return code ? code : take_made(of, run, error);
}

/// A failure is a warning in a run, which has more to show than that. Here it
/// is the end.
static void on_failure(void *context, const sheaf_error *failure) {
  sf_supervisor *run = context;
  if (failure->code != SHEAF_EDIED || run->book.counts.unfinished)
    sf_supervisor_stop(run, failure->code, failure);
}

static int finish(merger *of, sheaf_error *error) {
  const sheaf_merge_options *given = of->options;
  sf_supervisor run = {.folder = of->output};
  const sheaf_run_options options = {
      .size = sizeof options,
      .workers = given->workers,
      .worker_program = given->worker_program,
      .worker_arguments = given->worker_arguments,
      .on_warning = on_failure,
      .context = &run,
  };
  run.options = &options;
  int code = sf_job_again(&run.job, &of->shards[0].report, given->plugin_path,
                          given->workers, error);
  if (!code) code = sf_loop_new(&run.loop, error);
  if (!code) code = run_finish(of, &run, error);
  sf_book_clear(&run.book);
  sf_job_clear(&run.job);
  sf_loop_free(run.loop);
  return code;
}

// --- The report ------------------------------------------------------------

/// Each shard's file has the header, and the merged one has it once.
static int drop_headers(sheaf_value *outputs, int64_t times) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(outputs) && !code; i++) {
    sheaf_value *output = (sheaf_value *)sheaf_value_at(outputs, i);
    int64_t header = sheaf_value_get_int(output, "header", 0);
    int64_t bytes = sheaf_value_get_int(output, "bytes", 0) - times * header;
    code = sheaf_value_set(output, "bytes", sheaf_value_int(bytes));
  }
  return code;
}

static sheaf_value *part_of(const sheaf_value *report, const char *key) {
  return (sheaf_value *)sheaf_value_get(report, key);
}

static int add_shard(sheaf_value *sum, const sheaf_value *one) {
  int code = sf_tally_map(part_of(sum, "counts"), part_of(one, "counts"));
  if (!code)
    code = sf_tally_list(part_of(sum, "outputs"), part_of(one, "outputs"));
  if (!code) code = sf_tally_timings(sum, one);
  if (!code) code = sf_tally_memory(sum, one);
  return code ? code : sf_tally_member(sum, one, "seconds");
}

/// Makes the report of the first shard that of the run.
static int add_up(merger *of, sheaf_error *error) {
  sheaf_value *sum = &of->shards[0].report;
  int code = SHEAF_OK;
  for (size_t i = 1; i < of->count && !code; i++) {
    code = add_shard(sum, &of->shards[i].report);
    if (code == SHEAF_EDAMAGED)
      return sf_fail(error, code, of->shards[i].folder,
                     "its %s cannot be added to that of %s", SF_REPORT,
                     of->shards[0].folder);
  }
  if (!code)
    code = drop_headers(part_of(sum, "outputs"), (int64_t)of->count - 1);
  if (!code) code = sheaf_value_set(sum, "plan", (sheaf_value)SHEAF_VALUE_NULL);
  if (!code) code = sheaf_value_set(sum, "shard", sheaf_value_int(0));
  if (!code) code = sheaf_value_set(sum, "shards", sheaf_value_int(0));
  return code ? sf_no_memory(error) : SHEAF_OK;
}

static int write_report(merger *of, sheaf_error *error) {
  sf_buffer text = {0};
  char *path = sf_run_folder_file(&of->output, SF_REPORT, "");
  int code = path ? SHEAF_OK : sf_no_memory(error);
  if (!code) sf_json_pretty(&text, &of->shards[0].report);
  sf_buffer_putc(&text, '\n');
  if (!code && text.failed) code = sf_no_memory(error);
  if (!code) code = sf_file_replace(path, sf_buffer_bytes(&text), error);
  sf_buffer_clear(&text);
  free(path);
  return code;
}

// --- All of it -------------------------------------------------------------

static int check_output(const merger *of, sheaf_error *error) {
  sf_folder_content content;
  int code = sf_run_folder_look(&of->output, &content, error);
  if (code || content == SF_FOLDER_EMPTY) return code;
  sf_fail(error, SHEAF_EEXISTS, of->output.path, "the folder is not empty");
  return sf_hint(error, "choose another folder");
}

static int merge(merger *of, sheaf_error *error) {
  int code = check_output(of, error);
  if (!code) code = merge_files(of, error);
  if (!code) code = add_up(of, error);
  if (!code) code = finish(of, error);
  return code ? code : write_report(of, error);
}

static int check_options(const sheaf_merge_options *options,
                         sheaf_error *error) {
  if (options->size == sizeof *options && options->output &&
      (!options->workers || options->worker_program))
    return SHEAF_OK;
  return sf_fail(error, SHEAF_EINVAL, "sheaf_merge",
                 "the options are not those of this version, or name no "
                 "output folder or no program for workers");
}

int sheaf_merge(const sheaf_merge_options *options, sheaf_error *error) {
  merger of = {.options = options};
  sheaf_error own;
  if (!error) error = &own;
  int code = check_options(options, error);
  if (code) return code;
  size_t count = of.count = options->count;
  of.shards = calloc(count + 1, sizeof *of.shards);
  code = of.shards ? read_shards(&of, options->folders, error)
                   : sf_no_memory(error);
  if (!code) code = sf_run_folder_open(&of.output, options->output, error);
  if (!code) {
    code = merge(&of, error);
    sf_run_folder_close(&of.output);
  }
  for (size_t i = 0; of.shards && i < count; i++)
    sheaf_value_clear(&of.shards[i].report);
  free(of.shards);
  return code;
}
