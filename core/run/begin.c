/// Looking at what is in the run folder, and deciding.
#include "run/begin.h"

#include <stdlib.h>
#include <unistd.h>

#include "json/json.h"
#include "run/identity.h"

static int refuse(const sf_supervisor *run, const char *why, const char *hint,
                  sheaf_error *error) {
  sf_fail(error, SHEAF_EEXISTS, run->folder.path, "%s", why);
  return sf_hint(error, "%s", hint);
}

/// Compares `report`, of the run that the folder is of, with this one.
static int check_identity(const sf_supervisor *run, const sheaf_value *report,
                          sheaf_error *error) {
  sf_buffer text = {0};
  sheaf_value now = SHEAF_VALUE_NULL;
  sf_buffer_putc(&text, '{');
  sf_buffer_append(&text, run->book.identity.data, run->book.identity.size);
  sf_buffer_putc(&text, '}');
  int code = text.failed ? sf_no_memory(error)
                         : sheaf_value_parse(&now, text.data, text.size, error);
  if (!code) code = sf_identity_check(report, &now, error);
  sheaf_value_clear(&now);
  sf_buffer_clear(&text);
  return code;
}

static int read_report(const sf_supervisor *run, const char *ending,
                       sheaf_value *report, sheaf_error *error) {
  char *path = sf_run_folder_file(&run->folder, SF_REPORT, ending);
  if (!path) return sf_no_memory(error);
  int code = sf_json_file(report, path, error);
  free(path);
  return code;
}

static int check_report(const sf_supervisor *run, const char *ending,
                        sheaf_value *report, sheaf_error *error) {
  int code = read_report(run, ending, report, error);
  return code ? code : check_identity(run, report, error);
}

static int find_complete(sf_supervisor *run, sheaf_error *error) {
  sheaf_value report = SHEAF_VALUE_NULL;
  int code = check_report(run, "", &report, error);
  if (!code) sf_report_counts(&report, &run->book.counts);
  sheaf_value_clear(&report);
  return code;
}

static int go_on(sf_supervisor *run, sheaf_error *error) {
  sheaf_value report = SHEAF_VALUE_NULL;
  int code = sf_run_folder_rename(&run->folder, SF_REPORT, true, error);
  if (!code) code = check_report(run, SF_PART, &report, error);
  sheaf_value_clear(&report);
  return code ? code : sf_book_resume(&run->book, error);
}

/// Nothing was committed: what is there is taken away, if it is of this run.
static int start_over(sf_supervisor *run, sheaf_error *error) {
  sheaf_value report = SHEAF_VALUE_NULL;
  int code = SHEAF_OK;
  if (!read_report(run, SF_PART, &report, NULL))
    code = check_identity(run, &report, error);
  sheaf_value_clear(&report);
  return code ? code : sf_run_folder_clean(&run->folder, &run->job, error);
}

static int resume(sf_supervisor *run, sf_folder_content content, bool *complete,
                  sheaf_error *error) {
  switch (content) {
    case SF_FOLDER_COMPLETE:
      *complete = true;
      return find_complete(run, error);
    case SF_FOLDER_INTERRUPTED:
      return go_on(run, error);
    default:
      return start_over(run, error);
  }
}

int sf_run_begin(sf_supervisor *run, bool *complete, sheaf_error *error) {
  sf_folder_content content;
  *complete = false;
  int code = sf_run_folder_look(&run->folder, &content, error);
  if (code || content == SF_FOLDER_EMPTY) return code;
  if (content == SF_FOLDER_FOREIGN)
    return refuse(run, "the folder is not empty and holds no run",
                  "choose another folder", error);
  if (run->options->resume) return resume(run, content, complete, error);
  if (content == SF_FOLDER_COMPLETE)
    return refuse(run, "the folder holds a complete run",
                  "choose another folder", error);
  return refuse(run, "the folder holds an interrupted run",
                "go on with it: --resume", error);
}
