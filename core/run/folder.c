/// Opening, locking and looking at the run folder.
#include "run/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_TRIES = 25 };

static int open_folder(sf_run_folder *folder, sheaf_error *error) {
  folder->made = mkdir(folder->path, 0777) == 0;
  if (!folder->made && errno != EEXIST) {
    bool lost = errno == ENOENT;
    int code = sf_fail_errno(error, SHEAF_EWRITE, folder->path,
                             "the folder cannot be made");
    return lost ? sf_hint(error, "make the folder around it first") : code;
  }
  folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->fd >= 0) return SHEAF_OK;
  if (errno == ENOTDIR)
    return sf_fail(error, SHEAF_EEXISTS, folder->path, "it is no folder");
  return sf_fail_errno(error, SHEAF_EWRITE, folder->path,
                       "the folder cannot be opened");
}

/// The lock is on the folder itself: no file is left behind by a run that was
/// killed, and it is gone with the process.
static int lock(const sf_run_folder *folder, sheaf_error *error) {
  // A run that was killed while it started a worker holds the lock until that
  // has begun: a matter of milliseconds.
  const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  int refused = 0, status;
  while ((status = flock(folder->fd, LOCK_EX | LOCK_NB)) &&
         errno == EWOULDBLOCK && ++refused < LOCK_TRIES)
    nanosleep(&pause, NULL);
  if (!status) return SHEAF_OK;
  if (errno != EWOULDBLOCK)
    return sf_fail_errno(error, SHEAF_EWRITE, folder->path,
                         "the folder cannot be locked");
  sf_fail(error, SHEAF_ELOCKED, folder->path, "another run is writing to it");
  return sf_hint(error, "wait for it to end, or choose another folder");
}

int sf_run_folder_open(sf_run_folder *folder, const char *path,
                       sheaf_error *error) {
  *folder = (sf_run_folder){.path = sf_strndup(path, strlen(path)), .fd = -1};
  int code = folder->path ? open_folder(folder, error) : sf_no_memory(error);
  if (!code) code = lock(folder, error);
  if (code) sf_run_folder_close(folder);
  return code;
}

void sf_run_folder_close(sf_run_folder *folder) {
  // Refused by the system when anything is in it: that is what is wanted.
  if (folder->made) (void)rmdir(folder->path);
  if (folder->fd >= 0) close(folder->fd);
  free(folder->path);
  *folder = (sf_run_folder){.fd = -1};
}

// --- What is in it ---------------------------------------------------------

/// Calls `call` with each name in the folder.
static int each_name(const sf_run_folder *folder,
                     void (*call)(void *context, const char *name),
                     void *context, sheaf_error *error) {
  DIR *stream = opendir(folder->path);
  if (!stream)
    return sf_fail_errno(error, SHEAF_EWRITE, folder->path,
                         "the folder cannot be read");
  const struct dirent *entry;
  while ((entry = readdir(stream))) call(context, entry->d_name);
  closedir(stream);
  return SHEAF_OK;
}

typedef struct {
  bool any;
  bool state;
  bool report;
  bool part;   ///< Some file that is not complete.
  bool begun;  ///< The ledger or the report is not.
} traces;

static void look_at(void *context, const char *name) {
  traces *seen = context;
  if (!strcmp(name, ".") || !strcmp(name, "..")) return;
  // The run that was copying a stream has not begun.
  if (!strncmp(name, SF_INTAKE, strlen(SF_INTAKE))) return;
  seen->any = true;
  if (!strcmp(name, SF_STATE)) seen->state = true;
  if (!strcmp(name, SF_REPORT)) seen->report = true;
  // One that is left over was to be removed at the end of a complete run.
  if (sf_has_ending(name, SF_PART) && !sf_has_ending(name, SF_SPOOL SF_PART))
    seen->part = true;
  if (!strcmp(name, SF_LEDGER SF_PART) || !strcmp(name, SF_REPORT SF_PART))
    seen->begun = true;
}

int sf_run_folder_look(const sf_run_folder *folder, sf_folder_content *content,
                       sheaf_error *error) {
  traces seen = {0};
  int code = each_name(folder, look_at, &seen, error);
  if (code) return code;
  if (seen.state)
    *content = SF_FOLDER_INTERRUPTED;
  else if (seen.begun || (seen.report && seen.part))
    *content = SF_FOLDER_BEGUN;
  else if (seen.report)
    *content = SF_FOLDER_COMPLETE;
  else
    *content = seen.any ? SF_FOLDER_FOREIGN : SF_FOLDER_EMPTY;
  return SHEAF_OK;
}

// --- Its files -------------------------------------------------------------

char *sf_run_folder_file(const sf_run_folder *folder, const char *name,
                         const char *ending) {
  return sf_sprintf("%s/%s%s", folder->path, name, ending);
}

int sf_run_folder_rename(const sf_run_folder *folder, const char *name,
                         bool back, sheaf_error *error) {
  char *whole = sf_run_folder_file(folder, name, "");
  char *part = sf_run_folder_file(folder, name, SF_PART);
  int code = SHEAF_OK;
  if (!whole || !part)
    code = sf_no_memory(error);
  else if (back && (!access(part, F_OK) || access(whole, F_OK)))
    code = SHEAF_OK;  // It has its .part name, or was never there.
  else if (back ? rename(whole, part) : rename(part, whole))
    code = sf_fail_errno(error, SHEAF_EWRITE, back ? whole : part,
                         "the file cannot be renamed");
  free(whole);
  free(part);
  return code;
}

typedef struct {
  const sf_run_folder *folder;
  const sf_job *job;
  int failure;  ///< errno of an unlink that failed.
} broom;

static bool is_made(const sf_manifest *manifest, const char *name) {
  for (size_t i = 0; i < sf_manifest_output_count(manifest); i++)
    if (!strcmp(name, sf_manifest_output(manifest, i))) return true;
  return false;
}

static bool is_ours(const sf_job *job, const char *name) {
  if (sf_has_ending(name, SF_PART) || sf_has_ending(name, SF_SPOOL) ||
      !strncmp(name, SF_STATE, strlen(SF_STATE)) || !strcmp(name, SF_LEDGER))
    return true;
  for (size_t i = 0; i < job->step_count; i++)
    if (is_made(&job->steps[i].manifest, name)) return true;
  return false;
}

static void sweep(void *context, const char *name) {
  broom *with = context;
  if (!is_ours(with->job, name)) return;
  if (unlinkat(with->folder->fd, name, 0) && errno != ENOENT)
    with->failure = errno;
}

int sf_run_folder_clean(const sf_run_folder *folder, const sf_job *job,
                        sheaf_error *error) {
  broom with = {folder, job, 0};
  int code = each_name(folder, sweep, &with, error);
  if (code || !with.failure) return code;
  errno = with.failure;
  return sf_fail_errno(error, SHEAF_EWRITE, folder->path,
                       "what an earlier run left cannot be removed");
}
