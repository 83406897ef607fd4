/// Writing: all of it or an error, and files that are replaced at once.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

int sf_write_all(int fd, const char *path, const char *data, size_t size,
                 sheaf_error *error) {
  while (size > 0) {
    ssize_t written = write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be written");
    data += written;
    size -= (size_t)written;
  }
  return SHEAF_OK;
}

static int write_file(const char *path, sheaf_bytes content,
                      sheaf_error *error) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be written");
  int code = sf_write_all(fd, path, content.data, content.size, error);
  if (code == SHEAF_OK && fsync(fd) != 0)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be synced");
  if (close(fd) != 0 && code == SHEAF_OK)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be closed");
  return code;
}

int sf_folder_sync(const char *folder, sheaf_error *error) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EWRITE, folder, "cannot be opened");
  int code = SHEAF_OK;
  if (fsync(fd) != 0)
    code = sf_fail_errno(error, SHEAF_EWRITE, folder, "cannot be synced");
  close(fd);
  return code;
}

static int sync_folder_of(const char *path, sheaf_error *error) {
  char *copy = sf_strndup(path, strlen(path));
  if (!copy) return sf_no_memory(error);
  int code = sf_folder_sync(dirname(copy), error);
  free(copy);
  return code;
}

int sf_file_replace(const char *path, sheaf_bytes content, sheaf_error *error) {
  char *draft = sf_sprintf("%s.new", path);
  if (!draft) return sf_no_memory(error);
  int code = write_file(draft, content, error);
  if (code == SHEAF_OK && rename(draft, path) != 0)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be replaced");
  if (code == SHEAF_OK)
    code = sync_folder_of(path, error);
  else
    unlink(draft);
  free(draft);
  return code;
}
