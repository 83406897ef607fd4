/// sheaf_retry(): some documents of a complete run done again, and put in the
/// place of what they were.
///
/// The documents are worked on as a run of its own, with a list of members, in
/// a folder within the run folder; it is interrupted and goes on as any run.
/// Then the outputs of both are spliced into new files, which are installed.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"
#include "json/json.h"
#include "run/amend.h"
#include "run/book.h"
#include "run/chosen.h"
#include "run/identity.h"
#include "run/install.h"
#include "run/request.h"
#include "run/splice.h"

typedef struct {
  const sheaf_retry_options *options;
  sheaf_retry_result *result;
  sf_run_folder folder;
  sheaf_value report;  ///< Of the run.
  sheaf_value again;   ///< Of the run over the documents that are done again.
  sf_request request;
  sf_chosen chosen;
  const sf_choice *choice;  ///< The same, while changes are looked for.
  sheaf_value changes;      ///< A list of strings: what has changed since.
  sheaf_error refusal;  ///< A change that cannot be gone on with; code 0: none.
} sf_retry;

static int read_report(const sf_retry *of, const char *name, sheaf_value *out,
                       sheaf_error *error) {
  char *path = sf_run_folder_file(&of->folder, name, "");
  if (!path) return sf_no_memory(error);
  int code = sf_json_file(out, path, error);
  free(path);
  return code;
}

// --- What is there ---------------------------------------------------------

static int check_complete(const sf_retry *of, sheaf_error *error) {
  sf_folder_content content;
  int code = sf_run_folder_look(&of->folder, &content, error);
  if (code || content == SF_FOLDER_COMPLETE) return code;
  sf_fail(error, SHEAF_EUSAGE, of->folder.path,
          "there is no complete run in it");
  if (content == SF_FOLDER_INTERRUPTED || content == SF_FOLDER_BEGUN)
    sf_hint(error, "go on with it first: sheaf run --resume");
  return error->code;
}

// --- What has changed ------------------------------------------------------

/// What was read from a stream cannot be read again.
static int check_streams(const sf_job *job, sheaf_error *error) {
  for (size_t i = 0; i < job->bundle_count; i++) {
    if (!sf_choice_touches(&job->choice, i) ||
        !sf_path_is_stream(job->bundles[i]))
      continue;
    sf_fail(error, SHEAF_EUSAGE, job->bundles[i],
            "it was a stream, which cannot be read a second time");
    return sf_hint(error, "keep it in a file, and run that");
  }
  return SHEAF_OK;
}

static void note_change(void *context, const sheaf_error *change,
                        size_t bundle) {
  sf_retry *of = context;
  sheaf_value text;
  bool all = bundle == SF_ALL_BUNDLES;
  if (!all && !sf_choice_touches(of->choice, bundle)) return;
  if (of->options->on_change)
    of->options->on_change(of->options->context, change);
  char *line = sf_sprintf("%s: %s", change->what, change->why);
  if (line && !sheaf_value_string(&text, line, strlen(line)))
    sheaf_value_append(&of->changes, text);
  free(line);
  // A bundle that could not be opened may well be another one now.
  bool fatal = !all && !sf_choice_whole(of->choice, bundle) &&
               !of->options->accept_changes;
  if (!fatal || of->refusal.code) return;
  of->refusal = *change;
  sf_hint(&of->refusal, "take it as it is now: --accept-changes");
}

/// What all documents amounted to was not kept, so that it cannot be done again
/// for some.
static int check_spools(const sf_job *job, sheaf_error *error) {
  for (size_t i = 0; i < job->step_count; i++) {
    if (!job->steps[i].spool) continue;
    sf_fail(error, SHEAF_EUSAGE, job->steps[i].manifest.name,
            "its outputs are made of all documents, not of some");
    return sf_hint(error, "begin a new run in another folder");
  }
  return SHEAF_OK;
}

