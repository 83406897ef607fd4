/// sheaf_run(): from options to a complete run folder.
#include "run/run.h"

#include <stdlib.h>

#include "json/json.h"
#include "run/crew.h"
#include "run/identity.h"

// --- Progress --------------------------------------------------------------

static sheaf_progress take_stock(const sf_queue *queue, const sf_book *book) {
  sheaf_progress progress = book->counts;
  progress.planned = sf_queue_planned(queue, &progress.planning);
  progress.seconds = sf_book_seconds(book);
  return progress;
}

void sf_run_tell(const sheaf_run_options *options, const sf_queue *queue,
                 const sf_book *book) {
  if (!options->on_progress) return;
  sheaf_progress progress = take_stock(queue, book);
  options->on_progress(options->context, &progress);
}

static void warn(void *context, const sheaf_error *warning) {
  const sheaf_run_options *options = context;
  if (options->on_warning) options->on_warning(options->context, warning);
}

// --- The folder ------------------------------------------------------------

/// Compares this run with the one that wrote `name`, whose report is read
/// into `*report`.
static int check_identity(const sf_run_folder *folder, const sf_job *job,
                          const char *ending, sheaf_value *report,
                          sheaf_error *error) {
  sf_buffer text = {0};
  sheaf_value now = SHEAF_VALUE_NULL;
  char *path = sf_run_folder_file(folder, SF_REPORT, ending);
  sf_buffer_putc(&text, '{');
  sf_identity_write(job, &text);
  sf_buffer_putc(&text, '}');
  int code = path && !text.failed ? sf_json_file(report, path, error)
                                  : sf_no_memory(error);
  if (!code) code = sheaf_value_parse(&now, text.data, text.size, error);
  if (!code) code = sf_identity_check(report, &now, error);
  sheaf_value_clear(&now);
  sf_buffer_clear(&text);
  free(path);
  return code;
}

static int refuse(const sf_run_folder *folder, bool interrupted,
                  sheaf_error *error) {
  sf_fail(error, SHEAF_EEXISTS, folder->path, "%s",
          interrupted ? "an interrupted run is in this folder"
                      : "the folder is there already and is not empty");
  return sf_hint(error, interrupted ? "--resume goes on with it"
                                    : "choose another folder with -o");
}

/// What is to be done with the folder: SHEAF_OK to begin, SHEAF_END when the
/// run is complete, with its counts in `*progress`; `*resume` to go on.
static int prepare(const sheaf_run_options *options, const sf_job *job,
                   const sf_run_folder *folder, bool *resume,
                   sheaf_progress *progress, sheaf_error *error) {
  sf_folder_content content;
  sheaf_value report = SHEAF_VALUE_NULL;
  int code = sf_run_folder_look(folder, &content, error);
  if (code || content == SF_FOLDER_EMPTY) return code;
  bool interrupted =
      content == SF_FOLDER_INTERRUPTED || content == SF_FOLDER_BEGUN;
  if (!options->resume || content == SF_FOLDER_FOREIGN)
    return refuse(folder, interrupted, error);
  if (content == SF_FOLDER_BEGUN)
    return sf_run_folder_clean(folder, job, error);
  bool complete = content == SF_FOLDER_COMPLETE;
  code = check_identity(folder, job, complete ? "" : SF_PART, &report, error);
  if (!code && complete) {
    sf_report_counts(&report, progress);
    code = SHEAF_END;
  }
  *resume = !code;
  sheaf_value_clear(&report);
  return code;
}

// --- The run ---------------------------------------------------------------

static int work(const sheaf_run_options *options, const sf_job *job,
                sf_book *book, sheaf_progress *progress, sheaf_error *error) {
  sf_queue *queue;
  int signal = 0;
  int code = sf_queue_new(&queue, book, options->workers, warn, (void *)options,
                          error);
  if (code) return code;
  code = options->workers
             ? sf_crew_run(options, job, queue, book, &signal, error)
             : sf_inline_run(options, job, queue, book, &signal, error);
  // What is there is kept, whatever ended the run.
  if (code)
    sf_book_commit(book, NULL);
  else
    code = sf_book_finish(book, options->workers, error);
  *progress = take_stock(queue, book);
  progress->signal = signal;
  sf_queue_free(queue);
  return code;
}

static int run_in(const sheaf_run_options *options, const sf_job *job,
                  const sf_run_folder *folder, sheaf_progress *progress,
                  sheaf_error *error) {
  sf_book book;
  bool resume = false;
  int code = prepare(options, job, folder, &resume, progress, error);
  if (code) return code == SHEAF_END ? SHEAF_OK : code;
  code = sf_book_init(&book, job, folder, options->max_errors, error);
  if (code) return code;
  if (resume) code = sf_book_resume(&book, error);
  if (!code) code = work(options, job, &book, progress, error);
  sf_book_clear(&book);
  return code;
}

int sheaf_run(const sheaf_run_options *options, sheaf_progress *progress,
              sheaf_error *error) {
  sheaf_progress own;
  sheaf_error unwanted;
  sf_job job;
  sf_run_folder folder;
  if (!progress) progress = &own;
  if (!error) error = &unwanted;
  *progress = (sheaf_progress){0};
  if (!options->step_count)
    return sf_fail(error, SHEAF_EUSAGE, "pipeline", "it has no steps");
  int code = sf_job_init(&job, options, error);
  if (code) return code;
  code = sf_run_folder_open(&folder, options->output, error);
  if (!code) {
    code = run_in(options, &job, &folder, progress, error);
    sf_run_folder_close(&folder);
  }
  sf_job_clear(&job);
  return code;
}
