/// Looking at what is in the run folder, and deciding.
#include "run/begin.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json/json.h"
#include "run/identity.h"
#include "run/install.h"

static int refuse(const sf_supervisor *run, const char *why, const char *hint,
                  sheaf_error *error) {
  sf_fail(error, SHEAF_EEXISTS, run->folder.path, "%s", why);
  return sf_hint(error, "%s", hint);
}

static int read_report(const sf_supervisor *run, const char *ending,
                       sheaf_value *report, sheaf_error *error) {
  char *path = sf_run_folder_file(&run->folder, SF_REPORT, ending);
  if (!path) return sf_no_memory(error);
  int code = sf_json_file(report, path, error);
  free(path);
  return code;
}

// --- What has changed ------------------------------------------------------

/// What has changed since the run began.
typedef struct {
  const sf_supervisor *run;
  sheaf_error first;  ///< With a code of 0: nothing.
  size_t bundle;      ///< The first one that has to be done anew.
} changes;

/// The first one is the error, unless changes are accepted; the others are
/// told before it.
static void note_change(void *context, const sheaf_error *difference,
                        size_t bundle) {
  changes *seen = context;
  // Which blocks a shard has depends on all bundles.
  if (bundle == SF_ALL_BUNDLES || seen->run->job.shards) bundle = 0;
  if (bundle < seen->bundle) seen->bundle = bundle;
  if (seen->first.code || seen->run->options->accept_changes)
    sf_supervisor_warn(seen->run, difference);
  if (!seen->first.code) seen->first = *difference;
}

/// Compares `report`, of the run that the folder is of, with this one.
static int compare(const sf_supervisor *run, const sheaf_value *report,
                   changes *seen, sheaf_error *error) {
  sheaf_value now;
  *seen = (changes){.run = run, .bundle = SIZE_MAX};
  int code = sf_book_identity(&run->book, &now, error);
  if (code) return code;
  sf_identity_compare_choice(report, &now, note_change, seen);
  sf_identity_compare(report, &now, note_change, seen);
  sheaf_value_clear(&now);
  if (!seen->first.code || run->options->accept_changes) return SHEAF_OK;
  *error = seen->first;
  return sf_hint(error,
                 "begin a new run in another folder, or do anew what this "
                 "concerns: --accept-changes");
}

// --- Going on --------------------------------------------------------------

/// Takes away what is there, if it is of a run; first of all what says that it
/// is complete.
static int start_over(sf_supervisor *run, const sheaf_value *report,
                      sheaf_error *error) {
  const sheaf_value *outputs = sheaf_value_get(report, "outputs");
  int code = SHEAF_OK;
  if (outputs)
    code = sf_run_folder_rename(&run->folder, SF_REPORT, true, error);
  for (size_t i = 0; i < sheaf_value_count(outputs) && !code; i++) {
    const sheaf_value *output = sheaf_value_at(outputs, i);
    const char *name = sheaf_value_get_string(output, "name", "");
    if (name[0] && !strchr(name, '/'))
      code = sf_install_remove(&run->folder, name, error);
  }
  if (!code) code = sf_install_remove(&run->folder, SF_RETRY, error);
  if (!code) code = sf_install_remove(&run->folder, SF_FINISH, error);
  return code ? code : sf_run_folder_clean(&run->folder, &run->job, error);
}

/// A change within a bundle may not show before it is planned: the one in which
/// the run stood is done anew when changes are accepted.
static int go_on(sf_supervisor *run, const sheaf_value *report,
                 const changes *seen, sheaf_error *error) {
  if (!run->options->accept_changes) return sf_book_resume(&run->book, error);
  return sf_book_cut(&run->book, report, seen->bundle, error);
}

static int resume_complete(sf_supervisor *run, bool *complete,
                           sheaf_error *error) {
  sheaf_value report = SHEAF_VALUE_NULL;
  changes seen;
  int code = read_report(run, "", &report, error);
  if (!code) code = compare(run, &report, &seen, error);
  if (!code && !seen.first.code) {
    *complete = true;
    sf_report_counts(&report, &run->book.counts);
    code = sf_book_remove_spools(&run->book, error);
  } else if (!code && (!seen.bundle || sf_job_has_spool(&run->job))) {
    // What documents amounted to was not kept: all are needed once more.
    code = start_over(run, &report, error);
  } else if (!code) {
    code = sf_install_remove(&run->folder, SF_RETRY, error);
    if (!code) code = go_on(run, &report, &seen, error);
  }
  sheaf_value_clear(&report);
  return code;
}

static int resume_interrupted(sf_supervisor *run, sheaf_error *error) {
  sheaf_value report = SHEAF_VALUE_NULL;
  changes seen;
  int code = sf_run_folder_rename(&run->folder, SF_REPORT, true, error);
  if (!code) code = read_report(run, SF_PART, &report, error);
  if (!code) code = compare(run, &report, &seen, error);
  if (!code)
    code = seen.bundle ? go_on(run, &report, &seen, error)
                       : start_over(run, &report, error);
  sheaf_value_clear(&report);
  return code;
}

/// Nothing was committed: what is there is taken away, if it is of this run.
static int resume_begun(sf_supervisor *run, sheaf_error *error) {
  sheaf_value report = SHEAF_VALUE_NULL;
  changes seen;
  int code = SHEAF_OK;
  if (!read_report(run, SF_PART, &report, NULL))
    code = compare(run, &report, &seen, error);
  if (!code) code = start_over(run, &report, error);
  sheaf_value_clear(&report);
  return code;
}

static int resume(sf_supervisor *run, sf_folder_content content, bool *complete,
                  sheaf_error *error) {
  switch (content) {
    case SF_FOLDER_COMPLETE:
      return resume_complete(run, complete, error);
    case SF_FOLDER_INTERRUPTED:
      return resume_interrupted(run, error);
    default:
      return resume_begun(run, error);
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
