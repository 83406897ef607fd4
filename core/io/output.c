/// Writing files so that a power cut leaves the old content or the new one.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"

int sf_write_all(int fd, const char *path, const char *data, size_t size,
                 sheaf_error *error) {
  while (size > 0) {
    ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      return sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be written");
    data += n;
    size -= (size_t)n;
  }
  return SHEAF_OK;
}

int sf_folder_sync(const char *folder, sheaf_error *error) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EWRITE, folder, "cannot be opened");
  int code = SHEAF_OK;
  // EINVAL: the file system knows no syncing of folders.
  if (fsync(fd) != 0 && errno != EINVAL)
    code = sf_fail_errno(error, SHEAF_EWRITE, folder, "cannot be synced");
  close(fd);
  return code;
}

int sf_parent_sync(const char *path, sheaf_error *error) {
  const char *slash = strrchr(path, '/');
  if (!slash) return sf_folder_sync(".", error);
  char *folder = sf_strndup(path, slash == path ? 1 : (size_t)(slash - path));
  if (!folder) return sf_no_memory(error);
  int code = sf_folder_sync(folder, error);
  free(folder);
  return code;
}

// Writes and syncs a new file at `path`.
static int write_file(const char *path, sheaf_bytes content,
                      sheaf_error *error) {
  int fd =
      open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be created");
  int code = sf_write_all(fd, path, content.data, content.size, error);
  if (!code && fsync(fd) != 0)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be synced");
  if (close(fd) != 0 && !code)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be closed");
  return code;
}

int sf_file_replace(const char *path, sheaf_bytes content, sheaf_error *error) {
  char *part = sf_sprintf("%s.part", path);
  if (!part) return sf_no_memory(error);
  int code = write_file(part, content, error);
  if (!code && rename(part, path) != 0)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be renamed to");
  if (code) unlink(part);
  if (!code) code = sf_parent_sync(path, error);
  free(part);
  return code;
}

int sf_file_temporary(sheaf_error *error) {
  const char *folder = getenv("TMPDIR");
  if (!folder || !folder[0]) folder = "/tmp";
  int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  char *path = sf_sprintf("%s/sheaf-XXXXXX", folder);
  if (!path) {
    sf_no_memory(error);
    return -1;
  }
  // Not every file system knows files without a name.
  fd = mkostemp(path, O_CLOEXEC);
  if (fd >= 0) {
    unlink(path);
  } else {
    sf_fail_errno(error, SHEAF_EWRITE, folder,
                  "no temporary file can be made in it");
    sf_hint(error, "TMPDIR says where temporary files go");
  }
  free(path);
  return fd;
}
