/// `sheaf retry`: the documents of a run that went wrong, once more.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ledger.h"
#include "cli/repl.h"
#include "cli/replay.h"
#include "cli/running.h"

enum { STATUS, ACCEPT, SHELL, RUNNING };

static const cli_option options[] = {
    {"status", 0, true}, {"accept-changes", 0, false},
    {"shell", 0, false}, CLI_RUNNING_OPTIONS,
    {NULL, 0, false},
};

typedef struct {
  sheaf_retry_options retry;
  cli_running running;
  const char *folder;  // As the user calls it.
  bool shell;
} retry_command;

// --- The command line ------------------------------------------------------

static bool find_status(const char *name, size_t size, unsigned *status) {
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++) {
    const char *known = sheaf_status_name(s);
    if (strlen(known) != size || strncmp(known, name, size) != 0) continue;
    *status |= 1u << s;
    return true;
  }
  return false;
}

static int read_status(const char *text, unsigned *status) {
  for (const char *rest = text; *rest;) {
    size_t size = strcspn(rest, ",");
    if (!find_status(rest, size, status))
      return cli_usage("retry", "there is no status '%.*s': %s", (int)size,
                       rest, "ok, partial, skipped, failed or killed");
    rest += size + (rest[size] == ',');
  }
  return CLI_OK;
}

static int take_option(retry_command *request, int option, const char *text) {
  switch (option) {
    case STATUS:
      return read_status(text, &request->retry.status);
    case ACCEPT:
      request->retry.accept_changes = true;
      return CLI_OK;
    case SHELL:
      request->shell = true;
      return CLI_OK;
    default:
      return cli_running_take(&request->running, "retry", option - RUNNING,
                              text);
  }
}

static int read_command(retry_command *request, int argc, char **argv) {
  cli_arguments arguments = {"retry", argc, argv, 1, NULL, false};
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_HELP;
    if (next == CLI_BAD) return CLI_USAGE;
    int status = CLI_OK;
    if (next != CLI_OPERAND)
      status = take_option(request, next, arguments.value);
    else if (request->folder)
      cli_add_text(request->running.only, arguments.value);
    else
      request->folder = arguments.value;
    if (status != CLI_OK) return status;
  }
  if (!request->folder) return cli_usage("retry", "which run? Name its folder");
  if (!request->shell) return CLI_OK;
  const char **only = request->running.only;
  if (!only[0] || only[1])
    return cli_usage("retry", "--shell is for one document: name it");
  return cli_check_input("retry");
}

// --- The retry -------------------------------------------------------------

static void on_change(void *context, const sheaf_error *change) {
  cli_running *running = context;
  cli_progress_wipe(&running->progress);
  fputs("sheaf: since the run: ", stderr);
  cli_print_text(stderr, change->what);
  fputs(": ", stderr);
  cli_print_text(stderr, change->why);
  fputc('\n', stderr);
}

// The paths that the run was given are relative to where it was made. Where
// that is gone, the bundles may still be found from here.
static int go_there(const char *folder) {
  sheaf_value report;
  bool complete;
  // A retry that was interrupted at its end has none, and needs none.
  char path[4096];
  snprintf(path, sizeof path, "%s/run.json", folder);
  if (access(path, F_OK) != 0) return CLI_OK;
  int status = cli_report_read(folder, &report, &complete);
  if (status != CLI_OK) return status;
  const char *directory = sheaf_value_get_string(
      sheaf_value_get(&report, "request"), "directory", ".");
  if (chdir(directory) != 0) (void)0;
  sheaf_value_clear(&report);
  return CLI_OK;
}

static int no_folder(const char *name) {
  sheaf_error error = {.code = SHEAF_EOPEN};
  snprintf(error.what, sizeof error.what, "%s", name);
  snprintf(error.why, sizeof error.why, "cannot be opened: %s",
           strerror(errno));
  return cli_fail(&error);
}

