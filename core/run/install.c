#include "run/install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

bool sf_install_is_due(const sf_run_folder *folder) {
  return !faccessat(folder->fd, SF_RETRY_NEW "/" SF_REPORT, F_OK, 0);
}

// --- Removing --------------------------------------------------------------

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place) {
  (void)status;
  (void)type;
  (void)place;
  return remove(path) && errno != ENOENT ? errno : 0;
}

int sf_install_remove(const sf_run_folder *folder, const char *name,
                      sheaf_error *error) {
  const int files_open = 16;
  if (faccessat(folder->fd, name, F_OK, AT_SYMLINK_NOFOLLOW)) return SHEAF_OK;
  char *path = sf_run_folder_file(folder, name, "");
  if (!path) return sf_no_memory(error);
  int failure = nftw(path, remove_one, files_open, FTW_DEPTH | FTW_PHYS);
  int code = SHEAF_OK;
  if (failure) {
    if (failure > 0) errno = failure;
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "it cannot be removed");
  }
  free(path);
  return code;
}

// --- Installing ------------------------------------------------------------

static int move(const sf_run_folder *folder, const char *from, const char *to,
                sheaf_error *error) {
  if (!renameat(folder->fd, from, folder->fd, to)) return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_EWRITE, to, "it cannot be replaced");
}

/// The report of the old run goes first.
static int take_report_away(const sf_run_folder *folder, sheaf_error *error) {
  if (faccessat(folder->fd, SF_REPORT, F_OK, 0)) return SHEAF_OK;
  return move(folder, SF_REPORT, SF_RETRY "/" SF_REPORT, error);
}

static int move_file(const sf_run_folder *folder, const char *name,
                     sheaf_error *error) {
  char *from = sf_sprintf(SF_RETRY_NEW "/%s", name);
  if (!from) return sf_no_memory(error);
  int code = move(folder, from, name, error);
  free(from);
  return code;
}

/// Moves all files but the report.
static int move_files(const sf_run_folder *folder, sheaf_error *error) {
  char *path = sf_run_folder_file(folder, SF_RETRY_NEW, "");
  DIR *stream = path ? opendir(path) : NULL;
  int code = SHEAF_OK;
  if (!path)
    code = sf_no_memory(error);
  else if (!stream)
    code = sf_fail_errno(error, SHEAF_EREAD, path, "it cannot be read");
  const struct dirent *entry;
  while (!code && (entry = readdir(stream)))
    if (entry->d_name[0] != '.' && strcmp(entry->d_name, SF_REPORT) != 0)
      code = move_file(folder, entry->d_name, error);
  if (stream) closedir(stream);
  free(path);
  return code;
}

int sf_install(const sf_run_folder *folder, sheaf_error *error) {
  int code = sf_install_remove(folder, SF_RETRY_RUN, error);
  if (!code) code = take_report_away(folder, error);
  if (!code) code = move_files(folder, error);
  // What moved is durable before the report tells that it is complete.
  if (!code) code = sf_folder_sync(folder->path, error);
  if (!code) code = move_file(folder, SF_REPORT, error);
  if (!code) code = sf_folder_sync(folder->path, error);
  return code ? code : sf_install_remove(folder, SF_RETRY, error);
}