static int check_outputs(const sf_retry *of, const sf_job *job,
                         sheaf_error *error) {
  const sheaf_value *was = sheaf_value_get(&of->report, "outputs");
  bool same = sheaf_value_count(was) == job->output_count;
  for (size_t i = 0; i < job->output_count && same; i++) {
    const sheaf_value *output = sheaf_value_at(was, i);
    size_t header = strlen(job->outputs[i].header);
    same = !strcmp(sheaf_value_get_string(output, "name", ""),
                   job->outputs[i].name) &&
           sheaf_value_get_int(output, "header", 0) ==
               (int64_t)(header + (header > 0));
  }
  if (same) return SHEAF_OK;
  sf_fail(error, SHEAF_ECHANGED, of->folder.path,
          "the plugins write other outputs than they did");
  return sf_hint(error, "begin a new run in another folder");
}

/// Compares what the plugins and bundles are with what they were.
static int compare(sf_retry *of, sheaf_error *error) {
  sf_job job;
  sf_buffer text = {0};
  sheaf_value now = SHEAF_VALUE_NULL;
  int code = sf_job_init(&job, &of->request.options, error);
  if (code) return code;
  sf_buffer_putc(&text, '{');
  sf_identity_write(&job, &text);
  sf_buffer_putc(&text, '}');
  code = text.failed ? sf_no_memory(error)
                     : sheaf_value_parse(&now, text.data, text.size, error);
  of->choice = &job.choice;
  if (!code) sf_identity_compare(&of->report, &now, note_change, of);
  if (!code) code = check_streams(&job, error);
  if (!code) code = check_spools(&job, error);
  if (!code) code = check_outputs(of, &job, error);
  if (!code && of->refusal.code) {
    *error = of->refusal;
    code = error->code;
  }
  sheaf_value_clear(&now);
  sf_buffer_clear(&text);
  sf_job_clear(&job);
  return code;
}

// --- Doing them again ------------------------------------------------------

static int make_folder(const sf_run_folder *folder, const char *name,
                       sheaf_error *error) {
  if (!mkdirat(folder->fd, name, 0777) || errno == EEXIST) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, name, "the folder cannot be made");
}

static int run_again(sf_retry *of, sheaf_error *error) {
  char *output = sf_run_folder_file(&of->folder, SF_RETRY_RUN, "");
  if (!output) return sf_no_memory(error);
  of->request.options.output = output;
  of->result->again = (sheaf_progress){0};
  int code = sheaf_run(&of->request.options, &of->result->again, error);
  of->request.options.output = NULL;
  free(output);
  return code;
}

/// An earlier retry that was interrupted goes on, if it is this one.
static int do_again(sf_retry *of, sheaf_error *error) {
  int code = make_folder(&of->folder, SF_RETRY, error);
  if (!code) code = sf_install_remove(&of->folder, SF_RETRY_NEW, error);
  if (code) return code;
  code = run_again(of, error);
  if (code == SHEAF_ECHANGED) {
    code = sf_install_remove(&of->folder, SF_RETRY_RUN, error);
    if (!code) code = run_again(of, error);
  }
  if (!code)
    code = read_report(of, SF_RETRY_RUN "/" SF_REPORT, &of->again, error);
  return code;
}

// --- Putting them in their place -------------------------------------------

static int write_report(sf_retry *of, const sf_splice *splice,
                        const sf_run_folder *into, sheaf_error *error) {
  sf_buffer text = {0};
  int code = sf_amend_report(&of->report, &of->again, splice, &of->changes);
  sf_json_pretty(&text, &of->report);
  sf_buffer_putc(&text, '\n');
  char *path = sf_run_folder_file(into, SF_REPORT, "");
  if (code || text.failed || !path)
    code = sf_no_memory(error);
  else
    code = sf_file_replace(path, sf_buffer_bytes(&text), error);
  free(path);
  sf_buffer_clear(&text);
  return code;
}

static int name_files(const sf_run_folder *into, const sheaf_value *outputs,
                      sheaf_error *error) {
  int code = sf_run_folder_rename(into, SF_LEDGER, false, error);
  for (size_t i = 0; i < sheaf_value_count(outputs) && !code; i++)
    code = sf_run_folder_rename(
        into, sheaf_value_get_string(sheaf_value_at(outputs, i), "name", ""),
        false, error);
  return code ? code : sf_folder_sync(into->path, error);
}