static void print_end(const retry_command *request,
                      const sheaf_retry_result *result) {
  cli_progress_style style = request->running.progress.style;
  if (style == CLI_PROGRESS_JSON) cli_progress_json(&result->run);
  if (style == CLI_PROGRESS_JSON || style == CLI_PROGRESS_NONE) return;
  fputs("sheaf: ", stderr);
  if (result->installed)
    fputs("an earlier retry was completed", stderr);
  else if (result->again.documents)
    cli_progress_documents(&result->again, " again");
  else
    fputs("nothing to do again", stderr);
  fputs("\nsheaf: ", stderr);
  cli_print_text(stderr, request->folder);
  fputs(": ", stderr);
  cli_progress_documents(&result->run, "");
  cli_progress_advice(&result->run, request->folder);
}

static int retry(retry_command *request) {
  sheaf_retry_options *to = &request->retry;
  sheaf_retry_result result;
  sheaf_error error;
  char *folder = realpath(request->folder, NULL);
  int status = folder ? go_there(folder) : no_folder(request->folder);
  if (status != CLI_OK) {
    free(folder);
    return status;
  }
  if (request->shell) {
    status = cli_replay(folder, request->running.only[0]);
    free(folder);
    return status;
  }
  to->folder = folder;
  to->workers = request->running.workers;
  to->only = request->running.only[0] ? request->running.only : NULL;
  to->allow = request->running.allow;
  to->limits = request->running.limits;
  to->worker_program = cli_worker_program;
  to->worker_arguments = cli_worker_arguments;
  to->on_change = on_change;
  to->on_progress = cli_on_progress;
  to->on_warning = cli_on_warning;
  to->context = &request->running;
  int code = sheaf_retry(to, &result, &error);
  cli_running_end(&request->running);
  free(folder);
  if (code == SHEAF_EINTERRUPTED) {
    snprintf(error.hint, sizeof error.hint, "the same command goes on");
    cli_warn(&error);
    return 128 + result.again.signal;
  }
  if (code != SHEAF_OK) return cli_fail(&error);
  print_end(request, &result);
  bool failed = cli_failures(&result.run) || result.run.bundles_failed;
  return failed ? CLI_SOME_FAILED : CLI_OK;
}

static int run_retry(int argc, char **argv) {
  retry_command request = {.retry = SHEAF_RETRY_OPTIONS_INIT};
  int status = cli_running_init(&request.running, argc);
  if (status == CLI_OK) status = read_command(&request, argc, argv);
  if (status == CLI_OK)
    status = retry(&request);
  else if (status == CLI_HELP)
    status = CLI_OK;
  cli_running_clear(&request.running);
  return status;
}

const cli_verb cli_retry = {
    .name = "retry",
    .summary = "do the documents of a run that went wrong again",
    .help =
        "usage: sheaf retry [OPTION…] FOLDER [DOCUMENT…]\n\n"
        "Does those documents of a complete run again that are partial, "
        "failed\n"
        "or killed, with the plugins as they are now, and puts what comes of\n"
        "them in their place in the outputs and the ledger: as if they had "
        "gone\n"
        "well at once. Bundles that could not be opened are tried again, too.\n"
        "What has changed since the run is told. Until all is done the folder\n"
        "holds the run as it was; after an interruption the same command goes\n"
        "on. DOCUMENT, or --only, names documents to do again whatever became\n"
        "of them: an id, its numbers such as 1/17, or a member's name.\n\n"
        "  -j, --workers N       worker processes (default: one a processor)\n"
        "      --status LIST     only those that are so, such as "
        "killed,failed\n"
        "      --only DOCUMENT   only that one; may be repeated\n"
        "      --allow WHAT      grant more than the run did; see 'sheaf help\n"
        "                        run'\n"
        "      --limits LIMITS   other limits than the run had, such as\n"
        "                        read.pdf:wall_ms=60000\n"
        "      --accept-changes  go on although a bundle has changed: "
        "documents\n"
        "                        are taken as they are now, if they are where\n"
        "                        they were\n"
        "      --shell           open the shell with that document, as it "
        "came\n"
        "                        to the plugin that failed, and show where it\n"
        "                        did; help() there tells more\n"
        "      --progress STYLE  auto, plain, json or none\n\n"
        "exit status: 0 the whole run is ok now, 1 some documents are not, "
        "and\n"
        "as 'sheaf run'\n\n"
        "example: sheaf retry --limits cpu_ms=60000 out\n"
        "         sheaf retry --shell out 1/17\n",
    .run = run_retry,
};
