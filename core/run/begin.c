/// Looking at what is in the run folder, and deciding.
#include "run/begin.h"

#include <stdlib.h>
#include <unistd.h>

#include "json/json.h"
#include "run/identity.h"
#include "run/install.h"

static int refuse(const sf_supervisor *run, const char *why, const char *hint,
                  sheaf_error *error) {
  sf_fail(error, SHEAF_EEXISTS, run->folder.path, "%s", why);
  return sf_hint(error, "%s", hint);
}

/// What has changed since the run began.
typedef struct {
  const sf_supervisor *run;
  sheaf_error first;
  size_t bundle;  ///< The first one that has to be done anew.
} changes;

/// The first one is the error; the others are told before it.
static void note_change(void *context, const sheaf_error *difference,
                        size_t bundle) {
  changes *seen = context;
  if (!seen->first.code) {
    seen->first = *difference;
    sf_hint(&seen->first, "begin a new run in another folder");
  } else {
    sf_supervisor_warn(seen->run, difference);
  }
  if (bundle == SF_ALL_BUNDLES) bundle = 0;
  if (bundle < seen->bundle) seen->bundle = bundle;
}

/// Compares `report`, of the run that the folder is of, with this one.
static int check_identity(const sf_supervisor *run, const sheaf_value *report,
                          sheaf_error *error) {
  changes seen = {.run = run, .bundle = SIZE_MAX};
  sheaf_value now;
  int code = sf_book_identity(&run->book, &now, error);
  if (code) return code;
  sf_identity_compare_choice(report, &now, note_change, &seen);
  sf_identity_compare(report, &now, note_change, &seen);
  sheaf_value_clear(&now);
  if (seen.first.code) *error = seen.first;
  return seen.first.code;
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
  int code = SHEAF_OK;
  if (sf_install_is_due(&run->folder)) code = sf_install(&run->folder, error);
  if (!code) code = sf_run_folder_look(&run->folder, &content, error);
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