static int splice_into(sf_retry *of, const sf_run_folder *into,
                       const char *again, sheaf_error *error) {
  sf_splice splice = {.old = of->folder.path,
                      .new = again,
                      .outputs = sheaf_value_get(&of->report, "outputs")};
  int code = sf_splice_write(&splice, into, error);
  if (!code) code = name_files(into, splice.outputs, error);
  if (!code) code = write_report(of, &splice, into, error);
  sf_splice_clear(&splice);
  return code;
}

static int put_in_place(sf_retry *of, sheaf_error *error) {
  sf_run_folder into;
  char *path = sf_run_folder_file(&of->folder, SF_RETRY_NEW, "");
  char *again = sf_run_folder_file(&of->folder, SF_RETRY_RUN, "");
  int code = path && again ? sf_run_folder_open(&into, path, error)
                           : sf_no_memory(error);
  if (!code) {
    code = splice_into(of, &into, again, error);
    sf_run_folder_close(&into);
  }
  if (!code) code = sf_install(&of->folder, error);
  free(path);
  free(again);
  return code;
}

// --- The course ------------------------------------------------------------

static void prepare_options(sf_retry *of) {
  const sheaf_retry_options *from = of->options;
  sheaf_run_options *to = &of->request.options;
  to->only = (const char *const *)of->chosen.places;
  to->resume = true;
  to->shard = to->shards = 0;
  to->workers = from->workers;
  to->worker_program = from->worker_program;
  to->worker_arguments = from->worker_arguments;
  to->on_progress = from->on_progress;
  to->on_warning = from->on_warning;
  to->context = from->context;
}

static int retry(sf_retry *of, sheaf_error *error) {
  const sheaf_retry_options *options = of->options;
  int code = read_report(of, SF_REPORT, &of->report, error);
  if (!code) code = sf_chosen_find(&of->chosen, options, &of->report, error);
  sf_report_counts(&of->report, &of->result->run);
  if (code) return code;
  // What an interrupted one has left, if anything.
  if (!of->chosen.count) return sf_install_remove(&of->folder, SF_RETRY, error);
  code = sf_request_read(&of->request, &of->report, options->allow,
                         options->limits, error);
  prepare_options(of);
  if (!code) code = compare(of, error);
  if (!code) code = do_again(of, error);
  if (!code) code = put_in_place(of, error);
  if (!code) sf_report_counts(&of->report, &of->result->run);
  return code;
}

/// Completes what was interrupted when it only had to be installed.
static int install_pending(sf_retry *of, sheaf_error *error) {
  int code = sf_install(&of->folder, error);
  if (!code) code = read_report(of, SF_REPORT, &of->report, error);
  if (!code) sf_report_counts(&of->report, &of->result->run);
  of->result->installed = true;
  return code;
}

static int retry_in_folder(sf_retry *of, sheaf_error *error) {
  if (sf_install_is_due(&of->folder)) return install_pending(of, error);
  int code = check_complete(of, error);
  return code ? code : retry(of, error);
}

int sheaf_retry(const sheaf_retry_options *options, sheaf_retry_result *result,
                sheaf_error *error) {
  sheaf_retry_result unread;
  sheaf_error unseen;
  if (!error) error = &unseen;
  if (!result) result = &unread;
  *result = (sheaf_retry_result){.installed = false};
  if (options->size != sizeof *options || !options->folder)
    return sf_fail(error, SHEAF_EINVAL, "sheaf_retry",
                   "the options are not those of this version");
  sf_retry of = {.options = options, .result = result};
  int code = sheaf_value_list(&of.changes) ? sf_no_memory(error) : SHEAF_OK;
  if (!code) code = sf_run_folder_open(&of.folder, options->folder, error);
  if (!code) {
    code = retry_in_folder(&of, error);
    sf_run_folder_close(&of.folder);
  }
  sf_chosen_clear(&of.chosen);
  sf_request_clear(&of.request);
  sheaf_value_clear(&of.report);
  sheaf_value_clear(&of.again);
  sheaf_value_clear(&of.changes);
  return code;
}
